// OCSP requests as clients make them, and as none should.

import { hash } from 'node:crypto';
import { constructed, integer, nullValue, octetString, sequence, sequenceOf } from '../../src/pki/der-writer.ts';
import { type Extension, encodeExtensions } from '../../src/pki/extensions.ts';
import { oidDer, oids } from '../../src/pki/oid.ts';
import { type SerialNumber, serialNumberToInteger } from '../../src/pki/serial-number.ts';

export interface Issuer {
  /** DER Name. */
  readonly nameDer: Uint8Array;
  /** subjectPublicKey bits. */
  readonly key: Uint8Array;
}

export const someIssuer: Issuer = { nameDer: sequence(), key: new Uint8Array(65).fill(4) };

const digest = (algorithm: string, octets: Uint8Array) => new Uint8Array(hash(algorithm, octets, 'buffer'));

export function certIdOf(
  serialNumber: string,
  algorithm: 'sha1' | 'sha256' | 'sha512' = 'sha1',
  { issuer = someIssuer, parameters = [nullValue] as Uint8Array[] } = {},
): Uint8Array {
  return sequence(
    sequence(oidDer(algorithm), ...parameters),
    octetString(digest(algorithm, issuer.nameDer)),
    octetString(digest(algorithm, issuer.key)),
    integer(serialNumberToInteger(serialNumber as SerialNumber)),
  );
}

export function requestOf(certIds: readonly Uint8Array[], extensions: readonly Extension[] = []): Uint8Array {
  const wrapped = extensions.length === 0 ? [] : [constructed(2, encodeExtensions(extensions))];
  return sequence(sequence(sequenceOf(certIds.map((certId) => sequence(certId))), ...wrapped));
}

export function nonceExtension(octets: number): Extension {
  return { id: oids['ocsp-nonce'], critical: false, value: octetString(new Uint8Array(octets).fill(7)) };
}

/** Headers within headers, with nothing inside: `count` SEQUENCEs. */
export function nested(count: number): Uint8Array {
  let inner: Uint8Array = nullValue;
  for (let depth = 0; depth < count; depth++) inner = sequence(inner);
  return inner;
}
