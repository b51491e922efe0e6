// Signs a call as a path for GET or a form for POST, signature V1. Each has a nonce of its own: the service accepts none twice.

import { randomUUID } from 'node:crypto';
import { formatUtc, systemClock, toSeconds } from '../src/base/time.ts';
import { ParameterList } from '../src/protocols/rpc/parameter-list.ts';
import { percentEncode } from '../src/protocols/rpc/percent-encoding.ts';
import { signV1, stringToSignV1 } from '../src/protocols/rpc/signature-v1.ts';
import { benchKey } from './service.ts';

type Own = Readonly<Record<string, string>>;

export function signedPath(action: string, own: Own): string {
  return `/?${signedForm('GET', action, own)}`;
}

/** The request as it goes over the wire, for a connection that is kept. */
export function signedPost(action: string, own: Own): Buffer {
  return postOf(signedForm('POST', action, own));
}

export function postOf(form: string): Buffer {
  const head = 'POST / HTTP/1.1\r\nhost: bench\r\ncontent-type: application/x-www-form-urlencoded\r\n';
  return Buffer.from(`${head}content-length: ${form.length}\r\n\r\n${form}`);
}

function signedForm(method: 'GET' | 'POST', action: string, own: Own): string {
  const parameters = new Map(
    Object.entries({
      ...own,
      AccessKeyId: benchKey.accessKeyId,
      Action: action,
      Format: 'JSON',
      SignatureMethod: 'HMAC-SHA1',
      SignatureNonce: randomUUID(),
      SignatureVersion: '1.0',
      Timestamp: formatUtc(toSeconds(systemClock.now())),
      Version: '2020-06-30',
    }),
  );
  const secret = new TextEncoder().encode(benchKey.accessKeySecret);
  const signature = signV1(secret, 'HMAC-SHA1', stringToSignV1(method, ParameterList.of(parameters)));
  return [...parameters, ['Signature', signature] as const]
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join('&');
}
