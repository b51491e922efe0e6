// A store with a million certificates in a minute or two: written past the store's port, straight into its tables, but
// with everything true that the port would have kept true. `journal verify` finds such a store sound; a test holds that.

import { randomBytes } from 'node:crypto';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { BackgroundWork } from '../src/app/background.ts';
import { loadConfig } from '../src/app/config.ts';
import { initialise, operatorActor } from '../src/app/initialise.ts';
import { openStore } from '../src/app/open-store.ts';
import { sha256Hex } from '../src/base/bytes.ts';
import type { AccountId } from '../src/base/journal-entry.ts';
import { systemClock, toSeconds, type UnixMillis, unixSeconds } from '../src/base/time.ts';
import { FileSigner } from '../src/drivers/file-signer.ts';
import { toRow } from '../src/drivers/sql/journal-rows.ts';
import { idsPerBlock, millisPerDay } from '../src/drivers/sql/listing-counts.ts';
import { reservedColumns } from '../src/drivers/sql/projection.ts';
import { databaseFile } from '../src/drivers/sqlite/database.ts';
import { nameOf } from '../src/pki/name.ts';
import { generateSerialNumber } from '../src/pki/serial-number.ts';
import { verifySignatureInPool } from '../src/pki/signature.ts';
import { createRoot, createSubordinate } from '../src/registry/authorities.ts';
import { issueEndEntity } from '../src/registry/end-entities.ts';
import type { CertificateEvent, CertificateReserved } from '../src/registry/events.ts';
import { Issuers } from '../src/registry/issuers.ts';
import { chainHash } from '../src/registry/journal.ts';
import type { Identifier } from '../src/registry/model.ts';
import { profileOf } from '../src/registry/profile.ts';
import { benchKey } from './service.ts';

export interface BulkStore {
  readonly issuers: readonly Identifier[];
  /** One in this many has the resource group; the rest are spread over ten others. */
  readonly rareGroup: string;
  readonly certificates: number;
  readonly revoked: number;
}

const entriesPerCheckpoint = 10_000;
const perTransaction = 50_000;
const rareGroup = 'rg-rare';
/** Changes are this far apart, so that a million lie within two years. */
const stepMillis = 60_000;

