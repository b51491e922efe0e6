// The addresses the service listens on: plain http, and https beside it.

import { bulkStatusPath } from '../protocols/rpc/bulk/bulk-status.ts';
import type { Config } from './config.ts';
import { type HttpServer, type HttpsServer, listen, listenTls } from './http.ts';
import { everything, publicationOnly, type Routed } from './routes.ts';
import { urlOf } from './setting.ts';
import type { TlsKeeper } from './tls/keeper.ts';
import { secureContextOf } from './tls/material.ts';

export interface Listeners {
  /** Of plain http, as an address to call. */
  readonly url: string;
  /** Of https, by the address listened on: its certificate may be for another name. */
  readonly secureUrl: string | undefined;
  /** As {@link HttpServer.close}, for both. */
  readonly close: (graceMillis: number) => Promise<void>;
}

/** Both or none. @throws the system's error when an address cannot be listened on. */
export async function openListeners(
  config: Pick<Config, 'listen' | 'tls' | 'plainHttp'>,
  routed: Routed,
  keeper: TlsKeeper | undefined,
): Promise<Listeners> {
  const { beforeReplies } = routed;
  const streamed = { path: bulkStatusPath, answer: routed.bulkStatus };
  const all = { answer: everything(routed), beforeReplies, streamed };
  const onPlain = config.plainHttp === 'all' ? all : { answer: publicationOnly(routed), beforeReplies };
  const plain = await listen(config.listen, onPlain);
  let secure: HttpsServer | undefined;
  try {
    secure = config.tls && keeper && (await listenTls(config.tls.listen, all, secureContextOf(keeper.inUse())));
  } catch (error) {
    await plain.close(0);
    throw error;
  }
  // It may have been replaced while the address was taken.
  keeper?.follow((material) => secure?.useContext(secureContextOf(material)));
  const servers: readonly HttpServer[] = secure ? [plain, secure] : [plain];
  return {
    url: urlOf('http', { ...config.listen, port: plain.port }),
    secureUrl: config.tls && secure && urlOf('https', { ...config.tls.listen, port: secure.port }),
    close: async (graceMillis) => {
      await Promise.all(servers.map(({ close }) => close(graceMillis)));
    },
  };
}
