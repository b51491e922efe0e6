// The service from its start to its stop, in order.

import { takeServeLock } from '../drivers/sqlite/serve-lock.ts';
import type { Services } from '../protocols/edge.ts';
import { catalog } from '../protocols/rpc/catalog.ts';
import { resumePending } from '../registry/pending.ts';
import type { Config } from './config.ts';
import { createFrontEnds } from './front-ends.ts';
import { type AnsweredListeners, type Listeners, openListeners } from './listeners.ts';
import type { Log } from './log.ts';
import { type OpenStore, openStore } from './open-store.ts';
import type { Routed } from './routes.ts';
import { type StartedServices, startServices } from './services.ts';
import { serveTls, type TlsInUse } from './tls/served.ts';
import { type StartedTls, startTls } from './tls/start.ts';
import { startWorkers, type WorkerPool } from './workers/pool.ts';
import { takeReport } from './workers/reports.ts';

export interface RunningServer {
  readonly opened: OpenStore;
  readonly services: Services;
  /** Where it listens for plain http, as an address to call. */
  readonly url: string;
  /** Absent without https. */
  readonly https: RunningHttps | undefined;
  /** Requests under way finish, then the store closes. */
  readonly stop: () => Promise<void>;
}

export interface RunningHttps {
  readonly url: string;
  /** SHA-256 of its certificate. */
  readonly fingerprint: () => string;
  /** Path of the root its clients have to trust, where that is one of ours. */
  readonly rootFile: string | undefined;
  /** Looks whether there is another certificate to serve with. */
  readonly reload: () => Promise<void>;
}

const graceMillis = 10_000;

export interface StartOptions {
  readonly mode: 'existing' | 'existing-or-create';
  /** Called once the address is taken, before the service says that it is ready. */
  readonly prepare?: (opened: OpenStore, services: Services, url: string) => Promise<void>;
  /** The store can no longer be trusted: the process must end, without another word to it. */
  readonly onFatal: (error: Error) => void;
}

/** @throws {StoreProblem} {MasterKeyProblem} or the system's error when the address cannot be listened on. */
export async function startServer(config: Config, log: Log, options: StartOptions): Promise<RunningServer> {
  const lock = takeServeLock(config.dataDir);
  let opened: OpenStore | undefined;
  try {
    opened = await openStore(config, options.mode);
    opened.store.onFatal(options.onFatal);
    return await serve(opened, config, log, options, lock.release);
  } catch (error) {
    await opened?.store.close();
    lock.release();
    throw error;
  }
}

/** What comes later than those who ask for it. */
interface Running {
  state: ReturnType<Routed['state']>;
  https: Https | undefined;
  listeners: Listeners | undefined;
  workers: WorkerPool | undefined;
}

/** In the order of starting. */
async function serve(
  opened: OpenStore,
  config: Config,
  log: Log,
  { prepare }: StartOptions,
  release: () => void,
): Promise<RunningServer> {
  await tellOfDangling(opened, log);
  const running: Running = { state: 'starting', https: undefined, listeners: undefined, workers: undefined };
  const started = await startServices(opened, config, log, () => 1 + (running.workers?.serving() ?? 0));
  const { services } = started;
  services.background.start('certificates left pending', () => resumePending(services));
  const answered = createFrontEnds(started, opened, config, log, {
    state: () => running.state,
    tls: () => running.https?.tls,
  });
  const stopAll = async (graceMillis: number): Promise<void> => {
    await Promise.all([running.listeners?.close(graceMillis), running.workers?.stop(graceMillis)]);
    running.https?.served.stop();
    await running.https?.tls.stop();
    await started.stop();
  };
  try {
    const https = await startHttps(started, opened, config, log);
    running.https = https;
    // The addresses first: a start that fails on them must not have made a key that nobody was shown.
    const listeners = await openListeners(config, answered, https?.served);
    running.listeners = listeners;
    await prepare?.(opened, services, listeners.url);
    if (config.workers > 1)
      running.workers = await startThreads({ started, opened, config, log, answered, https, listeners });
    running.state = 'ready';
    const { url, secureUrl } = listeners;
    log.info({ url, https: secureUrl, certificates: opened.statusIndex.size, journal: opened.followedTo() }, 'ready');
    return {
      opened,
      services,
      url,
      https: https && secureUrl !== undefined ? runningHttps(https.tls, secureUrl) : undefined,
      stop: async () => {
        running.state = 'stopping';
        log.info('stopping');
        await stopAll(graceMillis);
        await closeStore(opened, log);
        release();
        log.info('stopped');
      },
    };
  } catch (error) {
    await stopAll(0);
    throw error;
  }
}

async function tellOfDangling({ store }: OpenStore, log: Log): Promise<void> {
  const dangling = await store.danglingReservations();
  if (dangling > 0)
    log.warn({ dangling }, 'serial numbers reserved by interrupted work; nobody holds a certificate for them');
}

interface Https {
  readonly tls: StartedTls;
  readonly served: TlsInUse;
}

async function startHttps(
  { services, metrics }: StartedServices,
  opened: OpenStore,
  { tls: wanted, dataDir }: Config,
  log: Log,
): Promise<Https | undefined> {
  if (!wanted) return undefined;
  const issuing = { ...services, settings: opened.store };
  const tls = await startTls(wanted, { opened, services: issuing, dataDir, log, metrics });
  return { tls, served: serveTls(tls, services.random) };
}

interface ThreadsOptions {
  readonly started: StartedServices;
  readonly opened: OpenStore;
  readonly config: Config;
  readonly log: Log;
  readonly answered: AnsweredListeners;
  readonly https: Https | undefined;
  readonly listeners: Listeners;
}

/** The threads beside this one. */
function startThreads(options: ThreadsOptions): Promise<WorkerPool> {
  const { started, opened, config, log, answered, https, listeners } = options;
  const { services, published, nonces, metrics, callHistory, lastUses, accessLog } = started;
  const { plain, secure } = listeners;
  const takers = { catalog, callHistory, clock: services.clock, metrics, lastUses, accessLog };
  return startWorkers({
    ...{ config, opened, log, ...answered, tls: https?.served },
    threadOptions: { addresses: { plain, secure }, nonces: nonces.guard.shared, nonceFolder: nonces.folder },
    answerOcsp: published.answerOcsp,
    takeReport: (thread, report) => takeReport(thread, report, takers),
  });
}

async function closeStore({ keepStatusIndex, store }: OpenStore, log: Log): Promise<void> {
  // Without it the next start takes somewhat longer.
  await keepStatusIndex().catch((error) => log.warn({ err: error }, 'the status index was not kept in a file'));
  await store.close();
}

function runningHttps({ inUse, rootFile, check }: StartedTls, url: string): RunningHttps {
  return { url, fingerprint: () => inUse().fingerprint, rootFile, reload: check };
}
