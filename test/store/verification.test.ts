// What `journal verify` finds: nothing in a store in which everything has happened that can, and every column that was
// altered behind the journal's back.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { append, folder, make, newSubject, openedStore, reserved, type Subject } from './events.ts';

const clientToken = { operation: 'CreateClientCertificate', token: 't', parameters: 'p' };
const tags = [
  { key: 'team', value: 'a' },
  { key: 'site', value: 'b' },
];

interface Eventful {
  readonly root: Subject;
  readonly sub: Subject;
  readonly plain: Subject;
  readonly labelled: Subject;
  readonly held: Subject;
  readonly released: Subject;
  readonly gone: Subject;
  readonly pending: Subject;
  readonly abandoned: Subject;
  readonly bare: Subject;
}

/** One certificate for each thing that can happen to one. */
async function eventful(store: SqliteStore): Promise<Eventful> {
  const root = await make(store, 'root');
  const issuer = root.identifier;
  const sub = await make(store, 'subordinate', { issuer });
  const below = { issuer: sub.identifier };
  const revokedAt = unixSeconds(1_800_000_000);
  const plain = await make(store, 'client', { ...below, clientToken, labels: { tags, resourceGroupId: 'rg-1' } });
  const labelled = await make(store, 'server', { ...below, labels: { aliasName: 'first', customIdentifier: 'mine' } });
  await append(store, { kind: 'certificate-labelled', ...labelled, aliasName: 'second', tags: { put: tags } });
  await append(store, { kind: 'certificate-labelled', ...labelled, tags: { remove: ['team'] } });
  await append(store, { kind: 'certificate-labelled', ...labelled, resourceGroupId: 'rg-2' });
  await append(store, { kind: 'certificate-uploaded', ...labelled });
  const held = await make(store, 'custom', below);
  await append(store, { kind: 'certificate-revoked', ...held, revokedAt, reason: 'certificateHold' });
  const released = await make(store, 'client', below);
  await append(store, { kind: 'certificate-revoked', ...released, revokedAt, reason: 'certificateHold' });
  await append(store, { kind: 'certificate-released', ...released });
  const gone = await make(store, 'client', below);
  const invalidityDate = unixSeconds(1_700_000_000);
  await append(store, { kind: 'certificate-revoked', ...gone, revokedAt, reason: 'certificateHold' });
  await append(store, { kind: 'certificate-released', ...gone });
  await append(store, { kind: 'certificate-revoked', ...gone, revokedAt, reason: 'keyCompromise', invalidityDate });
  await append(store, { kind: 'certificate-deleted', ...gone });
  const tbs = new Uint8Array([1]);
  const pending = newSubject(sub.identifier);
  await append(store, reserved(pending, 'client', { pending: true }), { tbs, sealedKey: randomBytes(64) });
  const abandoned = newSubject(sub.identifier);
  await append(store, reserved(abandoned, 'client', { pending: true }), { tbs, sealedKey: randomBytes(64) });
  await append(store, { kind: 'certificate-abandoned', ...abandoned, why: 'quota-exhausted' });
  const bare = newSubject(sub.identifier);
  await append(store, reserved(bare, 'server'));
  await append(store, { kind: 'certificate-quota-assigned', ...sub, total: 50 });
  await append(store, { kind: 'certificate-quota-assigned', ...root, total: 50 });
  await append(store, { kind: 'certificate-quota-assigned', ...root, total: null });
  await append(store, { kind: 'certificate-crl-requested', ...sub });
  await make(store, 'responder', below);
  return { root, sub, plain, labelled, held, released, gone, pending, abandoned, bare };
}

