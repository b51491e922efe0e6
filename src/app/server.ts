// What the service consists of, put together by ordinary calls.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { FailedAttempts } from '../access/failed-attempts.ts';
import { createTemporaryKeys } from '../access/temporary-keys.ts';
import { systemClock } from '../base/time.ts';
import { FileSigner } from '../drivers/file-signer.ts';
import { takeServeLock } from '../drivers/sqlite/serve-lock.ts';
import { CallHistory, pathOf } from '../protocols/console/call-history.ts';
import type { Services } from '../protocols/edge.ts';
import { bySignature } from '../protocols/rpc/authentication.ts';
import { createBulkStatus } from '../protocols/rpc/bulk/bulk-status.ts';
import { catalog } from '../protocols/rpc/catalog.ts';
import { type CallOutcome, createGateway, type GatewayServices } from '../protocols/rpc/gateway.ts';
import { ReplayGuard } from '../protocols/rpc/replay.ts';
import { Throttle } from '../protocols/rpc/throttle.ts';
import { resumePending } from '../registry/pending.ts';
import { logFolder } from './access-log/files.ts';
import { loggedCalls } from './access-log/find.ts';
import { lineText } from './access-log/line.ts';
import { AccessLogWriter } from './access-log/writer.ts';
import { BackgroundWork } from './background.ts';
import { callLimits } from './call-limits.ts';
import type { Config } from './config.ts';
import { startConsole } from './console.ts';
import { throughProxies } from './forwarded.ts';
import { keepLastUses, noteUse } from './last-uses.ts';
import { type AnsweredListeners, type Listeners, openListeners } from './listeners.ts';
import { type Log, logCall } from './log.ts';
import { createMetrics } from './metrics.ts';
import { NonceFiles } from './nonce-files.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { startPublication } from './publication.ts';
import { everything, publicationOnly, type Routed } from './routes.ts';
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

/** How many, the password policy of each account says (password-policy.ts). */
const wrongPasswordRules = { limit: 0, windowSeconds: 3600, capacity: 10_000 };

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

