// A small authority for tests: keys of node:crypto, certificates of src/pki.

import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { type UnixSeconds, unixSeconds } from '../../src/base/time.ts';
import { type KeyAlgorithm, keySizeOf, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { assembleCertificate, buildTbsCertificate } from '../../src/pki/certificate.ts';
import type { Extension } from '../../src/pki/extensions.ts';
import { keyIdentifierOf } from '../../src/pki/extensions.ts';
import { encodeName, type Name } from '../../src/pki/name.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { signSm2 } from '../../src/pki/sm2.ts';
import { readSm2PrivateKey } from '../../src/pki/sm2-key.ts';

export interface KeyPair {
  readonly algorithm: KeyAlgorithm;
  readonly privateKey: KeyObject;
  readonly spki: Uint8Array;
  readonly keyIdentifier: Uint8Array;
}

export function newKeyPair(algorithm: KeyAlgorithm): KeyPair {
  const namedCurve = curves.get(algorithm);
  const { publicKey, privateKey } =
    namedCurve === undefined
      ? generateKeyPairSync('rsa', { modulusLength: keySizeOf(algorithm) })
      : generateKeyPairSync('ec', { namedCurve });
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }));
  return { algorithm, privateKey, spki, keyIdentifier: keyIdentifierOf(spki) };
}

/** Signs as certificates made with this key are signed. */
export function signWith({ algorithm, privateKey }: KeyPair, message: Uint8Array): Uint8Array {
  if (algorithm === 'SM2_256') {
    return signSm2(message, readSm2PrivateKey(privateKey.export({ type: 'pkcs8', format: 'der' })), randomBytes);
  }
  return new Uint8Array(sign(algorithm === 'ECC_512' ? 'sha512' : 'sha256', message, privateKey));
}

const curves: ReadonlyMap<KeyAlgorithm, string> = new Map([
  ['ECC_256', 'P-256'],
  ['ECC_384', 'P-384'],
  ['ECC_512', 'P-521'],
  ['SM2_256', 'SM2'],
]);

export interface Order {
  readonly issuer: { readonly name: Name; readonly keys: KeyPair };
  readonly subject: { readonly name: Name; readonly spki: Uint8Array };
  readonly serialNumber: SerialNumber;
  readonly extensions: readonly Extension[];
  readonly notBefore?: UnixSeconds;
  readonly notAfter?: UnixSeconds;
}

/** A signed certificate; valid in the years 2020 to 2045 unless the order says otherwise. */
export function issue({ issuer, subject, serialNumber, extensions, notBefore, notAfter }: Order): Uint8Array {
  const signatureAlgorithm = signatureAlgorithmOf(issuer.keys.algorithm);
  const tbs = buildTbsCertificate({
    serialNumber,
    signatureAlgorithm,
    issuerDer: encodeName(issuer.name),
    notBefore: notBefore ?? unixSeconds(Date.UTC(2020, 0, 1) / 1000),
    notAfter: notAfter ?? unixSeconds(Date.UTC(2045, 0, 1) / 1000),
    subjectDer: encodeName(subject.name),
    spki: subject.spki,
    extensions,
  });
  return assembleCertificate(tbs, signatureAlgorithm, signWith(issuer.keys, tbs));
}
