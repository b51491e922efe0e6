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
  // access
  | { readonly kind: 'already-exists'; readonly what: AccessThing; readonly name: string }
  | { readonly kind: 'does-not-exist'; readonly what: AccessThing; readonly name: string }
  | { readonly kind: 'still-in-use'; readonly what: AccessThing; readonly name: string; readonly by: string }
  | { readonly kind: 'limit-reached'; readonly what: AccessThing; readonly name: string; readonly limit: number };

export type AccessThing = 'account' | 'user' | 'access key' | 'policy' | 'attachment';

/** Thrown when the domain says no. Nothing has been changed. */
export class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(`refused: ${refusal.kind}`);
    this.name = 'Refused';
    this.refusal = refusal;
  }
}
