// What the front ends stand on: the domain's services and what works beside them, each started after what it needs.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { FailedAttempts } from '../access/failed-attempts.ts';
import type { LastUses } from '../access/last-use.ts';
import { createTemporaryKeys } from '../access/temporary-keys.ts';
import { drawnAhead } from '../base/drawn-ahead.ts';
import { type Clock, systemClock } from '../base/time.ts';
import { FileSigner } from '../drivers/file-signer.ts';
import { SignatureChecker } from '../drivers/signature-checker.ts';
import { CallHistory } from '../protocols/console/call-history.ts';
import type { Services } from '../protocols/edge.ts';
import { ReplayGuard } from '../protocols/rpc/replay.ts';
import { logFolder } from './access-log/files.ts';
import { loggedCalls } from './access-log/find.ts';
import { AccessLogWriter } from './access-log/writer.ts';
import { BackgroundWork } from './background.ts';
import { dropExpiredTokens } from './client-tokens.ts';
import type { Config } from './config.ts';
import { keepLastUses } from './last-uses.ts';
import type { Log } from './log.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { NonceFiles } from './nonce-files.ts';
import type { OpenStore } from './open-store.ts';
import { type StartedPublication, startPublication } from './publication.ts';

/** How many, the password policy of each account says (password-policy.ts). */
const wrongPasswordRules = { limit: 0, windowSeconds: 3600, capacity: 10_000 };

export interface StartedServices {
  readonly services: Services;
  readonly published: StartedPublication;
  readonly nonces: RememberedNonces;
  readonly metrics: Metrics;
  readonly lastUses: LastUses;
  readonly callHistory: CallHistory;
  /** Absent where none is kept. */
  readonly accessLog: AccessLogWriter | undefined;
  readonly stop: () => Promise<void>;
}

export interface RememberedNonces {
  readonly folder: string;
  readonly files: NonceFiles;
  readonly guard: ReplayGuard;
}

/** @param threads how many serve at the moment. */
export async function startServices(
  opened: OpenStore,
  config: Config,
  log: Log,
  threads: () => number,
): Promise<StartedServices> {
  const { store, sealer, directory, administration, statusIndex, issuers } = opened;
  const clock = systemClock;
  const random = randomBytes;
  const nonces = rememberNonces(config, clock, log);
  const accessLog = openAccessLog(config, clock, log);
  const metrics = createMetrics({
    certificates: () => statusIndex.size,
    journalSequence: opened.followedTo,
    rememberedNonces: () => nonces.guard.size,
    lostLogLines: () => accessLog?.lost ?? 0,
    workers: threads,
  });
  const background = new BackgroundWork((work, error) => log.error({ work, err: error }, 'background work failed'));
  const signer = new FileSigner(sealer, random, config.keysAhead);
  const checker = new SignatureChecker();
  const issuance = {
    ...{ store, issuers, signer, clock, background },
    verify: checker.verify,
    randomForNames: drawnAhead(random),
    issuanceRules: config,
  };
  const published = await startPublication(opened, config, log, { issuance, metrics });
  const { lastUses, stop: stopLastUses } = await keepLastUses(store, clock, log);
  const stopDroppingTokens = dropExpiredTokens(store, clock, log);
  const services: Services = {
    ...issuance,
    random,
    directory,
    administration,
    temporaryKeys: createTemporaryKeys({ sealing: sealer.derive('security tokens'), directory, clock, random }),
    // Every refused call seals one, so whoever is refused decides how many there are.
    diagnostics: sealer.derive('diagnostics'),
    statusIndex,
    journal: store,
    statusRules: { maxBatch: config.maxStatusBatch, revokeTimeUnit: config.revokeTimeUnit },
    crls: published.crls,
    lastUses,
    loggedCalls: loggedCalls(accessLog),
    wrongPasswords: new FailedAttempts(wrongPasswordRules, clock),
  };
  const stop = async (): Promise<void> => {
    await stopDroppingTokens();
    await stopLastUses();
    await background.stop();
    await published.stop();
    signer.close();
    await checker.close();
    nonces.files.close();
    await accessLog?.close();
    metrics.stop();
  };
  return { services, published, nonces, metrics, lastUses, callHistory: new CallHistory(), accessLog, stop };
}

function rememberNonces({ dataDir, maxNonces }: Config, clock: Clock, log: Log): RememberedNonces {
  const folder = join(dataDir, 'nonces');
  const files = new NonceFiles({
    folder,
    clock,
    onFailure: (error) => log.error({ err: error }, 'nonces cannot be written; changes are refused until they can'),
  });
  const guard = new ReplayGuard(clock, maxNonces, files);
  files.restoreTo(guard);
  return { folder, files, guard };
}

function openAccessLog({ dataDir, accessLog: settings }: Config, clock: Clock, log: Log): AccessLogWriter | undefined {
  if (!settings) return undefined;
  return new AccessLogWriter(logFolder(dataDir), settings, {
    now: clock.now,
    report: (problem) =>
      problem
        ? log.error({ err: problem }, 'the access log cannot be written; calls go on, and their lines wait or are lost')
        : log.info('the access log can be written again'),
  });
}
