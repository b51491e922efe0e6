// Holds the tables of certificates, tags and client tokens against what the journal leads to, some rows at a time.

import type { Kysely, Selectable } from 'kysely';
import { sql } from 'kysely';
import { sha256Hex } from '../../base/bytes.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { type ClientToken, type Identifier, isAuthorityKind, type Tag } from '../../registry/model.ts';
import { tokensKeptFrom } from './expired-tokens.ts';
import { certificateEntriesOf, journalRows } from './journal-queries.ts';
import { isCertificateEntry, toEntry } from './journal-rows.ts';
import { tagsOf } from './records.ts';
import { type Replayed, replay } from './replay.ts';
import { type CertificatesTable, privateKeyIdentity, type Schema } from './schema.ts';

/** One way in which the tables are not what the journal says. */
export interface TableDifference {
  /** The certificate; of counts of lists the authority whose certificates they count. */
  readonly identifier: string;
  /** Sequence number of the entry that says otherwise; 0 where none says anything of it. */
  readonly sequence: number;
  /** The column that differs, `tags`, `client_token`, `listing_counts`, `change_counts`, or `row` for one that is missing or was never journalled. */
  readonly column: string;
}

export interface TableStep {
  /** The last row's id; as given when there are no more. */
  readonly after: number;
  readonly certificates: number;
  readonly differences: readonly TableDifference[];
}

/** A step is one wait for others: some milliseconds. */
export const rowsPerStep = 500;

/**
 * Checks the next rows after an id: each is what its entries lead to, column by column.
 * @param query.upTo  the last entry that can be trusted; nothing is said of certificates with entries behind it.
 */
export async function verifyRows(
  db: Kysely<Schema>,
  { after, upTo }: { readonly after: number; readonly upTo?: number | undefined },
): Promise<TableStep> {
  const rows = await db
    .selectFrom('certificates')
    .selectAll()
    .where('id', '>', after)
    .orderBy('id')
    .limit(rowsPerStep)
    .execute();
  const step = { after: rows.at(-1)?.id ?? after, certificates: rows.length };
  if (rows.length === 0) return { ...step, differences: [] };
  const identifiers = rows.map(({ identifier }) => identifier);
  const histories = await certificateEntriesOf(db, identifiers, upTo);
  const tags = await tagsOf(db, identifiers);
  const keys = await identitiesOfKeys(db, identifiers);
  const tokensFrom = await tokensKeptFrom(db);
  const differences: TableDifference[] = [];
  const tokens: ExpectedToken[] = [];
  for (const row of rows) {
    const { identifier } = row;
    const entries = histories.get(identifier);
    if (entries === 'untrusted') continue;
    const replayed = entries && replay(entries);
    if (!replayed) {
      differences.push({ identifier, sequence: 0, column: 'row' });
      continue;
    }
    const account = row.account as AccountId;
    // The time of others is over: they may be gone, or taken anew.
    for (const { token, sequence, at } of replayed.tokens)
      if (at >= tokensFrom) tokens.push({ ...token, account, identifier, sequence });
    const stored = { tags: tags.get(identifier) ?? [], key: keys.has(privateKeyIdentity(identifier)) };
    differences.push(...differencesOf(row, stored, replayed));
  }
  differences.push(...(await missingTokens(db, tokens)));
  return { ...step, differences };
}

/** Where a step over the client tokens ended. */
export interface TokenPlace {
  readonly account: string;
  readonly operation: string;
  readonly token: string;
}

/** Checks the next client tokens after a place: each stands in an entry about its certificate. */
export async function verifyTokens(
  db: Kysely<Schema>,
  { after, upTo }: { readonly after: TokenPlace | undefined; readonly upTo?: number | undefined },
): Promise<{ readonly after: TokenPlace | undefined; readonly differences: readonly TableDifference[] }> {
  let query = db.selectFrom('client_tokens').selectAll();
  if (after) {
    const { account, operation, token } = after;
    query = query.where(sql<boolean>`(account, operation, token) > (${account}, ${operation}, ${token})`);
  }
  const rows = await query.orderBy('account').orderBy('operation').orderBy('token').limit(rowsPerStep).execute();
  const histories = await certificateEntriesOf(db, [...new Set(rows.map(({ identifier }) => identifier))], upTo);
  const differences: TableDifference[] = [];
  for (const { account, operation, token, identifier } of rows) {
    const entries = histories.get(identifier);
    if (entries === 'untrusted') continue;
    const isJournalled = entries?.some(
      (entry) =>
        entry.account === account &&
        'clientToken' in entry.event &&
        entry.event.clientToken?.operation === operation &&
        entry.event.clientToken.token === token,
    );
    if (!isJournalled) differences.push({ identifier, sequence: 0, column: 'client_token' });
  }
  return { after: rows.at(-1), differences };
}

