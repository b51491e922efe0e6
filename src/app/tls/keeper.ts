// Keeps https supplied with a certificate: replaces it when there is another, goes on with the one in use when there is none
// that will do, and says so.

import { type Clock, formatUtc, toSeconds } from '../../base/time.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import { type CheckedMaterial, TlsProblem } from './material.ts';

/** Where the certificate comes from. */
export interface TlsSource {
  /** What is to be served with now; the same as before, by its certificates, where nothing has changed. */
  readonly read: () => Promise<CheckedMaterial>;
  /** Tells when it may have changed; returns what ends that. */
  readonly watch?: (onChange: () => void) => () => void;
}

export interface TlsKeeper {
  readonly inUse: () => CheckedMaterial;
  /** Told of every other certificate from now on. */
  readonly onReplaced: (listener: (material: CheckedMaterial) => void) => void;
  /** Looks whether there is another one. Never fails: {@link problems} tells. */
  readonly check: () => Promise<void>;
  /** Lines for whoever asks whether all is well; none when it is. */
  readonly problems: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** File systems that report no changes, folders that were replaced, certificates whose time has come. */
const checkMillis = 60_000;

/** @throws {TlsProblem} and what the source throws, when there is nothing to begin with. */
export async function keepTls(
  source: TlsSource,
  { clock, log, metrics }: { readonly clock: Clock; readonly log: Log; readonly metrics: Metrics },
): Promise<TlsKeeper> {
  let inUse = await source.read();
  let problem: string | undefined;
  let checking: Promise<void> | undefined;
  let again = false;
  const listeners: ((material: CheckedMaterial) => void)[] = [];

  const checkOnce = async (): Promise<void> => {
    try {
      const found = await source.read();
      problem = undefined;
      if (found.certificates === inUse.certificates) return;
      inUse = found;
      for (const listener of listeners) listener(found);
      metrics.countTls('replaced');
      log.info({ fingerprint: found.fingerprint, notAfter: formatUtc(found.notAfter) }, 'TLS certificate replaced');
    } catch (error) {
      const reason = error instanceof TlsProblem ? error.message : 'the reason is in the log';
      const isNews = reason !== problem;
      problem = reason;
      if (!isNews) return;
      metrics.countTls('failed');
      log.error({ err: error }, 'TLS certificate could not be replaced; the one before is still served');
    }
  };
  const checkWhileAsked = async (): Promise<void> => {
    do {
      again = false;
      await checkOnce();
    } while (again);
    checking = undefined;
  };
  const check = (): Promise<void> => {
    // Asked while one is under way, which may have read already: once more after it.
    if (checking) again = true;
    checking ??= checkWhileAsked();
    return checking;
  };
  const endWatch = source.watch?.(() => void check());
  const timer = setInterval(() => void check(), checkMillis).unref();
  metrics.watchTls(() => inUse.notAfter - toSeconds(clock.now()));
  return {
    inUse: () => inUse,
    onReplaced: (listener) => listeners.push(listener),
    check,
    problems: () => {
      const end = formatUtc(inUse.notAfter);
      if (toSeconds(clock.now()) > inUse.notAfter) return [`TLS certificate: expired at ${end}`];
      return problem === undefined ? [] : [`TLS certificate: ${problem}; the one in use ends at ${end}`];
    },
    stop: async () => {
      clearInterval(timer);
      endWatch?.();
      await checking;
    },
  };
}
