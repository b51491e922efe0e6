// One question on every surface: the RPC call, OCSP by GET and by POST, and CRLs. What comes back is believed only when it
// is signed as it has to be.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { equalBytes } from '../../src/base/bytes.ts';
import { CrlCursor } from '../../src/pki/crl-entries.ts';
import { type Crl, parseCrl } from '../../src/pki/crl-reader.ts';
import type { CertStatus } from '../../src/pki/ocsp-response.ts';
import { encodePem } from '../../src/pki/pem.ts';
import { verifySignature } from '../../src/pki/signature.ts';
import { certIdOf, requestOf } from '../pki/asking.ts';
import { type Authority, get, post, requestFor, trusted } from './asking-ocsp.ts';
import { statusOf } from './small-pki.ts';

export interface Question {
  readonly issuer: Authority;
  readonly serialNumber: string;
}

export interface Told {
  readonly status: 'good' | 'revoked' | 'unknown';
  /** Absent too where a surface does not tell. */
  readonly reason?: string;
  readonly revokedAt?: number;
}

export async function byCall(url: string, questions: readonly Question[]): Promise<Told[]> {
  const entries = await statusOf(url, questions.map(({ serialNumber }) => serialNumber).join(','));
  return entries.map(({ Status, RevokeTime }) => ({
    status: Status as Told['status'],
    ...(Status === 'revoked' && { revokedAt: RevokeTime }),
  }));
}

export async function byGet(url: string, { issuer, serialNumber }: Question): Promise<Told> {
  const { responses } = await trusted(await get(url, requestFor(serialNumber, issuer, 'sha256')), issuer);
  return told(responses[0]?.certStatus);
}

/** @param questions  of one issuer, as many as a request may have. */
export async function byPost(url: string, questions: readonly Question[]): Promise<Told[]> {
  const [first] = questions;
  assert.ok(first);
  const certIds = questions.map(({ issuer, serialNumber }) => certIdOf(serialNumber, 'sha1', { issuer }));
  const { responses } = await trusted(await post(url, requestOf(certIds)), first.issuer);
  return certIds.map((certId, index) => {
    assert.ok(equalBytes(responses[index]?.certId.der ?? new Uint8Array(), certId));
    return told(responses[index]?.certStatus);
  });
}

function told(status: CertStatus | undefined): Told {
  assert.ok(status);
  if (status.status !== 'revoked') return { status: status.status };
  return { status: 'revoked', revokedAt: status.revocationTime, ...(status.reason && { reason: status.reason }) };
}

export interface FetchedCrl {
  readonly crl: Crl;
  /** By serial number. */
  readonly entries: ReadonlyMap<string, { readonly revokedAt: number; readonly reason?: string }>;
}

const folder = mkdtempSync(join(tmpdir(), 'certitude-crls-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** @param scope  '', '-delta', '-p0' and so on. */
export async function fetchCrl(url: string, { identifier, certificate }: Authority, scope = ''): Promise<FetchedCrl> {
  const reply = await fetch(`${url}/crl/${identifier}${scope}.crl`);
  assert.equal(reply.status, 200, `${identifier}${scope}`);
  assert.equal(reply.headers.get('content-type'), 'application/pkix-crl');
  const der = new Uint8Array(await reply.arrayBuffer());
  if (hasOpenssl) opensslVerifies(der, certificate.der);
  const crl = parseCrl(der, der.length);
  assert.ok(verifySignature(crl.tbs, crl.signature, certificate.spki, crl.signatureAlgorithm));
  assert.ok(equalBytes(crl.issuerDer, certificate.subjectDer));
  const entries = new Map<string, { revokedAt: number; reason?: string }>();
  for (const cursor = new CrlCursor(crl); cursor.next(); ) {
    const { serialNumber, revocationDate, reason } = cursor.entry();
    assert.ok(!entries.has(serialNumber));
    entries.set(serialNumber, { revokedAt: revocationDate, ...(reason && { reason }) });
  }
  return { crl, entries };
}

function opensslVerifies(crl: Uint8Array, issuer: Uint8Array): void {
  writeFileSync(join(folder, 'list.crl'), crl);
  writeFileSync(join(folder, 'issuer.pem'), encodePem('CERTIFICATE', issuer));
  const parameters = ['crl', '-inform', 'DER', '-in', 'list.crl', '-CAfile', 'issuer.pem', '-noout'];
  const { status, stderr } = spawnSync('openssl', parameters, { cwd: folder, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /verify OK/);
}
