// Keeps private keys in the store, sealed under the master key, and signs with them through the platform's crypto.

import {
  createPrivateKey,
  createPublicKey,
  createSign,
  generateKeyPair,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { promisify } from 'node:util';
import { equalBytes, type RandomBytes } from '../base/bytes.ts';
import { inBits, inTurns, octetsPerTurn } from '../base/in-turns.ts';
import type { AccountId } from '../base/journal-entry.ts';
import {
  familyOf,
  type KeyAlgorithm,
  keyAlgorithmOf,
  keySizeOf,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
  signatureAlgorithmsOf,
  subjectPublicKeyOf,
} from '../pki/algorithm.ts';
import { encryptPrivateKey } from '../pki/encrypted-private-key.ts';
import { encodePem } from '../pki/pem.ts';
import { signSm2Digest, sm2Hash } from '../pki/sm2.ts';
import { readSm2PrivateKey } from '../pki/sm2-key.ts';
import type { Identifier } from '../registry/model.ts';
import type { Signer, SigningKey } from '../registry/signer.ts';
import { KeyQueue } from './key-queue.ts';
import type { Sealer } from './sealer.ts';
import { privateKeyIdentity } from './sql/schema.ts';

interface OpenedKey {
  readonly algorithm: KeyAlgorithm;
  readonly sealed: Uint8Array;
  /** The platform's: in its memory, not among our objects. */
  readonly key: KeyObject;
}

export class FileSigner implements Signer {
  readonly #sealer: Sealer;
  readonly #random: RandomBytes;
  readonly #queue: KeyQueue<DerPair>;
  /** Keys in use, the one used last at the end. Only authorities sign, so there are few. */
  readonly #opened = new Map<Identifier, OpenedKey>();

  /**
   * @param random  for what the platform does not draw itself: SM2 signatures, and the salt of keys that are exported.
   * @param keysAhead  how many of each algorithm in use are made before they are asked for.
   */
  constructor(sealer: Sealer, random: RandomBytes = randomBytes, keysAhead = 0) {
    this.#sealer = sealer;
    this.#random = random;
    this.#queue = new KeyQueue(generateDer, {
      count: keysAhead,
      forget: ({ privateKey }) => void privateKey.fill(0),
    });
  }

  async generate(
    identifier: Identifier,
    algorithm: KeyAlgorithm,
    account: AccountId,
  ): Promise<{ readonly publicKey: Uint8Array; readonly sealed: Uint8Array }> {
    const { publicKey, privateKey } = await this.#queue.generate(algorithm, account);
    const sealed = this.#sealer.seal(privateKeyIdentity(identifier), privateKey);
    privateKey.fill(0);
    return { publicKey, sealed };
  }

  sign(
    signingKey: SigningKey,
    message: Uint8Array,
    algorithm: SignatureAlgorithm = signatureAlgorithmOf(signingKey.algorithm),
  ): Uint8Array | Promise<Uint8Array> {
    const key = this.#open(signingKey);
    if (!signatureAlgorithmsOf(familyOf(signingKey.algorithm)).includes(algorithm)) {
      throw new TypeError(`a key that is ${signingKey.algorithm} makes no ${algorithm}`);
    }
    if (algorithm === 'SM3WithSM2') return this.#signSm2(key, message);
    const digest = digests[algorithm];
    // The pool would be given a copy of it all.
    if (message.length > octetsPerTurn) return signInTurns(digest, message, key);
    // RSA, P-384 and P-521 take a millisecond or more and go to the thread pool; P-256 takes less than the way there.
    const isQuick = signingKey.algorithm === 'ECC_256';
    return isQuick ? sign(digest, message, key) : signInPool(digest, message, key);
  }

  async exportEncrypted({ identifier, algorithm, sealed }: SigningKey, passphrase: string): Promise<string> {
    const pkcs8 = this.#sealer.open(privateKeyIdentity(identifier), sealed);
    try {
      requireAlgorithm(algorithmOf(importPkcs8(pkcs8)), algorithm);
      return encodePem('ENCRYPTED PRIVATE KEY', await encryptPrivateKey(pkcs8, passphrase, this.#random));
    } finally {
      pkcs8.fill(0);
    }
  }

  /** Forgets the keys that were made ahead. */
  close(): void {
    this.#queue.close();
  }

  async #signSm2(key: KeyObject, message: Uint8Array): Promise<Uint8Array> {
    const hash = sm2Hash(sm2PointOf(key));
    await inTurns(inBits(message, (bit) => hash.update(bit)));
    const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
    try {
      return signSm2Digest(hash.digest(), readSm2PrivateKey(pkcs8), this.#random);
    } finally {
      pkcs8.fill(0);
    }
  }

  /** @throws {SealBroken} */
  #open({ identifier, algorithm, sealed }: SigningKey): KeyObject {
    const cached = this.#opened.get(identifier);
    this.#opened.delete(identifier);
    const opened = cached && equalBytes(cached.sealed, sealed) ? cached : this.#unseal(identifier, sealed);
    requireAlgorithm(opened.algorithm, algorithm);
    this.#opened.set(identifier, opened);
    for (const oldest of this.#opened.keys()) {
      if (this.#opened.size <= keysKeptOpen) break;
      this.#opened.delete(oldest);
    }
    return opened.key;
  }

  #unseal(identifier: Identifier, sealed: Uint8Array): OpenedKey {
    const pkcs8 = this.#sealer.open(privateKeyIdentity(identifier), sealed);
    try {
      const key = importPkcs8(pkcs8);
      return { algorithm: algorithmOf(key), sealed, key };
    } finally {
      pkcs8.fill(0);
    }
  }
}

