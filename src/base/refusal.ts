// What the domain refuses to do, as data. Each protocol has one table that turns these into its own codes and words.

import type { UnixSeconds } from './time.ts';

export type Refusal =
  // registry
  | { readonly kind: 'certificate-not-found'; readonly identifier: string }
  | { readonly kind: 'authority-not-found'; readonly identifier: string }
  | { readonly kind: 'not-a-root'; readonly identifier: string }
  | { readonly kind: 'not-a-subordinate'; readonly identifier: string }
  | { readonly kind: 'authority-revoked'; readonly identifier: string }
  | { readonly kind: 'already-revoked'; readonly identifier: string }
  | { readonly kind: 'not-revoked'; readonly identifier: string }
  | { readonly kind: 'algorithm-not-allowed'; readonly algorithm: string; readonly reason: string }
  | { readonly kind: 'algorithm-family-differs'; readonly algorithm: string; readonly issuerAlgorithm: string }
  | { readonly kind: 'validity-refused'; readonly reason: string }
  | { readonly kind: 'beyond-issuer'; readonly notAfter: UnixSeconds; readonly issuerNotAfter: UnixSeconds }
  | { readonly kind: 'path-length-exceeded'; readonly identifier: string }
  | { readonly kind: 'usage-not-allowed'; readonly identifier: string; readonly usage: string }
  | { readonly kind: 'custom-identifier-taken'; readonly customIdentifier: string }
  | { readonly kind: 'serial-number-taken'; readonly serialNumber: string }
  | { readonly kind: 'not-on-hold'; readonly identifier: string }
  | { readonly kind: 'not-issued-yet'; readonly identifier: string }
  | { readonly kind: 'quota-exhausted'; readonly identifier: string; readonly total: number }
  | { readonly kind: 'quota-below-issued'; readonly identifier: string; readonly issued: number }
  | { readonly kind: 'too-many-tags'; readonly identifier: string; readonly limit: number }
  | { readonly kind: 'key-not-held'; readonly identifier: string }
  | { readonly kind: 'csr-refused'; readonly reason: string }
  | { readonly kind: 'client-token-used'; readonly token: string }
  | { readonly kind: 'client-token-mismatch'; readonly token: string }
  // access
  | { readonly kind: 'already-exists'; readonly what: AccessThing; readonly name: string }
  | { readonly kind: 'does-not-exist'; readonly what: AccessThing; readonly name: string }
  | { readonly kind: 'still-in-use'; readonly what: AccessThing; readonly name: string; readonly by: AccessThing }
  | { readonly kind: 'limit-reached'; readonly what: AccessThing; readonly name: string; readonly limit: number }
  | { readonly kind: 'mfa-code-refused'; readonly device: string };

export type AccessThing =
  | 'account'
  | 'account alias'
  | 'user'
  | 'group'
  | 'group member'
  | 'role'
  | 'access key'
  | 'policy'
  | 'policy version'
  | 'default policy version'
  | 'attachment'
  | 'login profile'
  | 'MFA device'
  | 'tag';

/** Thrown when the domain says no. Nothing has been changed. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`refused: ${refusal.kind}`);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}
