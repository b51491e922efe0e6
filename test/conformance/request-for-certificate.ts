// Certificate requests (RFC 2986) as callers bring them.

import { signatureAlgorithmIdentifier, signatureAlgorithmOf } from '../../src/pki/algorithm.ts';
import { bitString, constructed, integerOf, sequence, setOf } from '../../src/pki/der-writer.ts';
import { encodeExtensions, subjectAlternativeName } from '../../src/pki/extensions.ts';
import type { GeneralName } from '../../src/pki/general-name.ts';
import { encodeName, type NameParts, nameOf } from '../../src/pki/name.ts';
import { oidDer } from '../../src/pki/oid.ts';
import { encodePem } from '../../src/pki/pem.ts';
import { type KeyPair, signWith } from '../pki/issuing.ts';

/** PEM, signed with the key it asks a certificate for. */
export function requestFor(keys: KeyPair, subject: NameParts, names: readonly GeneralName[] = []): string {
  const wishes =
    names.length === 0
      ? []
      : [sequence(oidDer('extensionRequest'), setOf([encodeExtensions([subjectAlternativeName(names, false)])]))];
  const info = sequence(integerOf(0), encodeName(nameOf(subject)), keys.spki, constructed(0, ...wishes));
  const algorithm = signatureAlgorithmIdentifier(signatureAlgorithmOf(keys.algorithm));
  return encodePem('CERTIFICATE REQUEST', sequence(info, algorithm, bitString(signWith(keys, info))));
}
