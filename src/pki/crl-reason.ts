// Why a certificate was revoked: the names and codes of CRLReason (RFC 5280 §5.3.1), for CRLs and OCSP alike.

/** `unspecified` (0) is expressed by leaving the reason out, as §5.3.1 asks; 7 is not used. */
export type CrlReason =
  | 'keyCompromise'
  | 'cACompromise'
  | 'affiliationChanged'
  | 'superseded'
  | 'cessationOfOperation'
  | 'certificateHold'
  /** In delta CRLs alone. */
  | 'removeFromCRL'
  | 'privilegeWithdrawn'
  | 'aACompromise';

/** The number in the ENUMERATED: 1 to 6 and 8 to 10. */
export function crlReasonCode(reason: CrlReason): number {
  return codes[reason];
}

/** `undefined` for 0, 7 and what is above 10. */
export function crlReasonOf(code: number): CrlReason | undefined {
  return names[code];
}

const codes: Readonly<Record<CrlReason, number>> = {
  keyCompromise: 1,
  cACompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCRL: 8,
  privilegeWithdrawn: 9,
  aACompromise: 10,
};

const names: readonly (CrlReason | undefined)[] = Array.from({ length: 11 }, (_, code) =>
  (Object.keys(codes) as CrlReason[]).find((reason) => codes[reason] === code),
);
