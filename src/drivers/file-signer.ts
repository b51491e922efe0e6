// Keeps private keys in the store, sealed under the master key, and signs with them through the platform's crypto.

import { createPrivateKey, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { equalBytes } from '../base/bytes.ts';
import { familyOf, type KeyAlgorithm, keySizeOf } from '../pki/algorithm.ts';
import type { Identifier } from '../registry/model.ts';
import type { Signer, SigningKey } from '../registry/signer.ts';
import type { Sealer } from './sealer.ts';
import { privateKeyIdentity } from './sql/schema.ts';

export class FileSigner implements Signer {
  readonly #sealer: Sealer;
  /** Keys in use, the one used last at the end. Only authorities sign, so there are few. */
  readonly #opened = new Map<Identifier, { readonly sealed: Uint8Array; readonly key: KeyObject }>();

  constructor(sealer: Sealer) {
    this.#sealer = sealer;
  }

  async generate(
    identifier: Identifier,
    algorithm: KeyAlgorithm,
  ): Promise<{ readonly publicKey: Uint8Array; readonly sealed: Uint8Array }> {
    const { publicKey, privateKey } = await generateDer(algorithm);
    const sealed = this.#sealer.seal(privateKeyIdentity(identifier), privateKey);
    privateKey.fill(0);
    return { publicKey, sealed };
  }

  async sign(signingKey: SigningKey, message: Uint8Array): Promise<Uint8Array> {
    const key = this.#open(signingKey);
    // An RSA signature takes a millisecond or more and goes to the thread pool; one on P-256 takes less than the way there.
    return key.asymmetricKeyType === 'rsa' ? await signInPool('sha256', message, key) : sign('sha256', message, key);
  }

  /** @throws {SealBroken} */
  #open({ identifier, algorithm, sealed }: SigningKey): KeyObject {
    const cached = this.#opened.get(identifier);
    this.#opened.delete(identifier);
    const key = cached && equalBytes(cached.sealed, sealed) ? cached.key : this.#unseal(identifier, sealed);
    requireAlgorithm(key, algorithm);
    this.#opened.set(identifier, { sealed, key });
    for (const oldest of this.#opened.keys()) {
      if (this.#opened.size <= keysKeptOpen) break;
      this.#opened.delete(oldest);
    }
    return key;
  }

  #unseal(identifier: Identifier, sealed: Uint8Array): KeyObject {
    const pkcs8 = this.#sealer.open(privateKeyIdentity(identifier), sealed);
    try {
      return createPrivateKey({
        key: Buffer.from(pkcs8.buffer, pkcs8.byteOffset, pkcs8.length),
        format: 'der',
        type: 'pkcs8',
      });
    } finally {
      pkcs8.fill(0);
    }
  }
}

const keysKeptOpen = 64;

const signInPool = promisify(sign) as (hash: string, message: Uint8Array, key: KeyObject) => Promise<Uint8Array>;
const generatePair = promisify(generateKeyPair);

const encodings = {
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'der' },
} as const;

async function generateDer(algorithm: KeyAlgorithm): Promise<{ publicKey: Uint8Array; privateKey: Uint8Array }> {
  return familyOf(algorithm) === 'RSA'
    ? await generatePair('rsa', { modulusLength: keySizeOf(algorithm), publicExponent: 65537, ...encodings })
    : await generatePair('ec', { namedCurve: curves.get(keySizeOf(algorithm)) ?? '', ...encodings });
}

/** A key of another kind than its certificate says would sign under a wrong algorithm identifier. */
function requireAlgorithm({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject, algorithm: KeyAlgorithm): void {
  const is =
    familyOf(algorithm) === 'RSA'
      ? asymmetricKeyType === 'rsa' && asymmetricKeyDetails?.modulusLength === keySizeOf(algorithm)
      : asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === curves.get(keySizeOf(algorithm));
  if (!is) throw new TypeError(`the private key is not ${algorithm}`);
}

/** OpenSSL's names, by size of the field. */
const curves: ReadonlyMap<number, string> = new Map([
  [256, 'prime256v1'],
  [384, 'secp384r1'],
]);