/** Fills a new store: certificates of three CAs, two kinds and eleven resource groups, every second one revoked. */
export async function bulkStore(dataDir: string, count: number): Promise<BulkStore> {
  const { account, issuers, der } = await beginning(dataDir);
  const database = new DatabaseSync(databaseFile(dataDir));
  try {
    // The store is thrown away after the run, so a power cut may cost it.
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; PRAGMA temp_store = MEMORY');
    const indexes = dropIndexes(database);
    const write = writer(database);
    const sha256 = sha256Hex(der);
    const began = (Date.now() - count * stepMillis) as UnixMillis;
    for (let index = 0; index < count; index++) {
      if (index % perTransaction === 0) write.commitAndBegin();
      const at = (began + index * stepMillis) as UnixMillis;
      const event = reservation(index, issuers);
      const { identifier, issuer, serialNumber, certificateKind } = event;
      const subject = { identifier, issuer, serialNumber };
      write.append(account, at, event);
      const reservedAt = write.sequence();
      write.append(account, at, { kind: 'certificate-issued', ...subject, certificateKind, sha256 });
      const isRevoked = index % 2 === 1;
      const revokedAt = toSeconds(at);
      if (isRevoked) write.append(account, at, { kind: 'certificate-revoked', ...subject, revokedAt });
      write.certificate({
        ...reservedColumns(account, event),
        state: isRevoked ? 'revoked' : 'issued',
        alias_name: null,
        resource_group_id: event.labels.resourceGroupId ?? null,
        revoked_at: isRevoked ? revokedAt : null,
        reason: null,
        sequence: write.sequence(),
        der,
        changed_at: at,
        labels_sequence: reservedAt,
        has_key: 0,
        uploaded_at: null,
        quota: null,
        issued_count: 0,
        tbs: null,
      });
      if (process.stderr.isTTY && index % 10_000 === 0) process.stderr.write(`\r${index} of ${count} certificates`);
    }
    write.commit();
    for (const sql of indexes) database.exec(sql);
    countAnew(database);
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
  return { issuers, rareGroup, certificates: count, revoked: Math.floor(count / 2) };
}

/** Account, key, CAs and one certificate to copy, through the domain. */
async function beginning(dataDir: string) {
  const opened = await openStore({ ...loadConfig({}), dataDir }, 'create');
  const made = await initialise(opened, benchKey);
  if (!made) throw new Error('the store was not new');
  const { account } = made;
  const { store, sealer } = opened;
  const actor = operatorActor();
  const services = {
    store,
    issuers: new Issuers(store),
    signer: new FileSigner(sealer),
    verify: verifySignatureInPool,
    clock: systemClock,
    random: randomBytes,
    background: new BackgroundWork(() => {}),
    issuanceRules: { publicUrl: 'http://bench.example', allowRsa1024: false },
  };
  const common = { account, actor, algorithm: 'ECC_256', labels: {} } as const;
  const root = await createRoot({ ...common, subject: nameOf({ commonName: 'Bench root' }), years: 10 }, services);
  const issuers: Identifier[] = [];
  for (const name of ['one', 'two', 'three']) {
    const subject = nameOf({ commonName: `Bench ${name}` });
    const terms = { pathLength: 0 };
    const asked = { ...common, subject, years: 5, parent: root.identifier, extendedKeyUsages: [], terms };
    issuers.push((await createSubordinate(asked, services)).identifier);
  }
  const [parent] = issuers;
  if (parent === undefined) throw new Error('no CA was made');
  const { der } = await issueEndEntity(
    {
      account,
      actor,
      kind: 'client',
      parent,
      key: { made: 'ECC_256' },
      subject: { parts: { commonName: 'bench.example' } },
      ...profileOf('client', [{ type: 'dNSName', value: 'bench.example' }]),
      validity: { kind: 'days', days: 365 },
      labels: {},
      withCrlAddress: false,
      inBackground: false,
    },
    services,
  );
  await store.close();
  if (!der) throw new Error('no certificate was issued');
  return { account, issuers, der };
}

function reservation(index: number, issuers: readonly Identifier[]): CertificateReserved {
  return {
    kind: 'certificate-reserved',
    identifier: randomBytes(16).toString('hex') as Identifier,
    issuer: issuers[index % issuers.length] as Identifier,
    serialNumber: generateSerialNumber(randomBytes),
    certificateKind: index % 5 < 3 ? 'client' : 'server',
    keyAlgorithm: 'ECC_256',
    subject: `CN=device-${index}`,
    notBefore: unixSeconds(1_767_225_600),
    notAfter: unixSeconds(1_798_761_600),
    labels: { resourceGroupId: index % 50_000 === 7 ? rareGroup : `rg-${index % 10}` },
  };
}

function writer(database: DatabaseSync) {
  const head = database.prepare('SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1').get();
  let sequence = Number(head?.['sequence']);
  let hash = head?.['hash'] as Uint8Array;
  const entry = database.prepare(
    'INSERT INTO journal (sequence, at, account, principal, request_id, source_address, kind, identifier, issuer, serial, facts, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const checkpoint = database.prepare('INSERT INTO checkpoints (sequence, hash, at) VALUES (?, ?, ?)');
  let certificate: { readonly columns: readonly string[]; readonly run: (values: SQLInputValue[]) => void } | undefined;
  const actor = operatorActor();
  let open = false;
  const commit = () => {
    if (open) database.exec('COMMIT');
    open = false;
  };
  return {
    sequence: () => sequence,
    commit,
    commitAndBegin: () => {
      commit();
      database.exec('BEGIN IMMEDIATE');
      open = true;
    },
    append: (account: AccountId, at: UnixMillis, event: CertificateEvent) => {
      sequence++;
      const row = toRow(sequence, { at, account, actor, event });
      hash = chainHash(hash, row);
      const { principal, requestId, sourceAddress, kind, identifier, issuer, serial, facts } = row;
      entry.run(
        sequence,
        at,
        account,
        principal,
        requestId,
        sourceAddress,
        kind,
        identifier,
        issuer,
        serial,
        facts,
        hash,
      );
      if (sequence % entriesPerCheckpoint === 0) checkpoint.run(sequence, hash, at);
    },
    certificate: (row: Record<string, SQLInputValue>) => {
      if (!certificate) {
        const columns = Object.keys(row);
        const places = columns.map(() => '?').join(', ');
        const statement = database.prepare(`INSERT INTO certificates (${columns.join(', ')}) VALUES (${places})`);
        certificate = { columns, run: (values) => statement.run(...values) };
      }
      certificate.run(certificate.columns.map((column) => row[column] ?? null));
    },
  };
}

/** Those with a statement of their own; made again after the filling, which is several times as fast. */
function dropIndexes(database: DatabaseSync): string[] {
  const indexes = database
    .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
    .all() as { name: string; sql: string }[];
  for (const { name } of indexes) database.exec(`DROP INDEX "${name}"`);
  return indexes.map(({ sql }) => sql);
}

function countAnew(database: DatabaseSync): void {
  const below = `kind IN ('client', 'server', 'custom')`;
  database.exec(`
    DELETE FROM recounts;
    DELETE FROM listing_counts;
    INSERT INTO listing_counts (account, block, kind, state, issuer, resource_group, n)
    SELECT account, id / ${idsPerBlock}, kind, state, issuer, coalesce(resource_group_id, ''), count(*)
    FROM certificates WHERE ${below} AND state IN ('pending', 'issued', 'revoked')
    GROUP BY 1, 2, 3, 4, 5, 6;
    DELETE FROM change_counts;
    INSERT INTO change_counts (account, day, kind, state, issuer, resource_group, n)
    SELECT account, changed_at / ${millisPerDay}, kind, state, issuer, coalesce(resource_group_id, ''), count(*)
    FROM certificates WHERE ${below} AND state IN ('pending', 'issued', 'revoked')
    GROUP BY 1, 2, 3, 4, 5, 6;
    UPDATE certificates SET issued_count = coalesce((SELECT sum(n) FROM listing_counts WHERE issuer = certificates.identifier), 0)
    WHERE kind = 'subordinate';
  `);
}
