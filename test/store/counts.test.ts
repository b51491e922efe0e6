// The counts lists are told from (listing-counts.ts) after any sequence of what can happen, beside a plain count of a
// model. Each run has an account of its own and lies across the border of two blocks of ids.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { Refused } from '../../src/base/refusal.ts';
import { unixSeconds } from '../../src/base/time.ts';
import { idsPerBlock } from '../../src/drivers/sql/listing-counts.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import type { EndEntityKind } from '../../src/registry/model.ts';
import type { EndEntityQuery, Material } from '../../src/registry/store.ts';
import { append, folder, issued, make, newSubject, openedStore, reserved, type Subject } from './events.ts';

const kinds = ['client', 'server', 'custom'] as const satisfies readonly EndEntityKind[];
const groups = ['rg-1', 'rg-2'] as const;
const states = ['pending', 'issued', 'revoked'] as const;

interface Modelled {
  readonly subject: Subject;
  readonly kind: EndEntityKind;
  state: 'reserved' | 'pending' | 'issued' | 'held' | 'revoked' | 'deleted' | 'abandoned';
  group?: string;
  id?: number;
}

const acts = ['issue', 'revoke', 'hold', 'release', 'delete', 'abandon', 'label', 'move', 'upload'] as const;
type Step =
  | {
      readonly act: 'reserve';
      readonly kind: EndEntityKind;
      readonly issuer: number;
      readonly pending: boolean;
      readonly group: string | undefined;
    }
  | { readonly act: (typeof acts)[number]; readonly which: number; readonly group: string };

const group = fc.constantFrom(...groups);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    act: fc.constant('reserve' as const),
    kind: fc.constantFrom(...kinds),
    issuer: fc.nat(1),
    pending: fc.boolean(),
    group: fc.option(group, { nil: undefined }),
  }),
  fc.record({ act: fc.constantFrom(...acts), which: fc.nat(5), group }),
  fc.record({ act: fc.constantFrom('issue' as const, 'revoke' as const), which: fc.nat(5), group }),
);

test('lists tell as many as there are, and each of them, after any sequence of changes', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const database = new DatabaseSync(databaseFile(dataDir));
  t.after(() => database.close());
  let account = 2_000_000_000_000_000;
  let block = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (steps) => {
      const of = String(++account) as AccountId;
      // So that some of its certificates get the last ids of a block and some the first of the next.
      block++;
      database.exec(`UPDATE sqlite_sequence SET seq = ${block * idsPerBlock - 6} WHERE name = 'certificates'`);
      const root = await make(store, 'root', { of });
      const issuers = await Promise.all([0, 1].map(() => make(store, 'subordinate', { issuer: root.identifier, of })));
      const model: Modelled[] = [];
      for (const each of steps) await carryOut(store, of, issuers, model, each);
      for (const filter of filters(issuers)) await compare(store, of, model, filter);
    }),
    { numRuns: 60 },
  );
  const { broken, differences } = await store.verifyJournal();
  assert.deepEqual([broken, differences], [undefined, []]);
});

async function carryOut(
  store: SqliteStore,
  of: AccountId,
  issuers: readonly Subject[],
  model: Modelled[],
  step: Step,
): Promise<void> {
  const tbs = new Uint8Array([1]);
  if (step.act === 'reserve') {
    const subject = newSubject(issuers[step.issuer]?.identifier);
    const labels = step.group === undefined ? {} : { resourceGroupId: step.group };
    const event = reserved(subject, step.kind, { labels, ...(step.pending && { pending: true }) });
    await append(store, event, { sealedKey: randomBytes(8), ...(step.pending && { tbs }) }, of);
    const state = step.pending ? ('pending' as const) : ('reserved' as const);
    model.push({ subject, kind: step.kind, state, ...(step.group !== undefined && { group: step.group }) });
    return;
  }
  const target = model[step.which % Math.max(1, model.length)];
  if (!target) return;
  const { event, material, allowed, after } = actOn(target, step);
  const attempt = append(store, event, material, of);
  if (!allowed.includes(target.state)) return await assert.rejects(attempt, Refused);
  await attempt;
  Object.assign(target, after);
}

