// Where answers and parameters knowingly differ from the reference, and why. Printed under the matrix.

export interface Deviation {
  readonly operation: string;
  readonly side: 'request' | 'answer';
  readonly path: string;
  readonly how: 'absent' | 'extra' | 'required' | 'optional';
  readonly why: string;
}

const noRequestNoKey = 'Marked optional there; without it there is no key to certify.';
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
    operation: 'CreateClientCertificateWithCsr',
    side: 'request',
    path: 'ParentIdentifier',
    how: 'required',
    why: noCaNoCertificate,
  },
  {
    operation: 'CreateClientCertificateWithCsr',
    side: 'request',
    path: 'Csr',
    how: 'required',
    why: noRequestNoKey,
  },
  {
    operation: 'CreateExternalCACertificate',
    side: 'request',
    path: 'Csr',
    how: 'required',
    why: noRequestNoKey,
  },
  {
    operation: 'CreateExternalCACertificate',
    side: 'request',
    path: 'Validity',
    how: 'required',
    why: 'Marked optional there, and no default is published.',
  },
  {
    operation: 'CreateSubCACertificate',
    side: 'request',
    path: 'ParentIdentifier',
    how: 'required',
    why: noCaNoCertificate,
  },
  ...(
    [
      ['AssignCertificateCount', 'Id'],
      ['AssignCertificateCount', 'CertTotalCount'],
      ['DescribeCACertificate', 'Identifier'],
      ['TagResources', 'Tag'],
      ['UpdatePcaCertificate', 'Identifier'],
    ] as const
  ).map(
    ([operation, path]): Deviation => ({
      operation,
      side: 'request',
      path,
      how: 'required',
      why: 'Marked optional there; without it the call says nothing.',
    }),
  ),
  {
    operation: 'UpdatePcaCertificate',
    side: 'answer',
    path: 'AccessDeniedDetail',
    how: 'absent',
    why: 'It stands in the answer to a caller without permission, as for every operation, and in no other.',
  },
  ...['CreateServerCertificate', 'CreateServerCertificateWithCsr', 'CreateClientCertificateWithCsr'].map(
    (operation): Deviation => ({
      operation,
      side: 'request',
      path: 'AliasName',
      how: 'extra',
      why: 'As for client certificates made here; the vendor has it for these alone.',
    }),
  ),
  {
    operation: 'CreateRevokeClientCertificate',
    side: 'request',
    path: 'Reason',
    how: 'extra',
    why: 'An extension: the reason of RFC 5280, which CRLs and OCSP tell.',
  },
  {
    operation: 'CreateRevokeClientCertificate',
    side: 'request',
    path: 'InvalidityDate',
    how: 'extra',
    why: 'An extension: when the key was lost (RFC 5280 §5.3.2), which CRLs tell.',
  },
  {
    operation: 'CreateSubCACertificate',
    side: 'request',
    path: 'CrlPartitions',
    how: 'extra',
    why: "An extension: into how many CRLs the CA's certificates are spread.",
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
