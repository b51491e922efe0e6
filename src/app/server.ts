// What the service consists of, put together by ordinary calls.

import { randomBytes } from 'node:crypto';
import { systemClock } from '../base/time.ts';
import { FileSigner } from '../drivers/file-signer.ts';
import { takeServeLock } from '../drivers/sqlite/serve-lock.ts';
import type { EdgeReply, Services } from '../protocols/edge.ts';
import { bySignature } from '../protocols/rpc/authentication.ts';
import { catalog } from '../protocols/rpc/catalog.ts';
import { type CallOutcome, createGateway, type GatewayServices } from '../protocols/rpc/gateway.ts';
import { ReplayGuard } from '../protocols/rpc/replay.ts';
import { Throttle } from '../protocols/rpc/throttle.ts';
import { resumePending } from '../registry/pending.ts';
import { BackgroundWork } from './background.ts';
import type { Config } from './config.ts';
import { startConsole } from './console.ts';
import { type Handler, type HttpServer, listen } from './http.ts';
import { type Log, logCall } from './log.ts';
import { createMetrics } from './metrics.ts';
import { type OpenStore, openStore } from './open-store.ts';
import { startPublication } from './publication.ts';

export interface RunningServer {
  readonly opened: OpenStore;
  readonly services: Services;
  /** Where it listens, as an address to call. */
  readonly url: string;
  /** Requests under way finish, then the store closes. */
  readonly stop: () => Promise<void>;
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
  const replayGuard = new ReplayGuard(clock, config.maxNonces);
  const metrics = createMetrics({
    certificates: () => statusIndex.size,
    journalSequence: opened.followedTo,
    rememberedNonces: () => replayGuard.size,
  });
  const background = new BackgroundWork((work, error) => log.error({ work, err: error }, 'background work failed'));
  const signer = new FileSigner(sealer);
  const issuance = { store, signer, clock, random, background, issuanceRules: config };
  const published = await startPublication(opened, config, log, { issuance, metrics });
  const services: Services = {
    ...issuance,
    directory,
    administration,
    statusIndex,
    statusRules: { maxBatch: config.maxStatusBatch, revokeTimeUnit: config.revokeTimeUnit },
    crls: published.crls,
  };
  background.start('certificates left pending', () => resumePending(services));

  const observe = (outcome: CallOutcome, durationMillis: number): void => {
    metrics.countCall(outcome, durationMillis / 1000);
    logCall(log, outcome);
  };
  // Every refused call seals one, so whoever is refused decides how many there are.
  const diagnosticSealer = sealer.derive('diagnostics');
  const gatewayServices: GatewayServices = {
    catalog,
    authenticate: bySignature({ directory, replayGuard, clock }),
    directory,
    throttle: new Throttle(config.qpsOf, clock),
    clock,
    random,
    services,
    sealDiagnostic: (account, facts) =>
      Buffer.from(diagnosticSealer.seal(account, new TextEncoder().encode(JSON.stringify(facts)))).toString('base64'),
    observe,
  };
  const gateway = createGateway(gatewayServices);
  const answerConsole = startConsole(gatewayServices, config, log);

  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  const handle: Handler = (request) => {
    switch (request.path) {
      case '/healthz':
        return plain(200, 'alive');
      case '/readyz':
        return plain(state === 'ready' ? 200 : 503, [state, ...published.problems()].join('\n'));
      case '/metrics':
        return metrics.text().then((body) => ({ status: 200, headers: { 'content-type': metrics.contentType }, body }));
      default:
        return published.answer(request) ?? answerConsole(request) ?? gateway(request);
    }
  };
  const endWork = async (): Promise<void> => {
    await background.stop();
    await published.stop();
    metrics.stop();
  };
  let server: HttpServer | undefined;
  let url: string;
  try {
    // The address first: a start that fails on it must not have made a key that nobody was shown.
    server = await listen(config.listen, handle);
    const { host } = config.listen;
    url = `http://${host.includes(':') ? `[${host}]` : host}:${server.port}`;
    await prepare?.(opened, services, url);
  } catch (error) {
    await server?.close(0);
    await endWork();
    throw error;
  }
  const { close } = server;
  state = 'ready';
  log.info({ url, certificates: statusIndex.size, journal: opened.followedTo() }, 'ready');
  return {
    opened,
    services,
    url,
    stop: async () => {
      state = 'stopping';
      log.info('stopping');
      await close(graceMillis);
      await endWork();
      await store.close();
      release();
      log.info('stopped');
    },
  };
}

function plain(status: number, text: string): EdgeReply {
  return {
    status,
    headers: { 'content-type': 'text/plain;charset=utf-8', 'cache-control': 'no-store' },
    body: `${text}\n`,
  };
}
