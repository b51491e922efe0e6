// Stores of tests, and short ways to write into them: events as the domain would draft them, without its certificates.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { sha256Hex } from '../../src/base/bytes.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { Refused } from '../../src/base/refusal.ts';
import { type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { parseSerialNumber } from '../../src/pki/serial-number.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import type { CertificateKind, ClientToken, Identifier, Labels } from '../../src/registry/model.ts';
import type { Material } from '../../src/registry/store.ts';

export const account = '1000000000000001' as AccountId;
export const draft = {
  at: 1_800_000_000_000 as UnixMillis,
  account,
  actor: { principal: 'acs:ram::1000000000000001:root', requestId: 'R', sourceAddress: '127.0.0.1' },
};

export interface Subject {
  readonly identifier: Identifier;
  readonly issuer: Identifier;
  readonly serialNumber: NonNullable<ReturnType<typeof parseSerialNumber>>;
}

export function append(store: SqliteStore, event: CertificateEvent, material?: Material, at = draft.at) {
  return store.append({ ...draft, at, event }, material);
}

export async function issueRoot(store: SqliteStore): Promise<Subject> {
  const identifier = newIdentifier();
  const subject = { identifier, issuer: identifier, serialNumber: serial() };
  await append(
    store,
    { kind: 'certificate-reserved', ...subject, ...reservation, certificateKind: 'root', terms: {} },
    { sealedKey: randomBytes(64) },
  );
  await issue(store, subject, 'root');
  return subject;
}

export interface Reserving extends Pick<Labels, 'customIdentifier' | 'tags' | 'aliasName' | 'resourceGroupId'> {
  readonly serial?: string | undefined;
  readonly kind?: CertificateKind;
  readonly pending?: boolean;
  readonly clientToken?: ClientToken;
  readonly at?: UnixMillis;
}

export async function reserve(store: SqliteStore, issuer: Subject, more: Reserving = {}): Promise<Subject> {
  const { serial: wanted, kind = 'client', pending, clientToken, at, ...labels } = more;
  const subject = { identifier: newIdentifier(), issuer: issuer.identifier, serialNumber: serial(wanted) };
  const tbs = randomBytes(20);
  await append(
    store,
    {
      kind: 'certificate-reserved',
      ...subject,
      ...reservation,
      certificateKind: kind,
      labels,
      ...(kind === 'subordinate' && { terms: { pathLength: 0 } }),
      ...(pending && { pending: true, tbsSha256: sha256Hex(tbs) }),
      ...(clientToken && { clientToken }),
    },
    { sealedKey: randomBytes(64), ...(pending && { tbs }) },
    at,
  );
  return subject;
}

export function issue(
  store: SqliteStore,
  subject: Subject,
  certificateKind: CertificateKind = 'client',
  at?: UnixMillis,
) {
  return append(
    store,
    { kind: 'certificate-issued', ...subject, certificateKind, sha256: emptySha256 },
    { der: new Uint8Array() },
    at,
  );
}

export async function refused(attempt: Promise<unknown>, kind: string): Promise<void> {
  await assert.rejects(attempt, (error) => {
    assert.ok(error instanceof Refused, String(error));
    assert.equal(error.refusal.kind, kind);
    return true;
  });
}

export function folder(t: TestContext): string {
  const parent = mkdtempSync(join(tmpdir(), 'certitude-store-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'data');
}

export async function openedStore(
  t: TestContext,
  dataDir = folder(t),
  mode: 'create' | 'existing' = 'create',
): Promise<SqliteStore> {
  const store = await SqliteStore.open({ dataDir, mode, verify: 'since-checkpoint' });
  t.after(() => store.close());
  return store;
}

const emptySha256 = sha256Hex(new Uint8Array());
const reservation = {
  keyAlgorithm: 'ECC_256',
  subject: 'CN=x',
  notBefore: unixSeconds(0),
  notAfter: unixSeconds(1),
  labels: {},
} as const;

function newIdentifier(): Identifier {
  return randomBytes(16).toString('hex') as Identifier;
}

export function serial(text: string = randomBytes(16).toString('hex')) {
  const serialNumber = parseSerialNumber(text);
  assert.ok(serialNumber);
  return serialNumber;
}
