// Certificate revocation lists for tests: what goes in, signed by keys of node:crypto.

import { createPublicKey, sign, verify } from 'node:crypto';
import { type UnixSeconds, unixSeconds } from '../../src/base/time.ts';
import { signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { assembleCrl, buildTbsCertList, type CertListParameters, type CrlEntry } from '../../src/pki/crl.ts';
import { type Crl, parseCrl } from '../../src/pki/crl-reader.ts';
import { encodeName, nameOf } from '../../src/pki/name.ts';
import { type KeyPair, newKeyPair } from './issuing.ts';

export const issuerName = nameOf({ country: 'CN', organization: '阿里云', commonName: 'CA' });
export const issuerKeys = newKeyPair('ECC_256');

export const moment = (text: string): UnixSeconds => unixSeconds(Date.parse(text) / 1000);

export const list: CertListParameters = {
  signatureAlgorithm: 'ecdsa-with-SHA256',
  issuerDer: encodeName(issuerName),
  thisUpdate: moment('2026-03-01T00:00:00Z'),
  nextUpdate: moment('2026-03-08T00:00:00Z'),
  authorityKeyIdentifier: issuerKeys.keyIdentifier,
  number: 7n,
  expectedEntries: 10,
};

export function crlOf(
  entries: readonly CrlEntry[],
  parameters: Partial<CertListParameters> = {},
  keys: KeyPair = issuerKeys,
): Uint8Array {
  const signatureAlgorithm = signatureAlgorithmOf(keys.algorithm);
  const tbs = buildTbsCertList({ ...list, signatureAlgorithm, ...parameters }, entries);
  return assembleCrl(tbs, signatureAlgorithm, new Uint8Array(sign('sha256', tbs, keys.privateKey)));
}

export const read = (der: Uint8Array): Crl => parseCrl(der, 1 << 26);

export function verifiedBy(keys: KeyPair): (crl: Crl) => boolean {
  const key = createPublicKey({ key: Buffer.from(keys.spki), format: 'der', type: 'spki' });
  return ({ tbs, signature }) => verify('sha256', tbs, key, signature);
}

/** Runs what goes in steps to its end. */
export function finished<T>(steps: Generator<unknown, T, void>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
