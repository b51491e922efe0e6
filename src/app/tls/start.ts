// The certificate of https at the start: from files or from one of the service's own authorities, or no start.

import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { OpenStore } from '../open-store.ts';
import { ConfigError } from '../setting.ts';
import { materialOfFiles, watchFolders } from './files.ts';
import { keepTls, type TlsKeeper, type TlsSource } from './keeper.ts';
import { TlsProblem } from './material.ts';
import { type OwnTlsServices, ownTls } from './own.ts';
import type { TlsConfig } from './settings.ts';

export interface StartedTls extends TlsKeeper {
  /** Path of the certificate its clients have to trust, where it is one of ours. */
  readonly rootFile: string | undefined;
}

export interface TlsServices {
  readonly opened: OpenStore;
  readonly services: OwnTlsServices;
  readonly dataDir: string;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** @throws {ConfigError} where there is no certificate to begin with. */
export async function startTls({ certificate }: TlsConfig, given: TlsServices): Promise<StartedTls> {
  const { opened, services, dataDir, log, metrics } = given;
  const { clock } = services;
  try {
    if (certificate.kind === 'files') {
      const source: TlsSource = {
        read: materialOfFiles(certificate, clock),
        watch: (onChange) =>
          watchFolders(certificate, onChange, (error) =>
            log.warn({ err: error }, 'changes of the TLS certificate cannot be watched; it is looked at every minute'),
          ),
      };
      return { ...(await keepTls(source, { clock, log, metrics })), rootFile: undefined };
    }
    const own = ownTls(certificate, opened, { services, dataDir });
    const keeper = await keepTls(own, { clock, log, metrics });
    // What serves may be the one of before; then this tells why.
    await keeper.check();
    return { ...keeper, rootFile: own.rootFile };
  } catch (cause) {
    if (!(cause instanceof TlsProblem)) throw cause;
    throw new ConfigError(`https cannot be served on CERTITUDE_TLS_LISTEN: ${cause.message}.`, { cause });
  }
}
