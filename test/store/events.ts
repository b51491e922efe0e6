// Events as the domain drafts them, appended to a store directly: small certificates without content, in any state.

import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { AccountId } from '../../src/base/journal-entry.ts';
import { type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import { SqliteStore } from '../../src/drivers/sqlite/store.ts';
import { parseSerialNumber, type SerialNumber } from '../../src/pki/serial-number.ts';
import type { CertificateEvent, CertificateReserved } from '../../src/registry/events.ts';
import type { Identifier } from '../../src/registry/model.ts';
import type { Material } from '../../src/registry/store.ts';

export interface Subject {
  readonly identifier: Identifier;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
}

export const account = '1000000000000001' as AccountId;
const actor = { principal: 'acs:ram::1000000000000001:root', requestId: 'R', sourceAddress: '127.0.0.1' };
let now = 1_800_000_000_000;

export function folder(t: Pick<TestContext, 'after'>): string {
  const parent = mkdtempSync(join(tmpdir(), 'certitude-store-'));
  t.after(() => rmSync(parent, { recursive: true, force: true }));
  return join(parent, 'data');
}

export async function openedStore(
  t: Pick<TestContext, 'after'>,
  dataDir: string,
  mode: 'create' | 'existing' = 'create',
): Promise<SqliteStore> {
  const store = await SqliteStore.open({ dataDir, mode, verify: 'since-checkpoint' });
  t.after(() => store.close());
  return store;
}

/** Each a millisecond after the one before. */
export function append(store: SqliteStore, event: CertificateEvent, material: Material = {}, of = account) {
  return store.append({ at: ++now as UnixMillis, account: of, actor, event }, material);
}

export function newSubject(issuer?: Identifier): Subject {
  const identifier = randomBytes(16).toString('hex') as Identifier;
  const serialNumber = parseSerialNumber(randomBytes(16).toString('hex')) as SerialNumber;
  return { identifier, issuer: issuer ?? identifier, serialNumber };
}

export function reserved(
  subject: Subject,
  certificateKind: CertificateReserved['certificateKind'],
  more: Partial<CertificateReserved> = {},
): CertificateReserved {
  return {
    kind: 'certificate-reserved',
    ...subject,
    certificateKind,
    keyAlgorithm: 'ECC_256',
    subject: 'CN=x',
    notBefore: unixSeconds(0),
    notAfter: unixSeconds(1),
    labels: {},
    ...more,
  };
}

export function issued(subject: Subject, certificateKind: CertificateReserved['certificateKind']) {
  const sha256 = createHash('sha256').update(derOf(subject)).digest('hex');
  return { event: { kind: 'certificate-issued', ...subject, certificateKind, sha256 } as const, der: derOf(subject) };
}

/** Stands for the certificate; the store does not look into it. */
export function derOf({ identifier }: Subject): Uint8Array {
  return new TextEncoder().encode(`der of ${identifier}`);
}

export async function make(
  store: SqliteStore,
  kind: CertificateReserved['certificateKind'],
  { issuer, of = account, ...more }: Partial<CertificateReserved> & { readonly of?: AccountId } = {},
): Promise<Subject> {
  const subject = newSubject(issuer);
  const terms = kind === 'root' || kind === 'subordinate' || kind === 'external' ? { terms: {} } : {};
  await append(store, reserved(subject, kind, { ...terms, ...more }), { sealedKey: randomBytes(64) }, of);
  const { event, der } = issued(subject, kind);
  await append(store, event, { der }, of);
  return subject;
}