/** Whose row, which statement on it, and what is found. */
const alterations: readonly (readonly [keyof Eventful, string, ...string[]])[] = [
  ['plain', "UPDATE certificates SET state = 'revoked' WHERE identifier = ?", 'state'],
  ['held', "UPDATE certificates SET state = 'issued' WHERE identifier = ?", 'state', 'listing_counts'],
  ['gone', "UPDATE certificates SET state = 'revoked' WHERE identifier = ?", 'state'],
  ['plain', "UPDATE certificates SET kind = 'server' WHERE identifier = ?", 'kind', 'listing_counts'],
  ['plain', "UPDATE certificates SET account = '1000000000000002' WHERE identifier = ?", 'account'],
  ['plain', "UPDATE certificates SET serial = 'abcd' WHERE identifier = ?", 'serial'],
  ['plain', "UPDATE certificates SET subject = 'CN=y' WHERE identifier = ?", 'subject'],
  ['plain', 'UPDATE certificates SET not_before = 1 WHERE identifier = ?', 'not_before'],
  ['plain', 'UPDATE certificates SET not_after = 2 WHERE identifier = ?', 'not_after'],
  ['plain', "UPDATE certificates SET key_algorithm = 'RSA_4096' WHERE identifier = ?", 'key_algorithm'],
  ['plain', 'UPDATE certificates SET changed_at = changed_at + 1 WHERE identifier = ?', 'changed_at'],
  ['plain', 'UPDATE certificates SET labels_sequence = 1 WHERE identifier = ?', 'labels_sequence'],
  ['plain', 'UPDATE certificates SET sequence = 1 WHERE identifier = ?', 'sequence'],
  ['plain', 'UPDATE certificates SET uploaded_at = 1 WHERE identifier = ?', 'uploaded_at'],
  ['plain', "UPDATE certificates SET der = x'00' WHERE identifier = ?", 'der'],
  ['plain', 'UPDATE certificates SET der = NULL WHERE identifier = ?', 'der'],
  ['plain', "UPDATE certificates SET tbs = x'00' WHERE identifier = ?", 'tbs'],
  ['plain', 'UPDATE certificates SET revoked_at = 1 WHERE identifier = ?', 'revoked_at'],
  ['plain', "UPDATE certificates SET reason = 'superseded' WHERE identifier = ?", 'reason'],
  ['plain', 'UPDATE certificates SET invalidity_date = 1 WHERE identifier = ?', 'invalidity_date'],
  ['plain', 'UPDATE certificates SET quota = 1 WHERE identifier = ?', 'quota'],
  ['plain', 'UPDATE certificates SET issued_count = 1 WHERE identifier = ?', 'issued_count'],
  ['plain', 'UPDATE certificates SET has_key = 0 WHERE identifier = ?', 'private_key'],
  ['plain', "DELETE FROM sealed WHERE identity = 'private-key:' || ?", 'private_key'],
  ['plain', "UPDATE certificates SET resource_group_id = 'rg-3' WHERE identifier = ?", 'resource_group_id'],
  ['plain', "UPDATE tags SET value = 'c' WHERE key = 'team' AND identifier = ?", 'tags'],
  ['plain', 'UPDATE tags SET position = 5 WHERE position = 0 AND identifier = ?', 'tags'],
  ['plain', 'DELETE FROM tags WHERE identifier = ?', 'tags'],
  ['bare', "INSERT INTO tags VALUES (?, 0, 'x', 'y')", 'tags'],
  ['plain', "UPDATE client_tokens SET parameters = 'q' WHERE identifier = ?", 'client_tokens'],
  ['plain', 'DELETE FROM client_tokens WHERE identifier = ?', 'client_tokens'],
  ['bare', "INSERT INTO client_tokens VALUES ('1000000000000001', 'X', 't', 'p', ?)", 'client_tokens'],
  ['labelled', "UPDATE certificates SET alias_name = 'first' WHERE identifier = ?", 'alias_name'],
  ['labelled', 'UPDATE certificates SET custom_identifier = NULL WHERE identifier = ?', 'custom_identifier'],
  ['labelled', "UPDATE certificates SET resource_group_id = 'rg-1' WHERE identifier = ?", 'resource_group_id'],
  ['labelled', 'UPDATE certificates SET uploaded_at = NULL WHERE identifier = ?', 'uploaded_at'],
  ['held', 'UPDATE certificates SET reason = NULL WHERE identifier = ?', 'reason'],
  ['held', 'UPDATE certificates SET revoked_at = revoked_at + 1 WHERE identifier = ?', 'revoked_at'],
  ['gone', 'UPDATE certificates SET revoked_at = revoked_at + 1 WHERE identifier = ?', 'revoked_at'],
  ['gone', 'UPDATE certificates SET invalidity_date = NULL WHERE identifier = ?', 'invalidity_date'],
  ['gone', 'UPDATE certificates SET has_key = 1 WHERE identifier = ?', 'private_key'],
  ['pending', 'UPDATE certificates SET tbs = NULL WHERE identifier = ?', 'tbs'],
  ['pending', "UPDATE certificates SET state = 'reserved' WHERE identifier = ?", 'state', 'listing_counts'],
  ['abandoned', "UPDATE certificates SET state = 'pending' WHERE identifier = ?", 'state', 'tbs', 'listing_counts'],
  ['bare', "UPDATE certificates SET der = x'00' WHERE identifier = ?", 'der'],
  ['bare', 'DELETE FROM certificates WHERE identifier = ?', 'row'],
  ['sub', 'UPDATE certificates SET quota = NULL WHERE identifier = ?', 'quota'],
  ['root', 'UPDATE certificates SET quota = 1 WHERE identifier = ?', 'quota'],
  ['sub', 'UPDATE certificates SET issued_count = issued_count - 1 WHERE identifier = ?', 'issued_count'],
  ['sub', 'UPDATE certificates SET terms = \'{"maxDays":1}\' WHERE identifier = ?', 'terms'],
  ['sub', "UPDATE listing_counts SET n = n + 1 WHERE kind = 'custom' AND issuer = ?", 'listing_counts'],
  ['sub', "DELETE FROM listing_counts WHERE kind = 'custom' AND issuer = ?", 'listing_counts'],
  ['sub', "INSERT INTO listing_counts VALUES ('1', 7, 'client', 'issued', ?, '', 1)", 'listing_counts'],
  ['sub', "UPDATE change_counts SET n = n + 1 WHERE kind = 'custom' AND issuer = ?", 'change_counts'],
  ['sub', "DELETE FROM change_counts WHERE kind = 'custom' AND issuer = ?", 'change_counts'],
  ['sub', 'UPDATE change_counts SET day = day + 1 WHERE issuer = ?', 'change_counts'],
  ['sub', 'DELETE FROM change_counts WHERE issuer = ?', 'change_counts'],
  ['sub', "INSERT INTO change_counts VALUES ('1', 7, 'client', 'issued', ?, '', 1)", 'change_counts'],
];