interface Act {
  readonly event: CertificateEvent;
  readonly material?: Material;
  readonly allowed: readonly Modelled['state'][];
  readonly after: Partial<Modelled>;
}

function actOn({ subject, kind }: Modelled, { act, group }: Exclude<Step, { act: 'reserve' }>): Act {
  const listed = ['pending', 'issued', 'held', 'revoked'] as const;
  const revokedAt = unixSeconds(1_800_000_000);
  switch (act) {
    case 'issue': {
      const { event, der } = issued(subject, kind);
      return { event, material: { der }, allowed: ['reserved', 'pending'], after: { state: 'issued' } };
    }
    case 'revoke': {
      const event = { kind: 'certificate-revoked', ...subject, revokedAt } as const;
      return { event, allowed: ['issued', 'held'], after: { state: 'revoked' } };
    }
    case 'hold': {
      const event = { kind: 'certificate-revoked', ...subject, revokedAt, reason: 'certificateHold' } as const;
      return { event, allowed: ['issued'], after: { state: 'held' } };
    }
    case 'release':
      return { event: { kind: 'certificate-released', ...subject }, allowed: ['held'], after: { state: 'issued' } };
    case 'delete': {
      const event = { kind: 'certificate-deleted', ...subject } as const;
      return { event, allowed: ['held', 'revoked'], after: { state: 'deleted' } };
    }
    case 'abandon': {
      const event = { kind: 'certificate-abandoned', ...subject, why: 'authority-revoked' } as const;
      return { event, allowed: ['pending'], after: { state: 'abandoned' } };
    }
    case 'label': {
      const event = { kind: 'certificate-labelled', ...subject, tags: { put: [{ key: group, value: '' }] } } as const;
      return { event, allowed: listed, after: {} };
    }
    case 'move': {
      const event = { kind: 'certificate-labelled', ...subject, resourceGroupId: group } as const;
      return { event, allowed: listed, after: { group } };
    }
    case 'upload':
      return { event: { kind: 'certificate-uploaded', ...subject }, allowed: ['issued', 'held', 'revoked'], after: {} };
  }
}

type Filter = Pick<EndEntityQuery, 'kind' | 'state' | 'issuer' | 'resourceGroupId'>;

function filters(issuers: readonly Subject[]): Filter[] {
  return [
    {},
    ...kinds.map((kind) => ({ kind })),
    ...states.map((state) => ({ state })),
    ...issuers.map(({ identifier: issuer }) => ({ issuer })),
    ...groups.map((resourceGroupId) => ({ resourceGroupId })),
    ...groups.map((resourceGroupId) => ({ resourceGroupId, state: 'issued' as const, kind: 'client' as const })),
  ];
}

async function compare(
  store: SqliteStore,
  account: AccountId,
  model: readonly Modelled[],
  filter: Filter,
): Promise<void> {
  const expected = model
    .filter(
      ({ subject, kind, state, group }) =>
        shownAs(state) !== undefined &&
        (filter.kind === undefined || kind === filter.kind) &&
        (filter.state === undefined || shownAs(state) === filter.state) &&
        (filter.issuer === undefined || subject.issuer === filter.issuer) &&
        (filter.resourceGroupId === undefined || group === filter.resourceGroupId),
    )
    .map(({ subject }) => subject.identifier)
    .reverse();
  const found: string[] = [];
  // Page by page, over the border of the blocks.
  for (let offset = 0; ; offset += 3) {
    const { total, page, more } = await store.listEndEntities({ account, ...filter, start: { offset }, limit: 3 });
    assert.equal(total, expected.length, JSON.stringify(filter));
    found.push(...page.map(({ identifier }) => identifier));
    if (!more) break;
  }
  assert.deepEqual(found, expected, JSON.stringify(filter));
}

function shownAs(state: Modelled['state']): (typeof states)[number] | undefined {
  if (state === 'held') return 'revoked';
  return state === 'pending' || state === 'issued' || state === 'revoked' ? state : undefined;
}
