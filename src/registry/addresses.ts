// The addresses that certificates give of their issuer: its own certificate and its OCSP responder (RFC 5280 §4.2.2.1).

import type { Addresses } from '../pki/profiles.ts';
import { completeScope, crlAddress } from './crl-scopes.ts';
import type { Identifier } from './model.ts';

export function addressesOf(authority: Identifier, publicUrl: string): Addresses {
  return { ocsp: `${publicUrl}/ocsp`, issuer: `${publicUrl}/issuer/${authority}.cer` };
}

/** The same and the CRL, for the authorities below a root. */
export function addressesOfRoot(root: Identifier, publicUrl: string): Addresses {
  return { ...addressesOf(root, publicUrl), crl: crlAddress(publicUrl, root, completeScope) };
}
