// Every error that an operation declares is brought about: its code, its HTTP status, a RequestId, and nothing changed.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { operationsOf } from '../../src/protocols/rpc/catalog.ts';
import { type DeclaredError, declaredErrors } from '../../src/protocols/rpc/derive.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { cas, type Product, ram, sts } from '../../src/protocols/rpc/product.ts';
import { assertRefused } from '../journeys/refused.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call, type Reply } from '../journeys/signed-request.ts';
import { provocation } from './provocations.ts';
import { ramProvocation } from './ram-provocations.ts';
import { makeRamTrouble, type Prepared } from './ram-world.ts';
import { startStillService } from './still-service.ts';
import { makeStsWorld, stsProvocation } from './sts-world.ts';
import { makeTrouble, makeWorld, type TroubledWorld } from './world.ts';

/** Where a product's errors are brought about. */
interface Stage {
  readonly provoke: (operation: Operation, error: DeclaredError) => Promise<Provoked>;
}

interface Provoked {
  readonly url: string;
  /** `undefined` where nobody has thought of any. */
  readonly call: Prepared | undefined;
  readonly journalHead: () => unknown;
}

type Lifetime = Parameters<typeof startWithin>[0];

const stages: readonly (readonly [Product, (lifetime: Lifetime) => Promise<Stage>])[] = [
  [cas, certificates],
  [ram, access],
  [sts, tokens],
];

for (const [product, open] of stages) {
  describe(`the declared errors of ${product.code}:`, () => {
    const cleanUp: (() => unknown)[] = [];
    let stage: Stage;
    before(async () => {
      stage = await open({ after: (work: unknown) => cleanUp.push(work as () => unknown) } as Lifetime);
    });
    after(async () => {
      for (const work of cleanUp.reverse()) await work();
    });

    for (const [name, operation] of operationsOf(product)) {
      test(name, async (t) => {
        for (const error of declaredErrors(operation)) {
          await t.test(`${error.code} (${told(error)})`, async () => {
            const { url, call: provoked, journalHead } = await stage.provoke(operation, error);
            assert.ok(provoked, 'is declared, and nobody knows how to bring it about');
            const { parameters, key } = provoked;
            const before = journalHead();
            const reply: Reply = await call(url, name, parameters, { method: 'POST', product, ...(key && { key }) });
            assertRefused(reply, error.http, error.code);
            assert.deepEqual(journalHead(), before, 'a refused call changes nothing');
          });
        }
      });
    }
  });
}

/** What brings the error about, in a word. */
function told({ cause }: DeclaredError): string {
  return 'refusal' in cause ? cause.refusal.kind : Object.values(cause).join();
}

async function certificates(lifetime: Lifetime): Promise<Stage> {
  const heads = new Map<TroubledWorld, () => unknown>();
  const openWorld = async ({ url, dataDir }: { readonly url: string; readonly dataDir: string }) => {
    const { database, journalHead } = openJournal(lifetime, dataDir);
    const number = database.prepare('SELECT id FROM certificates WHERE identifier = ?');
    const numberOf = (identifier: string) => Number(number.get(identifier)?.['id']);
    const world = await makeTrouble(await makeWorld(url), numberOf);
    heads.set(world, journalHead);
    return world;
  };
  const [world, stillWorld] = await Promise.all([
    startWithin(lifetime).then(openWorld),
    // Where what is issued in the background stays pending.
    startStillService(lifetime).then(openWorld),
  ]);
  return {
    provoke: async (operation, error) => {
      const where = told(error) === 'not-issued-yet' ? stillWorld : world;
      const parameters = await provocation(where, operation, error);
      return { url: where.url, call: parameters && { parameters }, journalHead: () => heads.get(where)?.() };
    },
  };
}

async function access(lifetime: Lifetime): Promise<Stage> {
  const service = await startWithin(lifetime);
  const { journalHead } = openJournal(lifetime, service.dataDir);
  const world = await makeRamTrouble(service);
  return {
    provoke: async (operation, error) => ({
      url: world.url,
      call: await ramProvocation(world, operation, error),
      journalHead,
    }),
  };
}

async function tokens(lifetime: Lifetime): Promise<Stage> {
  const service = await startWithin(lifetime);
  const { journalHead } = openJournal(lifetime, service.dataDir);
  const world = await makeStsWorld(service.url);
  return {
    provoke: async (operation, error) => ({
      url: world.url,
      call: stsProvocation(world, operation, error),
      journalHead,
    }),
  };
}

function openJournal(lifetime: Lifetime, dataDir: string) {
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { readOnly: true });
  lifetime.after(() => database.close());
  // Of what callers do: the service itself makes OCSP responders meanwhile.
  const head = database.prepare(
    "SELECT sequence, hex(hash) AS hash FROM journal WHERE principal <> 'acs:certitude::operator' ORDER BY sequence DESC LIMIT 1",
  );
  return { database, journalHead: () => head.get() };
}