test('a store in which everything happened differs from its journal in nothing; each alteration is found by its column', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const made = await eventful(store);
  const honest = await store.verifyJournal();
  assert.deepEqual([honest.broken, honest.differences], [undefined, []]);
  await store.close();
  for (const [index, [whose, statement, ...columns]] of alterations.entries()) {
    const copy = `${dataDir}-${index}`;
    cpSync(dataDir, copy, { recursive: true });
    const database = new DatabaseSync(databaseFile(copy));
    const { changes } = database.prepare(statement).run(made[whose].identifier);
    database.close();
    assert.ok(changes >= 1, `${whose}: ${statement}`);
    const tool = await SqliteStore.open({ dataDir: copy, mode: 'existing', verify: 'none' });
    const { differences, broken } = await tool.verifyJournal();
    await tool.close();
    assert.equal(broken, undefined);
    const found = new Set(differences.map(({ column }) => column));
    for (const column of columns) assert.ok(found.has(column), `${whose}: ${statement} found ${[...found]}`);
    assert.ok(
      differences.some(({ identifier }) => identifier === made[whose].identifier),
      statement,
    );
  }
});

test('a certificate that was never journalled is found, and one whose rows were swapped', async (t) => {
  const dataDir = folder(t);
  const store = await openedStore(t, dataDir);
  const { plain, released } = await eventful(store);
  await store.close();
  const database = new DatabaseSync(databaseFile(dataDir));
  database.exec(`
    INSERT INTO certificates (identifier, account, kind, issuer, serial, state, key_algorithm, sequence)
    SELECT 'made-up', account, kind, issuer, 'ff', state, key_algorithm, sequence FROM certificates WHERE identifier = '${plain.identifier}';
    UPDATE certificates SET der = (SELECT der FROM certificates WHERE identifier = '${plain.identifier}') WHERE identifier = '${released.identifier}';
  `);
  database.close();
  const tool = await openedStore(t, dataDir, 'existing');
  const { differences } = await tool.verifyJournal();
  assert.deepEqual(
    differences.map(({ identifier, column }) => `${identifier} ${column}`),
    [`${released.identifier} der`, 'made-up row', `${plain.issuer} listing_counts`],
  );
});