async function serve(
  opened: OpenStore,
  config: Config,
  log: Log,
  { prepare }: StartOptions,
  release: () => void,
): Promise<RunningServer> {
  const { store, sealer, directory, administration, statusIndex } = opened;
  const dangling = await store.danglingReservations();
  if (dangling > 0)
    log.warn({ dangling }, 'serial numbers reserved by interrupted work; nobody holds a certificate for them');
  const clock = systemClock;
  const random = randomBytes;
  const nonceFolder = join(config.dataDir, 'nonces');
  const nonces = new NonceFiles({
    folder: nonceFolder,
    clock,
    onFailure: (error) => log.error({ err: error }, 'nonces cannot be written; changes are refused until they can'),
  });
  const replayGuard = new ReplayGuard(clock, config.maxNonces, nonces);
  nonces.restoreTo(replayGuard);
  const accessLog = config.accessLog && openAccessLog(config.dataDir, config.accessLog, log);
  const isKnownKey = (accessKeyId: string): boolean => directory.hasAccessKey(accessKeyId);
  let workers: WorkerPool | undefined;
  const metrics = createMetrics({
    certificates: () => statusIndex.size,
    journalSequence: opened.followedTo,
    rememberedNonces: () => replayGuard.size,
    lostLogLines: () => accessLog?.lost ?? 0,
    workers: () => 1 + (workers?.serving() ?? 0),
  });
  const background = new BackgroundWork((work, error) => log.error({ work, err: error }, 'background work failed'));
  const signer = new FileSigner(sealer, random, config.keysAhead);
  const issuance = { store, issuers: opened.issuers, signer, clock, random, background, issuanceRules: config };
  const published = await startPublication(opened, config, log, { issuance, metrics });
  const temporaryKeys = createTemporaryKeys({ sealing: sealer.derive('security tokens'), directory, clock, random });
  const { lastUses, stop: stopLastUses } = await keepLastUses(store, clock, log);
  const services: Services = {
    ...issuance,
    directory,
    administration,
    temporaryKeys,
    // Every refused call seals one, so whoever is refused decides how many there are.
    diagnostics: sealer.derive('diagnostics'),
    statusIndex,
    journal: store,
    statusRules: { maxBatch: config.maxStatusBatch, revokeTimeUnit: config.revokeTimeUnit },
    crls: published.crls,
    lastUses,
    loggedCalls: loggedCalls(config.accessLog && logFolder(config.dataDir)),
    wrongPasswords: new FailedAttempts(wrongPasswordRules, clock),
  };
  background.start('certificates left pending', () => resumePending(services));

  const callHistory = new CallHistory();
  const observe = (outcome: CallOutcome, millis: number): void => {
    const at = clock.now();
    const { caller, operation, code, status } = outcome;
    metrics.countCall(outcome, millis / 1000);
    if (caller) callHistory.add({ account: caller.account, operation: pathOf(operation), code, status }, at);
    noteUse(lastUses, outcome, at);
    accessLog?.write(lineText(outcome, { at, millis, isKnownKey }));
    logCall(log, outcome);
  };
  const limits = callLimits(config, directory);
  const gatewayServices: GatewayServices = {
    catalog,
    requiresTls: config.requiresTls,
    authenticate: bySignature({ directory, temporaryKeys, replayGuard, clock }),
    secureNonce: () => nonces.secure(),
    throttle: new Throttle(limits, clock),
    clock,
    random,
    services,
    observe,
  };
  const gateway = createGateway(gatewayServices);
  const bulkStatus = createBulkStatus(gatewayServices, {
    maxSerials: config.maxBulkStatus,
    serialsPerCall: config.statusWeight,
    journalPosition: opened.followedTo,
  });
  const answerConsole = startConsole(
    {
      gateway: gatewayServices,
      keys: { directory, temporaryKeys },
      ...{ lastUses, store, published, callHistory, limits },
      certificate: () => tls?.inUse(),
    },
    config,
    log,
  );

  let state: ReturnType<Routed['state']> = 'starting';
  let tls: StartedTls | undefined;
  let servedTls: TlsInUse | undefined;
  const routed: Routed = {
    published,
    metrics,
    console: (request) => answerConsole(throughProxies(request, config.trustedProxies)),
    gateway: (request) => gateway(throughProxies(request, config.trustedProxies)),
    state: () => state,
    problems: () => [...nonces.problems(), ...published.problems(), ...(tls?.problems() ?? [])],
  };
  const all = everything(routed);
  const answer: AnsweredListeners['answer'] = {
    plain: config.plainHttp === 'all' ? all : publicationOnly(routed),
    secure: all,
    bulkStatus: (request, chunks) => bulkStatus(throughProxies(request, config.trustedProxies), chunks),
  };
  const beforeReplies = (): void => nonces.beforeReplies();
  const endWork = async (): Promise<void> => {
    servedTls?.stop();
    await tls?.stop();
    await stopLastUses();
    await background.stop();
    await published.stop();
    signer.close();
    nonces.close();
    await accessLog?.close();
    metrics.stop();
  };
  let listeners: Listeners | undefined;
  try {
    if (config.tls) {
      const tlsServices = { ...issuance, settings: store };
      tls = await startTls(config.tls, { opened, services: tlsServices, dataDir: config.dataDir, log, metrics });
      servedTls = serveTls(tls, random);
    }
    // The addresses first: a start that fails on them must not have made a key that nobody was shown.
    listeners = await openListeners(config, { answer, beforeReplies }, servedTls);
    await prepare?.(opened, services, listeners.url);
    if (config.workers > 1) {
      const { plain, secure } = listeners;
      const threadOptions = { addresses: { plain, secure }, nonces: replayGuard.shared, nonceFolder };
      const takers = { catalog, callHistory, clock, metrics, lastUses, accessLog };
      workers = await startWorkers({
        ...{ config, opened, log, threadOptions, answer, beforeReplies, tls: servedTls },
        answerOcsp: published.answerOcsp,
        takeReport: (thread, report) => takeReport(thread, report, takers),
      });
    }
  } catch (error) {
    await listeners?.close(0);
    await endWork();
    throw error;
  }
  const { url, secureUrl, close } = listeners;
  state = 'ready';
  log.info({ url, https: secureUrl, certificates: statusIndex.size, journal: opened.followedTo() }, 'ready');
  return {
    opened,
    services,
    url,
    https: tls && secureUrl !== undefined ? runningHttps(tls, secureUrl) : undefined,
    stop: async () => {
      state = 'stopping';
      log.info('stopping');
      await Promise.all([close(graceMillis), workers?.stop(graceMillis)]);
      await endWork();
      // Without it the next start takes somewhat longer.
      await opened
        .keepStatusIndex()
        .catch((error) => log.warn({ err: error }, 'the status index was not kept in a file'));
      await store.close();
      release();
      log.info('stopped');
    },
  };
}

function runningHttps({ inUse, rootFile, check }: StartedTls, url: string): RunningHttps {
  return { url, fingerprint: () => inUse().fingerprint, rootFile, reload: check };
}

function openAccessLog(dataDir: string, settings: NonNullable<Config['accessLog']>, log: Log): AccessLogWriter {
  return new AccessLogWriter(logFolder(dataDir), settings, {
    now: systemClock.now,
    report: (problem) =>
      problem
        ? log.error({ err: problem }, 'the access log cannot be written; calls go on, and their lines wait or are lost')
        : log.info('the access log can be written again'),
  });
}
