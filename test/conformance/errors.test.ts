// Every error that an operation declares is brought about: its code, its HTTP status, a RequestId, and nothing changed.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { catalog } from '../../src/protocols/rpc/catalog.ts';
import { declaredErrors } from '../../src/protocols/rpc/derive.ts';
import { startService } from '../journeys/running-service.ts';
import { call, type Reply } from '../journeys/signed-request.ts';
import { provocation } from './provocations.ts';
import { makeTrouble, makeWorld, type TroubledWorld } from './world.ts';

describe('the declared errors of', () => {
  const cleanUp: (() => unknown)[] = [];
  let world: TroubledWorld;
  let journalHead: () => unknown;
  before(async () => {
    const service = await startService({ after: (work) => cleanUp.push(work as () => unknown) });
    world = await makeTrouble(await makeWorld(service.url));
    const database = new DatabaseSync(join(service.dataDir, 'certitude.db'), { readOnly: true });
    cleanUp.push(() => database.close());
    const head = database.prepare('SELECT sequence, hex(hash) AS hash FROM journal ORDER BY sequence DESC LIMIT 1');
    journalHead = () => head.get();
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  for (const [name, operation] of catalog) {
    test(name, async (t) => {
      for (const error of declaredErrors(operation)) {
        await t.test(`${error.code} (${Object.values(error.cause).join()})`, async (t) => {
          if (error.code === 'QuotaExceeded' && !catalog.has('AssignCertificateCount')) return t.skip('no quotas yet');
          const parameters = await provocation(world, operation, error);
          assert.ok(parameters, 'is declared, and nobody knows how to bring it about');
          const before = journalHead();
          const reply = await call(world.url, name, parameters, { method: 'POST' });
          assertRefused(reply, error.http, error.code);
          assert.deepEqual(journalHead(), before, 'a refused call changes nothing');
        });
      }
    });
  }
});

function assertRefused({ status, headers, body, text }: Reply, http: number, code: string): void {
  assert.deepEqual([status, body['Code']], [http, code], text);
  assert.match(String(body['RequestId']), /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  assert.equal(headers.get('x-acs-request-id'), body['RequestId']);
  assert.ok(body['HostId'] && body['Message'] && body['Recommend'], text);
}
