// What answers requests: the API's gateway, bulk status, the console, what relying parties fetch, and health.

import { bySignature } from '../protocols/rpc/authentication.ts';
import { createBulkStatus } from '../protocols/rpc/bulk/bulk-status.ts';
import { catalog } from '../protocols/rpc/catalog.ts';
import { createGateway, type GatewayServices } from '../protocols/rpc/gateway.ts';
import { Throttle } from '../protocols/rpc/throttle.ts';
import { callLimits } from './call-limits.ts';
import type { Config } from './config.ts';
import { startConsole } from './console.ts';
import { throughProxies } from './forwarded.ts';
import type { AnsweredListeners } from './listeners.ts';
import type { Log } from './log.ts';
import { observedBy } from './observed-calls.ts';
import type { OpenStore } from './open-store.ts';
import { everything, publicationOnly, type Routed } from './routes.ts';
import type { StartedServices } from './services.ts';
import type { StartedTls } from './tls/start.ts';

/** What changes while it answers. */
export interface Present extends Pick<Routed, 'state'> {
  /** Absent without https, and until it is started. */
  readonly tls: () => StartedTls | undefined;
}

export function createFrontEnds(
  started: StartedServices,
  { followedTo, store }: OpenStore,
  config: Config,
  log: Log,
  { state, tls }: Present,
): AnsweredListeners {
  const { services, published, nonces, metrics, callHistory, lastUses } = started;
  const { directory, temporaryKeys, clock, random } = services;
  const limits = callLimits(config, directory);
  const gatewayServices: GatewayServices = {
    catalog,
    requiresTls: config.requiresTls,
    authenticate: bySignature({ directory, temporaryKeys, replayGuard: nonces.guard, clock }),
    secureNonce: () => nonces.files.secure(),
    throttle: new Throttle(limits, clock),
    clock,
    random,
    services,
    observe: observedBy(started, log),
  };
  const gateway = createGateway(gatewayServices);
  const bulkStatus = createBulkStatus(gatewayServices, {
    maxSerials: config.maxBulkStatus,
    serialsPerCall: config.statusWeight,
    journalPosition: followedTo,
  });
  const answerConsole = startConsole(
    {
      gateway: gatewayServices,
      keys: { directory, temporaryKeys },
      ...{ lastUses, store, published, callHistory, limits },
      certificate: () => tls()?.inUse(),
    },
    config,
    log,
  );
  const routed: Routed = {
    published,
    metrics,
    console: (request) => answerConsole(throughProxies(request, config.trustedProxies)),
    gateway: (request) => gateway(throughProxies(request, config.trustedProxies)),
    state,
    problems: () => [...nonces.files.problems(), ...published.problems(), ...(tls()?.problems() ?? [])],
  };
  const all = everything(routed);
  return {
    answer: {
      plain: config.plainHttp === 'all' ? all : publicationOnly(routed),
      secure: all,
      bulkStatus: (request, chunks) => bulkStatus(throughProxies(request, config.trustedProxies), chunks),
    },
    beforeReplies: () => nonces.files.beforeReplies(),
  };
}
