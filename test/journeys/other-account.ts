// A second account on a running service: nothing of the first may be seen or changed from there.

import assert from 'node:assert/strict';
import { followed } from './operator.ts';
import { certitude, type Service } from './running-service.ts';
import type { AccessKey } from './vendor-clients.ts';

export async function otherAccount(service: Pick<Service, 'url' | 'dataDir' | 'environment'>): Promise<AccessKey> {
  const made = await certitude(['access', 'account', 'create', 'other', '--json'], service.environment);
  assert.equal(made.status, 0, made.stderr);
  const key = JSON.parse(made.stdout) as AccessKey;
  await followed(service);
  return key;
}
