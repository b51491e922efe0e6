// The service in this process, with one thing taken from it: what is issued in the background stays pending.

import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Administration } from '../../src/access/administration/command.ts';
import { FailedAttempts } from '../../src/access/failed-attempts.ts';
import { LastUses } from '../../src/access/last-use.ts';
import { createTemporaryKeys, type TemporaryKeys } from '../../src/access/temporary-keys.ts';
import { loadConfig } from '../../src/app/config.ts';
import { listen } from '../../src/app/http/listen.ts';
import { initialise } from '../../src/app/initialise.ts';
import { openStore } from '../../src/app/open-store.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { systemClock } from '../../src/base/time.ts';
import { FileSigner } from '../../src/drivers/file-signer.ts';
import { verifySignatureInPool } from '../../src/pki/signature.ts';
import type { Services } from '../../src/protocols/edge.ts';
import { bySignature } from '../../src/protocols/rpc/authentication.ts';
import { bulkStatusPath, createBulkStatus } from '../../src/protocols/rpc/bulk/bulk-status.ts';
import { catalog, type Operations, operationsOf } from '../../src/protocols/rpc/catalog.ts';
import { createGateway, type GatewayServices } from '../../src/protocols/rpc/gateway.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { cas } from '../../src/protocols/rpc/product.ts';
import { ReplayGuard } from '../../src/protocols/rpc/replay.ts';
import { Throttle } from '../../src/protocols/rpc/throttle.ts';
import { Issuers } from '../../src/registry/issuers.ts';
import { rootKey, temporaryFolder } from '../journeys/running-service.ts';

export interface StillService {
  readonly url: string;
  readonly dataDir: string;
  /** Lets another process have the data folder; otherwise done when the test ends. */
  readonly stop: () => Promise<void>;
  readonly account: AccountId;
  readonly administration: Administration;
  readonly temporaryKeys: TemporaryKeys;
}

export interface StillOptions {
  /** Beside the operations there are. */
  readonly operations?: Operations;
  /** How long the body of a bulk call may take, beside what its size adds. */
  readonly bodyMillis?: number;
  readonly limits?: {
    readonly ofAccount: (operation: string) => number;
    readonly ofAll: (operation: string) => number;
  };
}

export async function startStillService(
  test: Pick<TestContext, 'after'>,
  { operations = new Map(), bodyMillis = 15_000, limits = { ofAccount: () => 0, ofAll: () => 0 } }: StillOptions = {},
): Promise<StillService> {
  const dataDir = temporaryFolder(test);
  mkdirSync(dataDir, { mode: 0o700 });
  const config = { ...loadConfig({}), dataDir };
  const opened = await openStore(config, 'create');
  const { account } = (await initialise(opened, rootKey)) ?? {};
  if (account === undefined) throw new Error('the store was not new');
  const { store, sealer, directory, statusIndex, administration } = opened;
  const clock = systemClock;
  const temporaryKeys = createTemporaryKeys({
    sealing: sealer.derive('security tokens'),
    directory,
    clock,
    random: randomBytes,
  });
  const services: Services = {
    store,
    issuers: new Issuers(store),
    signer: new FileSigner(sealer),
    verify: verifySignatureInPool,
    background: { start: () => {} },
    lastUses: await LastUses.open(store),
    loggedCalls: { find: async () => 'noLog' as const },
    wrongPasswords: new FailedAttempts({ limit: 0, windowSeconds: 3600, capacity: 1000 }, clock),
    crls: { stateOf: () => undefined },
    statusIndex,
    directory,
    administration,
    temporaryKeys,
    diagnostics: sealer.derive('diagnostics'),
    clock,
    random: randomBytes,
    issuanceRules: config,
    journal: store,
    statusRules: { maxBatch: config.maxStatusBatch, revokeTimeUnit: config.revokeTimeUnit },
  };
  const gateway: GatewayServices = {
    catalog: new Map([...catalog, [cas.version, new Map([...operationsOf(cas), ...operations])]]),
    requiresTls: ({ name }) => name === 'OverTls',
    authenticate: bySignature({ directory, temporaryKeys, replayGuard: new ReplayGuard(clock, 10_000), clock }),
    secureNonce: () => {},
    throttle: new Throttle(
      { ofAccount: (_, { name }: Operation) => limits.ofAccount(name), ofAll: ({ name }) => limits.ofAll(name) },
      clock,
    ),
    clock,
    random: randomBytes,
    services,
    observe: () => {},
  };
  const bulkRules = { maxSerials: config.maxBulkStatus, serialsPerCall: 0, journalPosition: opened.followedTo };
  const streamed = { path: bulkStatusPath, answer: createBulkStatus(gateway, bulkRules), usualMillis: bodyMillis };
  const answer = createGateway(gateway);
  const server = await listen({ host: '127.0.0.1', port: 0 }, { answer, beforeReplies: () => {}, streamed });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= server.close(0).then(() => store.close());
    return stopped;
  };
  test.after(stop);
  return { url: `http://127.0.0.1:${server.port}`, dataDir, stop, account, administration, temporaryKeys };
}