const keysKeptOpen = 64;

const digests: Readonly<Record<Exclude<SignatureAlgorithm, 'SM3WithSM2'>, string>> = {
  sha256WithRSAEncryption: 'sha256',
  sha384WithRSAEncryption: 'sha384',
  sha512WithRSAEncryption: 'sha512',
  'ecdsa-with-SHA256': 'sha256',
  'ecdsa-with-SHA384': 'sha384',
  'ecdsa-with-SHA512': 'sha512',
};

async function signInTurns(digest: string, message: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  const signing = createSign(digest);
  await inTurns(inBits(message, (bit) => signing.update(bit)));
  return signing.sign(key);
}

const signInPool = promisify(sign) as (hash: string, message: Uint8Array, key: KeyObject) => Promise<Uint8Array>;
const generatePair = promisify(generateKeyPair);

const encodings = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const;

interface DerPair {
  readonly publicKey: Uint8Array;
  readonly privateKey: Uint8Array;
}

async function generateDer(algorithm: KeyAlgorithm): Promise<DerPair> {
  const namedCurve = curves.get(algorithm);
  return namedCurve === undefined
    ? await generatePair('rsa', { modulusLength: keySizeOf(algorithm), publicExponent: 65537, ...encodings })
    : await generatePair('ec', { namedCurve, ...encodings });
}

function importPkcs8(pkcs8: Uint8Array): KeyObject {
  const key = Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length);
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' });
}

/** A key of another kind than its certificate says would sign under a wrong algorithm identifier. */
function requireAlgorithm(actual: KeyAlgorithm, expected: KeyAlgorithm): void {
  if (actual !== expected) throw new TypeError(`the private key is not ${expected}`);
}

function sm2PointOf(key: KeyObject): Uint8Array {
  return subjectPublicKeyOf(createPublicKey(key).export({ type: 'spki', format: 'der' }));
}

/** By the public half, since the platform has no name for the kind of an SM2 key. */
function algorithmOf(key: KeyObject): KeyAlgorithm {
  const algorithm = keyAlgorithmOf(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  if (algorithm === undefined) throw new TypeError('the private key is of no algorithm we know');
  return algorithm;
}

/** OpenSSL's names. */
const curves: ReadonlyMap<KeyAlgorithm, string> = new Map([
  ['ECC_256', 'prime256v1'],
  ['ECC_384', 'secp384r1'],
  ['ECC_512', 'secp521r1'],
  ['SM2_256', 'SM2'],
]);
