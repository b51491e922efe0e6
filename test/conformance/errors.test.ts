// Every error that an operation declares is brought about: its code, its HTTP status, a RequestId, and nothing changed.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { operationsOf } from '../../src/protocols/rpc/catalog.ts';
import { type DeclaredError, declaredErrors } from '../../src/protocols/rpc/derive.ts';
import { cas } from '../../src/protocols/rpc/product.ts';
import { assertRefused } from '../journeys/refused.ts';
import { startService } from '../journeys/running-service.ts';
import { call } from '../journeys/signed-request.ts';
import { provocation } from './provocations.ts';
import { startStillService } from './still-service.ts';
import { makeTrouble, makeWorld, type TroubledWorld } from './world.ts';

const operations = operationsOf(cas);

describe('the declared errors of', () => {
  const cleanUp: (() => unknown)[] = [];
  let world: TroubledWorld;
  /** Where what is issued in the background stays pending. */
  let stillWorld: TroubledWorld;
  const heads = new Map<TroubledWorld, () => unknown>();
  before(async () => {
    const lifetime = { after: (work: unknown) => cleanUp.push(work as () => unknown) };
    const open = async ({ url, dataDir }: { readonly url: string; readonly dataDir: string }) => {
      const database = new DatabaseSync(join(dataDir, 'certitude.db'), { readOnly: true });
      cleanUp.push(() => database.close());
      const number = database.prepare('SELECT id FROM certificates WHERE identifier = ?');
      const numberOf = (identifier: string) => Number(number.get(identifier)?.['id']);
      const world = await makeTrouble(await makeWorld(url), numberOf);
      // Of what callers do: the service itself makes OCSP responders meanwhile.
      const head = database.prepare(
        "SELECT sequence, hex(hash) AS hash FROM journal WHERE principal <> 'acs:certitude::operator' ORDER BY sequence DESC LIMIT 1",
      );
      heads.set(world, () => head.get());
      return world;
    };
    [world, stillWorld] = await Promise.all([
      startService(lifetime).then(open),
      startStillService(lifetime).then(open),
    ]);
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  for (const [name, operation] of operations) {
    test(name, async (t) => {
      for (const error of declaredErrors(operation)) {
        await t.test(`${error.code} (${told(error)})`, async () => {
          const where = told(error) === 'not-issued-yet' ? stillWorld : world;
          const parameters = await provocation(where, operation, error);
          assert.ok(parameters, 'is declared, and nobody knows how to bring it about');
          const before = heads.get(where)?.();
          const reply = await call(where.url, name, parameters, { method: 'POST' });
          assertRefused(reply, error.http, error.code);
          assert.deepEqual(heads.get(where)?.(), before, 'a refused call changes nothing');
        });
      }
    });
  }
});

/** What brings the error about, in a word. */
function told({ cause }: DeclaredError): string {
  return 'refusal' in cause ? cause.refusal.kind : Object.values(cause).join();
}
