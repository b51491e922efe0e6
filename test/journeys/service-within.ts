// The service in the test's own process: reached over the socket like any other, and open from within for what the API has
// no call for, such as a hold, or a store that goes away.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { loadConfig } from '../../src/app/config.ts';
import { initialise, operatorActor } from '../../src/app/initialise.ts';
import { createLog } from '../../src/app/log.ts';
import { type RunningServer, startServer } from '../../src/app/server.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import type { RevocationReason } from '../../src/registry/model.ts';
import { deleteCertificate, releaseEndEntity, revokeEndEntity } from '../../src/registry/revocation.ts';
import { freePort, rootKey, temporaryFolder } from './running-service.ts';

export interface ServiceWithin extends RunningServer {
  readonly account: AccountId;
  readonly port: number;
  readonly dataDir: string;
  /** For commands beside it. */
  readonly environment: Record<string, string>;
  readonly revoke: (identifier: string, reason?: RevocationReason) => Promise<void>;
  readonly release: (identifier: string) => Promise<void>;
  readonly remove: (identifier: string) => Promise<void>;
}

/** Up and ready; stopped and cleaned away when the test ends, unless it was stopped before. */
export async function startWithin(
  test: Pick<TestContext, 'after'>,
  environment: Record<string, string> = {},
): Promise<ServiceWithin> {
  const port = await freePort();
  const settings = {
    PATH: process.env['PATH'] ?? '',
    CERTITUDE_DATA_DIR: temporaryFolder(test),
    CERTITUDE_LISTEN: `127.0.0.1:${port}`,
    CERTITUDE_QPS: '0',
    ...environment,
  };
  const config = loadConfig(settings);
  let account: AccountId | undefined;
  const log = createLog('error');
  log.level = 'silent'; // what goes wrong here is meant to
  const running = await startServer(config, log, {
    mode: 'existing-or-create',
    prepare: async (opened) => {
      account = (await initialise(opened, rootKey))?.account;
    },
    onFatal: (error) => assert.fail(error),
  });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= running.stop();
    return stopped;
  };
  test.after(stop);
  if (account === undefined) return assert.fail('the store was not new');
  const command = { account, actor: operatorActor() };
  return {
    ...running,
    stop,
    account,
    port,
    dataDir: config.dataDir,
    environment: settings,
    revoke: (identifier, reason) => revokeEndEntity({ ...command, identifier, reason }, running.services),
    release: (identifier) => releaseEndEntity({ ...command, identifier }, running.services),
    remove: (identifier) => deleteCertificate({ ...command, identifier }, running.services),
  };
}
