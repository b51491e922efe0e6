// Seals secrets under the master key, each for one identity: what was sealed for one does not open for another.

import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { concatBytes, type RandomBytes } from '../base/bytes.ts';
import { SealBroken, type Sealing } from '../base/sealing.ts';

export class Sealer implements Sealing {
  readonly #key: KeyObject;
  readonly #random: RandomBytes;

  /** @param key 32 octets; overwritten with zeros, since the sealer has its own. Or the one of another thread. */
  constructor(key: Uint8Array | KeyObject, random: RandomBytes) {
    const length = key instanceof Uint8Array ? key.length : key.symmetricKeySize;
    if (length !== 32) throw new TypeError('a master key has 32 octets');
    this.#key = key instanceof Uint8Array ? createSecretKey(key) : key;
    this.#random = random;
    if (key instanceof Uint8Array) key.fill(0);
  }

  /** For a sealer in another thread of this process: it can be posted, and shows nothing of the key. */
  get key(): KeyObject {
    return this.#key;
  }

  /**
   * A sealer under a key derived for one purpose (HKDF, RFC 5869): for what is sealed as often as callers please, which
   * must not use up the number of seals the master key is good for.
   */
  derive(purpose: string): Sealer {
    const key = hkdfSync('sha256', this.#key, new Uint8Array(), `certitude ${purpose}`, 32);
    return new Sealer(new Uint8Array(key), this.#random);
  }

  /** @returns version octet, nonce, ciphertext and tag: 29 octets more than `plain`, which stays the caller's to erase. */
  seal(identity: string, plain: Uint8Array): Uint8Array {
    // Random nonces of 96 bits: NIST SP 800-38D §8.3 allows 2^32 messages under one key, far above the keys of a PKI. What grows with calls is sealed under a derived key.
    const nonce = this.#random(nonceOctets);
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagOctets });
    cipher.setAAD(associated(identity));
    return concatBytes([Uint8Array.of(version), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  }

  /** @throws {SealBroken} */
  open(identity: string, sealed: Uint8Array): Uint8Array {
    if (sealed.length < 1 + nonceOctets + tagOctets || sealed[0] !== version) throw new SealBroken();
    const tagAt = sealed.length - tagOctets;
    const nonce = sealed.subarray(1, 1 + nonceOctets);
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagOctets });
    decipher.setAAD(associated(identity));
    decipher.setAuthTag(sealed.subarray(tagAt));
    const plain = decipher.update(sealed.subarray(1 + nonceOctets, tagAt));
    try {
      // GCM is a stream cipher: the last call gives no more octets, and only it tells whether these are genuine.
      decipher.final();
    } catch {
      plain.fill(0);
      throw new SealBroken();
    }
    return plain;
  }
}

const version = 1;
const nonceOctets = 12;
const tagOctets = 16;

/** The version is bound too, so that bytes sealed by one construction are never taken for another's. */
function associated(identity: string): Uint8Array {
  return Buffer.from(`certitude seal ${version}:${identity}`, 'utf8');
}