/** How many certificates an authority has issued by the journal, and the entry of the last of them. */
export interface IssuedBelow {
  readonly count: number;
  readonly last: number;
}

/** Checks how many certificates each authority has issued, given what the entries up to `head` say. */
export async function verifyIssuedCounts(
  db: Kysely<Schema>,
  { upTo, issued }: { readonly upTo: number; readonly issued: ReadonlyMap<Identifier, IssuedBelow> },
): Promise<readonly TableDifference[]> {
  const counted = new Map(issued);
  for (let after = upTo; ; ) {
    const rows = await journalRows(db, { after, limit: rowsPerStep });
    countIssued(rows.map(toEntry), counted);
    const last = rows.at(-1);
    if (!last) break;
    after = last.sequence;
  }
  const authorities = await db
    .selectFrom('certificates')
    .select(['identifier', 'issued_count'])
    .where((where) =>
      where.or([where('kind', 'in', ['root', 'subordinate', 'external']), where('issued_count', '<>', 0)]),
    )
    .execute();
  const differences: TableDifference[] = [];
  for (const { identifier, issued_count } of authorities) {
    const { count, last } = counted.get(identifier) ?? { count: 0, last: 0 };
    if (issued_count !== count) differences.push({ identifier, sequence: last, column: 'issued_count' });
  }
  return differences;
}

/** Adds to `counted` what these entries issued; roots and OCSP responders are nobody's quota. */
export function countIssued(
  entries: readonly ReturnType<typeof toEntry>[],
  counted: Map<Identifier, IssuedBelow>,
): void {
  for (const entry of entries) {
    if (!isCertificateEntry(entry) || entry.event.kind !== 'certificate-issued') continue;
    const { issuer, identifier, certificateKind } = entry.event;
    if (issuer === identifier || certificateKind === 'responder') continue;
    counted.set(issuer, { count: (counted.get(issuer)?.count ?? 0) + 1, last: entry.sequence });
  }
}

type Row = Selectable<CertificatesTable>;

function differencesOf(
  row: Row,
  stored: { readonly tags: readonly Tag[]; readonly key: boolean },
  { columns, tags, certificate, tbs, from }: Replayed,
): TableDifference[] {
  const { identifier } = row;
  const differences: TableDifference[] = [];
  const expect = (column: string, holds: boolean, entry = column) => {
    if (!holds) differences.push({ identifier, sequence: from.get(entry) ?? 0, column });
  };
  for (const [column, value] of Object.entries(columns)) expect(column, row[column as keyof Row] === value);
  expect('tags', sameTags(stored.tags, tags));
  expect('der', certificate === undefined ? row.der === null : row.der !== null && sha256Hex(row.der) === certificate);
  // Gone once it is signed, or never will be.
  const mayBeSigned = columns.state === 'pending' || columns.state === 'reserved';
  expect('tbs', mayBeSigned && tbs !== undefined ? row.tbs !== null && sha256Hex(row.tbs) === tbs : row.tbs === null);
  // The journal does not tell whether a key was made here, but when it was erased.
  const isErased = columns.state === 'abandoned' || (columns.state === 'deleted' && !isAuthorityKind(columns.kind));
  expect('has_key', row.has_key === (stored.key ? 1 : 0) && !(isErased && stored.key), 'state');
  return differences;
}

interface ExpectedToken extends ClientToken {
  readonly account: AccountId;
  readonly identifier: Identifier;
  readonly sequence: number;
}

async function missingTokens(db: Kysely<Schema>, expected: readonly ExpectedToken[]): Promise<TableDifference[]> {
  const differences: TableDifference[] = [];
  for (const [, group] of Map.groupBy(expected, ({ account, operation }) => `${account} ${operation}`)) {
    const [{ account, operation } = { account: '', operation: '' }] = group;
    const rows = await db
      .selectFrom('client_tokens')
      .select(['token', 'parameters', 'identifier'])
      .where('account', '=', account)
      .where('operation', '=', operation)
      .where(
        'token',
        'in',
        group.map(({ token }) => token),
      )
      .execute();
    const byToken = new Map(rows.map((row) => [row.token, row]));
    for (const { token, parameters, identifier, sequence } of group) {
      const row = byToken.get(token);
      if (row?.parameters === parameters && row.identifier === identifier) continue;
      differences.push({ identifier, sequence, column: 'client_token' });
    }
  }
  return differences;
}

async function identitiesOfKeys(db: Kysely<Schema>, identifiers: readonly Identifier[]): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('sealed')
    .select('identity')
    .where('identity', 'in', identifiers.map(privateKeyIdentity))
    .execute();
  return new Set(rows.map(({ identity }) => identity));
}

function sameTags(stored: readonly Tag[], journalled: readonly Tag[]): boolean {
  return (
    stored.length === journalled.length &&
    stored.every(({ key, value }, at) => key === journalled[at]?.key && value === journalled[at]?.value)
  );
}
