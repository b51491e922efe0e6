// A certificate, its chain and its key in one file (PKCS #12, RFC 7292), made in the browser: contents under PBES2 with
// AES-256, integrity by HMAC with SHA-256. OpenSSL 3 opens it as it makes its own.

import '../../base/node-buffer.ts';
import { hmac } from '@noble/hashes/hmac.js';
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes } from '../../../src/base/bytes.ts';
import {
  constructed,
  element,
  integerOf,
  nullValue,
  objectIdentifier,
  octetString,
  primitive,
  sequence,
  sequenceOf,
  setOf,
} from '../../../src/pki/der-writer.ts';
import { oidDer } from '../../../src/pki/oid.ts';
import { encryptUnder } from './pbes2.ts';

export interface Pkcs12Parts {
  /** EncryptedPrivateKeyInfo, DER, under the same pass phrase. */
  readonly encryptedKey: Uint8Array;
  /** DER: the certificate of the key first. */
  readonly certificates: readonly Uint8Array[];
  /** What programs show it as. */
  readonly name: string;
  readonly passphrase: string;
}

const ids = {
  data: objectIdentifier('1.2.840.113549.1.7.1'),
  encryptedData: objectIdentifier('1.2.840.113549.1.7.6'),
  pkcs8ShroudedKeyBag: objectIdentifier('1.2.840.113549.1.12.10.1.2'),
  certBag: objectIdentifier('1.2.840.113549.1.12.10.1.3'),
  x509Certificate: objectIdentifier('1.2.840.113549.1.9.22.1'),
  friendlyName: objectIdentifier('1.2.840.113549.1.9.20'),
  localKeyId: objectIdentifier('1.2.840.113549.1.9.21'),
};

/** @returns DER of PFX. */
export async function encodePkcs12({ encryptedKey, certificates, name, passphrase }: Pkcs12Parts): Promise<Uint8Array> {
  const [own = new Uint8Array()] = certificates;
  // Ties the key to its certificate; SHA-1 of it is what programs expect there, and protects nothing.
  const attributes = setOf([
    sequence(ids.friendlyName, setOf([bmpString(name)])),
    sequence(ids.localKeyId, setOf([octetString(sha1(own))])),
  ]);
  const certBags = certificates.map((der, index) =>
    // SafeBag ::= SEQUENCE { bagId, bagValue [0] EXPLICIT, bagAttributes SET OF OPTIONAL } (§4.2)
    sequence(
      ids.certBag,
      constructed(0, sequence(ids.x509Certificate, constructed(0, octetString(der)))),
      ...(index === 0 ? [attributes] : []),
    ),
  );
  const keyBag = sequence(ids.pkcs8ShroudedKeyBag, constructed(0, encryptedKey), attributes);
  const { algorithm, encrypted } = await encryptUnder(passphrase, sequenceOf(certBags));
  // EncryptedData ::= SEQUENCE { version 0, encryptedContentInfo { contentType, algorithm, [0] IMPLICIT OCTET STRING } }
  const encryptedData = sequence(integerOf(0), sequence(ids.data, algorithm, primitive(0, encrypted)));
  const safe = sequenceOf([
    sequence(ids.encryptedData, constructed(0, encryptedData)),
    sequence(ids.data, constructed(0, octetString(sequenceOf([keyBag])))),
  ]);
  return sequence(integerOf(3), sequence(ids.data, constructed(0, octetString(safe))), macOf(safe, passphrase));
}

/** MacData ::= SEQUENCE { mac DigestInfo, macSalt OCTET STRING, iterations INTEGER } */
function macOf(content: Uint8Array, passphrase: string): Uint8Array {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const mac = hmac(sha256, macKey(passphrase, salt), content);
  return sequence(
    sequence(sequence(oidDer('sha256'), nullValue), octetString(mac)),
    octetString(salt),
    integerOf(macIterations),
  );
}

/**
 * RFC 7292 Appendix B.2 for a key for integrity (ID 3) of 32 octets: one block of SHA-256, so that nothing of its step 6
 * is needed.
 */
function macKey(passphrase: string, salt: Uint8Array): Uint8Array {
  const blockOctets = 64;
  const filled = (octets: Uint8Array) => {
    const length = blockOctets * Math.ceil(octets.length / blockOctets);
    return Uint8Array.from({ length }, (_, at) => octets[at % octets.length] ?? 0);
  };
  const password = concatBytes([bmpOctets(passphrase), Uint8Array.of(0, 0)]);
  let key = sha256(concatBytes([new Uint8Array(blockOctets).fill(3), filled(salt), filled(password)]));
  for (let round = 1; round < macIterations; round++) key = sha256(key);
  return key;
}

function bmpString(text: string): Uint8Array {
  return element(0x1e, bmpOctets(text));
}

/** UTF-16, most significant octet first. */
function bmpOctets(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length * 2 }, (_, at) => {
    const unit = text.charCodeAt(at >> 1);
    return at % 2 === 0 ? unit >> 8 : unit & 255;
  });
}

/** A guess at the pass phrase must not be cheaper here than at the contents; a fraction of a second in a browser. */
const macIterations = 100_000;
