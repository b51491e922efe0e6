// Verification is silent on what the store wrote itself, and finds whatever was written behind its back.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { sha256Hex } from '../../src/base/bytes.ts';
import { type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import type { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import type { RevocationReason } from '../../src/registry/model.ts';
import { append, draft, folder, issue, issueRoot, openedStore, reserve, type Subject } from './writing.ts';

test('a store of everything that can happen to certificates is found as it was written', async (t) => {
  const { store, cases } = await variedStore(t);
  const { entries, certificates, broken, differences } = await store.verifyJournal();
  assert.deepEqual([broken, differences], [undefined, []]);
  assert.equal(certificates, cases.size);
  assert.equal(entries, (await store.head()).sequence);
});

test('every column of every certificate is found if it is altered', async (t) => {
  const { store, cases, tampered } = await variedStore(t);
  for (const [name, { identifier }] of cases) {
    for (const [column, value] of alterations(tampered.row(identifier))) {
      // Names the certificate to the journal, so that the row is another's that was never journalled.
      const found = column === 'identifier' ? 'row' : column;
      await tampered.with(
        `UPDATE certificates SET ${column} = ${value} WHERE identifier = '${identifier}'`,
        async () => {
          const { differences, broken } = await store.verifyJournal();
          assert.equal(broken, undefined);
          const columns = differences.map((difference) => difference.column);
          assert.ok(columns.includes(found), `${name}: ${column} is ${value}, found ${JSON.stringify(differences)}`);
          if (column !== 'identifier') {
            // What lists count by is no longer as it is counted.
            const own = differences.filter((difference) => !difference.column.endsWith('_counts'));
            assert.deepEqual(new Set(own.map((difference) => difference.identifier)), new Set([identifier]));
          }
        },
      );
    }
  }
  assert.deepEqual((await store.verifyJournal()).differences, []);
});

test('rows, tags, tokens and keys that were made up, moved or taken away are found', async (t) => {
  const { store, cases, tampered } = await variedStore(t);
  const id = (name: string) => cases.get(name)?.identifier ?? assert.fail(name);
  const where = (name: string) => `WHERE identifier = '${id(name)}'`;
  const changes: [statement: string, certificate: string, column: string][] = [
    [`DELETE FROM certificates ${where('held')}`, 'held', 'row'],
    [`DELETE FROM certificates ${where('pending')}`, 'pending', 'row'],
    [`DELETE FROM tags ${where('labelled')}`, 'labelled', 'tags'],
    [`DELETE FROM tags ${where('labelled')} AND position = 1`, 'labelled', 'tags'],
    [`UPDATE tags SET value = 'x' ${where('labelled')} AND position = 0`, 'labelled', 'tags'],
    [`UPDATE tags SET position = 7 ${where('labelled')} AND position = 0`, 'labelled', 'tags'],
    [`UPDATE tags SET identifier = '${id('held')}' ${where('labelled')}`, 'held', 'tags'],
    [`INSERT INTO tags (identifier, position, key, value) VALUES ('${id('deleted')}', 0, 'a', 'b')`, 'deleted', 'tags'],
    [`DELETE FROM client_tokens ${where('tokened')}`, 'tokened', 'client_token'],
    [`UPDATE client_tokens SET parameters = 'x' ${where('tokened')}`, 'tokened', 'client_token'],
    [`UPDATE client_tokens SET operation = 'Other' ${where('tokened')}`, 'tokened', 'client_token'],
    [`UPDATE client_tokens SET account = '2' ${where('tokened')}`, 'tokened', 'client_token'],
    [`UPDATE client_tokens SET token = 'x' ${where('labelled')}`, 'labelled', 'client_token'],
    [`UPDATE client_tokens SET identifier = '${id('held')}' ${where('tokened')}`, 'held', 'client_token'],
    [
      `INSERT INTO client_tokens (account, operation, token, parameters, identifier, taken_at) VALUES ('1', 'Made', 'up', '', '${id('held')}', 1)`,
      'held',
      'client_token',
    ],
    [`DELETE FROM sealed WHERE identity = 'private-key:${id('held')}'`, 'held', 'has_key'],
    [`INSERT INTO sealed (identity, bytes) VALUES ('private-key:${id('deleted')}', x'00')`, 'deleted', 'has_key'],
    [`INSERT INTO sealed (identity, bytes) VALUES ('private-key:${id('abandoned')}', x'00')`, 'abandoned', 'has_key'],
    [`UPDATE certificates SET issued_count = issued_count - 1 ${where('issuing')}`, 'issuing', 'issued_count'],
    [`UPDATE certificates SET quota = NULL ${where('issuing')}`, 'issuing', 'quota'],
    // What lists count by: the authority is named whose certificates they are.
    [`UPDATE listing_counts SET n = n + 1 WHERE issuer = '${id('issuing')}'`, 'issuing', 'listing_counts'],
    [`DELETE FROM listing_counts WHERE issuer = '${id('issuing')}'`, 'issuing', 'listing_counts'],
    [`UPDATE listing_counts SET block = 7 WHERE issuer = '${id('issuing')}'`, 'issuing', 'listing_counts'],
    [`UPDATE change_counts SET n = n + 1 WHERE issuer = '${id('issuing')}'`, 'issuing', 'change_counts'],
    [`UPDATE change_counts SET day = day + 1 WHERE issuer = '${id('issuing')}'`, 'issuing', 'change_counts'],
    [`DELETE FROM change_counts WHERE issuer = '${id('issuing')}'`, 'issuing', 'change_counts'],
    [`UPDATE recounts SET n = n + 1 WHERE issuer = '${id('issuing')}'`, 'issuing', 'listing_counts'],
    [`UPDATE recounts SET n = n + 1 WHERE issuer = '${id('issuing')}'`, 'issuing', 'change_counts'],
    [`UPDATE recounts SET block = 7 WHERE issuer = '${id('issuing')}'`, 'issuing', 'listing_counts'],
    [`UPDATE recounts SET day = day + 1 WHERE issuer = '${id('issuing')}'`, 'issuing', 'change_counts'],
    [`DELETE FROM recounts WHERE issuer = '${id('issuing')}'`, 'issuing', 'listing_counts'],
    // What reads like another honest state.
    [
      `UPDATE certificates SET state = 'issued', revoked_at = NULL, reason = NULL, sequence = sequence - 1 ${where('held')}`,
      'held',
      'state',
    ],
    [`UPDATE certificates SET state = 'pending', der = NULL ${where('issued')}`, 'issued', 'state'],
    [`UPDATE certificates SET state = 'reserved' ${where('pending')}`, 'pending', 'state'],
    [`UPDATE certificates SET state = 'pending', tbs = x'00' ${where('abandoned')}`, 'abandoned', 'state'],
    [
      `UPDATE certificates SET revoked_at = 1, reason = 'superseded' ${where('released, revoked and deleted')}`,
      'released, revoked and deleted',
      'reason',
    ],
    [`UPDATE certificates SET labels_sequence = 1 ${where('labelled')}`, 'labelled', 'labels_sequence'],
  ];
  for (const [statement, certificate, column] of changes) {
    await tampered.with(statement, async () => {
      const { differences, broken } = await store.verifyJournal();
      assert.equal(broken, undefined);
      const isFound = differences.some((each) => each.identifier === id(certificate) && each.column === column);
      assert.ok(isFound, `${statement}: ${JSON.stringify(differences)}`);
    });
  }
  assert.deepEqual((await store.verifyJournal()).differences, []);
});

test('behind a break nothing is said of certificates, before it all is', async (t) => {
  const { store, cases, tampered } = await variedStore(t);
  const held = cases.get('held') ?? assert.fail();
  const last = (await store.head()).sequence;
  const statement = `UPDATE certificates SET alias_name = 'x' WHERE identifier IN ('${held.identifier}', '${cases.get('labelled')?.identifier}')`;
  await tampered.with(`${statement}; UPDATE journal SET at = at + 1 WHERE sequence = ${last}`, async () => {
    const { broken, differences } = await store.verifyJournal();
    assert.deepEqual(broken, { sequence: last, problem: 'altered' });
    // The last entry is about the one that was labelled.
    assert.deepEqual(
      differences.map(({ identifier, column }) => [identifier, column]),
      [[held.identifier, 'alias_name']],
    );
  });
});

test('what is kept to be signed later is what the journal names, or it is not taken', async (t) => {
  const store = await openedStore(t);
  const root = await issueRoot(store);
  const subject = await reserve(store, root);
  const event = {
    ...subject,
    kind: 'certificate-reserved',
    certificateKind: 'client',
    keyAlgorithm: 'ECC_256',
    subject: 'CN=x',
    notBefore: unixSeconds(0),
    notAfter: unixSeconds(1),
    labels: {},
    pending: true,
  } as const;
  const tbs = Uint8Array.of(1, 2, 3);
  await assert.rejects(append(store, event, { tbs }), TypeError);
  await assert.rejects(append(store, { ...event, tbsSha256: sha256Hex(Uint8Array.of(1, 2)) }, { tbs }), TypeError);
});

/** SQL that gives each column another value, and none where it has one. */
function alterations(row: Record<string, unknown>): [column: string, value: string][] {
  const found: [string, string][] = [];
  for (const [column, value] of Object.entries(row)) {
    // Rows are numbered by the database.
    if (column === 'id') continue;
    if (column === 'state') {
      for (const state of ['reserved', 'pending', 'issued', 'revoked', 'deleted', 'abandoned']) {
        if (state !== value) found.push([column, `'${state}'`]);
      }
    } else if (typeof value === 'number') {
      found.push([column, `${column} + 1`], [column, `${column} - 1`]);
    } else if (typeof value === 'string') {
      found.push([column, `${column} || 'x'`]);
    } else if (value === null) {
      found.push([column, ['der', 'tbs'].includes(column) ? "x'00'" : textColumns.has(column) ? "'x'" : '0']);
    } else {
      found.push([column, "x'0102'"]);
    }
    if (value !== null && nullable.has(column)) found.push([column, 'NULL']);
  }
  return found;
}

const textColumns = new Set(['alias_name', 'custom_identifier', 'resource_group_id', 'terms', 'reason']);
const nullable = new Set([...textColumns, 'revoked_at', 'invalidity_date', 'uploaded_at', 'quota', 'der', 'tbs']);

interface Tampered {
  row(identifier: string): Record<string, unknown>;
  /** Looks at the database as the statement leaves it, and puts it right again. */
  with(statement: string, look: () => Promise<void>): Promise<void>;
}

/** Another connection, as an intruder's. */
function tamperedBehind(t: TestContext, dataDir: string): Tampered {
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  t.after(() => database.close());
  const tables = [
    'certificates',
    'tags',
    'client_tokens',
    'sealed',
    'journal',
    'listing_counts',
    'change_counts',
    'recounts',
  ];
  for (const table of tables) database.exec(`CREATE TEMP TABLE "sound_${table}" AS SELECT * FROM main.${table}`);
  return {
    row: (identifier) =>
      database.prepare('SELECT * FROM certificates WHERE identifier = ?').get(identifier) as Record<string, unknown>,
    with: async (statement, look) => {
      try {
        database.exec(statement);
      } catch (error) {
        // What the database does not take cannot be in it.
        assert.match(String(error), /UNIQUE constraint failed/);
        return;
      }
      try {
        await look();
      } finally {
        database.exec('BEGIN');
        for (const table of tables) {
          database.exec(`DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM "sound_${table}"`);
        }
        database.exec('COMMIT');
      }
    },
  };
}

/** One certificate for each way there is through the states, and for each thing that is attached. */
async function variedStore(
  t: TestContext,
): Promise<{ store: SqliteStore; cases: ReadonlyMap<string, Subject>; tampered: Tampered }> {
  const dataDir = folder(t);
  let store = await openedStore(t, dataDir);
  let now: number = draft.at;
  const next = () => {
    now += 1000;
    return now as UnixMillis;
  };
  const cases = new Map<string, Subject>();
  const add = (name: string, subject: Subject) => {
    cases.set(name, subject);
    return subject;
  };
  const root = add('root', await issueRoot(store));
  const issuing = add('issuing', await reserve(store, root, { kind: 'subordinate', at: next() }));
  await issue(store, issuing, 'subordinate', next());
  const issued = async (name: string, more: Parameters<typeof reserve>[2] = {}) => {
    const subject = add(name, await reserve(store, issuing, { at: next(), ...more }));
    await issue(store, subject, more.kind, next());
    return subject;
  };
  const revoke = (subject: Subject, seconds: number, reason?: RevocationReason) =>
    append(
      store,
      {
        kind: 'certificate-revoked',
        ...subject,
        revokedAt: unixSeconds(seconds),
        ...(reason && { reason }),
        ...(reason === 'keyCompromise' && { invalidityDate: unixSeconds(seconds - 10) }),
      },
      {},
      next(),
    );
  const plain = (kind: 'certificate-released' | 'certificate-deleted' | 'certificate-uploaded', subject: Subject) =>
    append(store, { kind, ...subject }, {}, next());

  for (const total of [50, 90]) {
    await append(store, { kind: 'certificate-quota-assigned', ...issuing, total }, {}, next());
  }
  await issued('issued');
  add('reserved', await reserve(store, issuing, { customIdentifier: 'kept', at: next() }));
  const token = { operation: 'CreateClientCertificate', token: 't1', parameters: 'p' };
  await issued('tokened', { clientToken: token, customIdentifier: 'mine', aliasName: 'alias', resourceGroupId: 'rg' });
  await revoke(await issued('revoked'), 100, 'keyCompromise');
  await revoke(await issued('held'), 200, 'certificateHold');
  const forGood = await issued('revoked for good');
  await revoke(forGood, 300, 'certificateHold');
  await revoke(forGood, 300);
  const released = await issued('released');
  await revoke(released, 400, 'certificateHold');
  await plain('certificate-released', released);
  const heldAgain = await issued('held again', { kind: 'server' });
  await revoke(heldAgain, 500, 'certificateHold');
  await plain('certificate-released', heldAgain);
  await revoke(heldAgain, 600, 'certificateHold');
  const often = await issued('released, revoked and deleted');
  await revoke(often, 700, 'certificateHold');
  await plain('certificate-released', often);
  await revoke(often, 800, 'certificateHold');
  await revoke(often, 800, 'keyCompromise');
  await plain('certificate-deleted', often);
  const deleted = await issued('deleted', { customIdentifier: 'again', tags: [] });
  await revoke(deleted, 900, 'superseded');
  await plain('certificate-deleted', deleted);
  await issued('same name', { customIdentifier: 'again', kind: 'custom' });
  await plain('certificate-uploaded', await issued('uploaded'));
  add('pending', await reserve(store, issuing, { pending: true, resourceGroupId: 'rg', at: next() }));
  await issued('issued in the background', { pending: true });
  const abandoned = add('abandoned', await reserve(store, issuing, { pending: true, aliasName: 'a', at: next() }));
  await append(store, { kind: 'certificate-abandoned', ...abandoned, why: 'authority-revoked' }, {}, next());
  const deletedIssuer = add('deleted issuer', await reserve(store, root, { kind: 'subordinate', at: next() }));
  await issue(store, deletedIssuer, 'subordinate', next());
  const responder = add('responder', await reserve(store, deletedIssuer, { kind: 'responder', at: next() }));
  await issue(store, responder, 'responder', next());
  await revoke(deletedIssuer, 1000);
  await plain('certificate-deleted', deletedIssuer);
  await append(store, { kind: 'certificate-crl-requested', ...issuing }, {}, next());
  // What is counted so far is added up at the end; the lines of what comes now wait.
  await store.close();
  store = await openedStore(t, dataDir, 'existing');
  const labelled = await issued('labelled', { tags: [{ key: 'a', value: '1' }], aliasName: 'before' });
  const label = (change: object) => append(store, { kind: 'certificate-labelled', ...labelled, ...change }, {}, next());
  await label({ aliasName: 'after' });
  await label({ resourceGroupId: 'rg-2', tags: { put: [{ key: 'b', value: '2' }] } });
  await label({
    tags: { put: [{ key: 'a', value: '3' }] },
    clientToken: { operation: 'TagResources', token: 't', parameters: 'p' },
  });
  return { store, cases, tampered: tamperedBehind(t, dataDir) };
}
