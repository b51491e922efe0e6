// Serves the built console: a closed list of files, and the one page that stands for every path below /console/.

import { bytesToHex, type RandomBytes } from '../../base/bytes.ts';
import { type EdgeReply, type EdgeRequest, hasAlready } from '../edge.ts';
import { contentSecurityPolicy, securityHeaders } from './replies.ts';

export interface ConsoleFile {
  readonly type: string;
  readonly etag: string;
  /** Its name contains its hash: what is behind it never changes. */
  readonly isImmutable: boolean;
  readonly body: Uint8Array;
  /** The same, compressed; absent where that gains nothing. */
  readonly gzip?: Uint8Array;
  readonly br?: Uint8Array;
}

export interface BuiltConsole {
  /** The page, with `styleNoncePlace` where the nonce of its style sheets belongs. */
  readonly page: string;
  /** By path below /console/. */
  readonly files: ReadonlyMap<string, ConsoleFile>;
}

/** What `console/index.html` holds in the place of a nonce. */
const styleNoncePlace = '__STYLE_NONCE__';

const howToBuild = `The console is not built. In the folder of the sources, run

  npm run console

and start the service again. The API itself is not affected.
`;

export function answerFile(
  request: EdgeRequest,
  name: string,
  { built, random }: { readonly built: BuiltConsole | undefined; readonly random: RandomBytes },
): EdgeReply {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return plain(405, 'Use GET or HEAD.\n', { allow: 'GET, HEAD' });
  }
  if (!built) return plain(503, howToBuild);
  const file = built.files.get(name);
  if (file) return fileReply(request, file);
  // A page's path has no dot in it; a name with one is a file of another release.
  return name.includes('.') ? plain(404, 'There is no such file.\n') : pageReply(built.page, random);
}

function pageReply(page: string, random: RandomBytes): EdgeReply {
  const nonce = bytesToHex(random(16));
  return {
    status: 200,
    headers: {
      ...securityHeaders,
      'content-security-policy': contentSecurityPolicy(nonce),
      'content-type': 'text/html;charset=utf-8',
      'cache-control': 'no-store',
    },
    body: page.replaceAll(styleNoncePlace, nonce),
  };
}

function fileReply(request: EdgeRequest, file: ConsoleFile): EdgeReply {
  const headers = {
    ...securityHeaders,
    'content-security-policy': contentSecurityPolicy(),
    etag: file.etag,
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    vary: 'accept-encoding',
  };
  if (hasAlready(request, file.etag)) return { status: 304, headers, body: '' };
  const accepted = request.headers.only('accept-encoding') ?? '';
  const encoding = (['br', 'gzip'] as const).find(
    (each) => file[each] !== undefined && new RegExp(`\\b${each}\\b(?!;\\s*q=0)`).test(accepted),
  );
  return {
    status: 200,
    headers: { ...headers, 'content-type': file.type, ...(encoding && { 'content-encoding': encoding }) },
    body: (encoding && file[encoding]) ?? file.body,
  };
}

function plain(status: number, text: string, headers: Readonly<Record<string, string>> = {}): EdgeReply {
  return {
    status,
    headers: {
      ...securityHeaders,
      'content-type': 'text/plain;charset=utf-8',
      'cache-control': 'no-store',
      ...headers,
    },
    body: text,
  };
}
