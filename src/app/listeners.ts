// The addresses the service listens on: plain http, and https beside it.

import { createServer } from 'node:net';
import type { Handler } from '../protocols/edge.ts';
import { isOcsp } from '../protocols/ocsp.ts';
import { bulkStatusPath } from '../protocols/rpc/bulk/bulk-status.ts';
import type { Config } from './config.ts';
import { type HttpServer, type HttpsServer, listen, listenTls, type Served } from './http/listen.ts';
import type { StreamHandler } from './http/streaming.ts';
import { type ListenAddress, urlOf } from './setting.ts';
import type { TlsInUse } from './tls/served.ts';

export interface Listeners {
  /** With the ports that the system chose, where it was to. */
  readonly plain: ListenAddress;
  readonly secure: ListenAddress | undefined;
  /** Of plain http, as an address to call. */
  readonly url: string;
  /** Of https, by the address listened on: its certificate may be for another name. */
  readonly secureUrl: string | undefined;
  /** As {@link HttpServer.close}, for both. */
  readonly close: (graceMillis: number) => Promise<void>;
}

export interface AnsweredListeners extends Pick<Served, 'beforeReplies'> {
  readonly answer: {
    readonly plain: Handler;
    readonly secure: Handler;
    readonly bulkStatus: StreamHandler;
  };
}

/** Both or none. @throws the system's error when an address cannot be listened on. */
export async function openListeners(
  config: Pick<Config, 'listen' | 'tls' | 'plainHttp' | 'workers'>,
  { answer, beforeReplies }: AnsweredListeners,
  tls: TlsInUse | undefined,
): Promise<Listeners> {
  const reusePort = config.workers > 1;
  const open = async (address: ListenAddress): Promise<ListenAddress & { readonly reusePort: boolean }> => {
    if (reusePort) await requireFree(address);
    return { ...address, reusePort };
  };
  const streamed = { path: bulkStatusPath, answer: answer.bulkStatus };
  const plain = await listen(await open(config.listen), {
    answer: answer.plain,
    beforeReplies,
    isForAnybody: isOcsp,
    ...(config.plainHttp === 'all' && { streamed }),
  });
  let secure: HttpsServer | undefined;
  try {
    const served = { answer: answer.secure, beforeReplies, isForAnybody: isOcsp, streamed };
    secure = config.tls && tls && (await listenTls(await open(config.tls.listen), served, tls.inUse()));
  } catch (error) {
    await plain.close(0);
    throw error;
  }
  if (tls && secure) {
    // It may have been replaced while the address was taken.
    secure.use(tls.inUse());
    tls.follow(secure.use);
  }
  const servers: readonly HttpServer[] = secure ? [plain, secure] : [plain];
  const plainAddress = { ...config.listen, port: plain.port };
  const secureAddress = config.tls && secure && { ...config.tls.listen, port: secure.port };
  return {
    plain: plainAddress,
    secure: secureAddress,
    url: urlOf('http', plainAddress),
    secureUrl: secureAddress && urlOf('https', secureAddress),
    close: async (graceMillis) => {
      await Promise.all(servers.map(({ close }) => close(graceMillis)));
    },
  };
}

/** An address that threads share could be shared with another service of this user too, which would have half of the calls. */
async function requireFree({ host, port }: ListenAddress): Promise<void> {
  if (port === 0) return;
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}
