// Where answers and parameters knowingly differ from the reference, and why. Printed under the matrix.

export interface Deviation {
  readonly operation: string;
  readonly side: 'request' | 'answer';
  readonly path: string;
  readonly how: 'absent' | 'extra' | 'required' | 'optional';
  readonly why: string;
}

const noCaNoCertificate = 'The vendor’s SDK marks it optional; without a CA nothing can be signed.';

export const deviations: readonly Deviation[] = [
  {
    operation: 'CreateClientCertificate',
    side: 'request',
    path: 'ParentIdentifier',
    how: 'required',
    why: noCaNoCertificate,
  },
  {
    operation: 'CreateSubCACertificate',
    side: 'request',
    path: 'ParentIdentifier',
    how: 'required',
    why: noCaNoCertificate,
  },
  {
    operation: 'CreateServerCertificate',
    side: 'request',
    path: 'AliasName',
    how: 'extra',
    why: 'As for client certificates; sent to the vendor it would be ignored.',
  },
];

/** Paths of one operation's side that differ in this way. */
export function pathsThatAre(how: Deviation['how'], side: Deviation['side'], operation: string): ReadonlySet<string> {
  return new Set(
    deviations
      .filter((each) => each.how === how && each.side === side && each.operation === operation)
      .map(({ path }) => path),
  );
}
