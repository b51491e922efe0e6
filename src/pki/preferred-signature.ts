// Which signature an OCSP client gets that says what it prefers (RFC 6960 §4.4.7).

import { equalBytes } from '../base/bytes.ts';
import {
  type AlgorithmIdentifier,
  familyOf,
  type KeyAlgorithm,
  type SignatureAlgorithm,
  signatureAlgorithmOf,
  signatureAlgorithmsOf,
} from './algorithm.ts';
import type { PreferredSignatureAlgorithm } from './ocsp-request.ts';
import { type OidName, oidDer, oids } from './oid.ts';

/**
 * The first preferred one that a key of this algorithm can make; the key's usual one where there is none, as a client that
 * knows nothing we can do is told no less (RFC 6960 §4.4.7.2). All that we can do is strong enough to be asked for.
 */
export function preferredSignatureAlgorithm(
  preferred: readonly PreferredSignatureAlgorithm[],
  keyAlgorithm: KeyAlgorithm,
): SignatureAlgorithm {
  for (const { signature, publicKey } of preferred) {
    if (publicKey !== undefined && !isOfKey(publicKey, keyAlgorithm)) continue;
    const makes = signatureAlgorithmsOf(familyOf(keyAlgorithm)).find((each) => oids[each] === signature.id);
    // Those of RSA are NULL, and some leave them out (RFC 4055 §5). Other parameters mean something that we do not know.
    if (makes !== undefined && !(signature.parameters instanceof Uint8Array)) return makes;
  }
  return signatureAlgorithmOf(keyAlgorithm);
}

/** Whether the responder's key is of the kind the client names: for a curve, that curve or any. */
function isOfKey({ id, parameters }: AlgorithmIdentifier, keyAlgorithm: KeyAlgorithm): boolean {
  if (familyOf(keyAlgorithm) === 'RSA') return id === oids.rsaEncryption;
  const curve = curves[keyAlgorithm];
  if (id !== oids.ecPublicKey || curve === undefined) return false;
  return parameters instanceof Uint8Array ? equalBytes(parameters, oidDer(curve)) : parameters === 'absent';
}

const curves: Readonly<Partial<Record<KeyAlgorithm, OidName>>> = {
  ECC_256: 'prime256v1',
  ECC_384: 'secp384r1',
  ECC_512: 'secp521r1',
  SM2_256: 'sm2p256v1',
};
