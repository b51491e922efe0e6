// Roles and temporary keys, through the vendor's unmodified clients.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createAccount } from '../../src/access/administration/accounts.ts';
import { createAccessKey } from '../../src/access/administration/access-keys.ts';
import { operatorActor } from '../../src/app/initialise.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { type Administrator, administer, document, stsClient, trusting } from './roles.ts';
import { rootKey } from './running-service.ts';
import { type ServiceWithin, startWithin } from './service-within.ts';
import { type AccessKey, vendorClients } from './vendor-clients.ts';

describe('a session of a role', () => {
  const cleanUp: (() => unknown)[] = [];
  let service: ServiceWithin;
  let admin: Administrator;
  let alice: AccessKey;
  before(async () => {
    service = await startWithin({ after: (work) => cleanUp.push(work as () => unknown) });
    admin = administer(service, service.account);
    alice = await admin.user('alice');
    await admin.attach('AliyunSTSAssumeRoleAccess', { user: 'alice' });
    await admin.role('asker', trusting(admin.arnOf('root')));
    await admin.policy('ask', { Action: 'yundun-cert:List*' });
    await admin.attach('ask', { role: 'asker' });
  });
  test('tries', async () => {
    const client = stsClient(service.port, alice);
    console.log(await client.identity());
    const got = await client.assume({ roleArn: admin.roleArn('asker') });
    console.log(got);
    const keys = await client.keys({ roleArn: admin.roleArn('asker') });
    console.log(await stsClient(service.port, keys).identity());
    console.log(keys.securityToken?.length);
    for (const [name, caller] of vendorClients(service.port, keys)) {
      console.log(name, await caller('ListCert', {}));
    }
    try { await stsClient(service.port, rootKey).assume({ roleArn: admin.roleArn('asker') }); } catch (e) { console.log(e) }
    for (const work of cleanUp.reverse()) await work();
  });
});
