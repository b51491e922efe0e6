// Reads CRLs as a relying party does: openssl verifies each one first, where it is installed.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { parseCertificate } from '../../src/pki/certificate.ts';
import type { CrlEntry } from '../../src/pki/crl.ts';
import { CrlCursor } from '../../src/pki/crl-entries.ts';
import { type Crl, parseCrl } from '../../src/pki/crl-reader.ts';
import { encodePem } from '../../src/pki/pem.ts';
import { verifySignature } from '../../src/pki/signature.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.error('openssl is not installed: CRLs are verified by our own code alone.');
const folder = mkdtempSync(join(tmpdir(), 'certitude-crl-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let written = 0;

export interface ReadCrl extends Crl {
  /** By serial number. */
  readonly entries: ReadonlyMap<string, CrlEntry>;
}

/** @param issuer  certificate of the CA, DER. */
export function readCrl(der: Uint8Array, issuer: Uint8Array): ReadCrl {
  if (hasOpenssl) verifyByOpenssl(der, issuer);
  const crl = parseCrl(der, der.length);
  assert.ok(
    verifySignature(crl.tbs, crl.signature, parseCertificate(issuer).spki, crl.signatureAlgorithm),
    'the signature is the CA’s',
  );
  const entries = new Map<string, CrlEntry>();
  for (const cursor = new CrlCursor(crl); cursor.next(); ) entries.set(cursor.serialNumber, cursor.entry());
  return { ...crl, entries };
}

export const serialsOf = ({ entries }: ReadCrl): string[] => [...entries.keys()];

function verifyByOpenssl(der: Uint8Array, issuer: Uint8Array): void {
  const name = join(folder, String(written++));
  writeFileSync(`${name}.pem`, encodePem('CERTIFICATE', issuer));
  writeFileSync(`${name}.crl`, der);
  const verify = ['crl', '-inform', 'DER', '-in', `${name}.crl`, '-CAfile', `${name}.pem`, '-noout'];
  const { status, stderr } = spawnSync('openssl', verify, { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.match(stderr, /verify OK/);
}
