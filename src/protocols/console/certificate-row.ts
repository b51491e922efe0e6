// One certificate as a row of the console's lists.

import type { UnixSeconds } from '../../base/time.ts';
import type { SignedFields } from '../../pki/certificate.ts';
import { formatGeneralName } from '../../pki/general-name.ts';
import { formatName } from '../../pki/name.ts';
import { partsOf } from '../../pki/name-parts.ts';
import type { CertificateRecord } from '../../registry/model.ts';
import type { StatusReader } from '../../registry/status-index.ts';
import { contentOf } from '../rpc/operations/cas/certificate-view.ts';

export type CertificateRow = ReturnType<typeof certificateRow>;

/** Others are counted. */
const namesShown = 3;

/** As it stands at this moment: what a revoked CA above it means for it is told too. */
export function certificateRow(
  record: CertificateRecord,
  now: UnixSeconds,
  statusIndex: Pick<StatusReader, 'lookupIssuedBy'>,
) {
  const { labels, state } = record;
  const content = contentOf(record);
  const names = namesOf(content);
  const status = statusIndex.lookupIssuedBy(record.issuer, record.account, record.serialNumber);
  const isRevoked = state !== 'pending' && status.status === 'revoked';
  return {
    Id: record.id,
    Identifier: record.identifier as string,
    Kind: record.kind,
    SerialNumber: record.serialNumber as string,
    Subject: formatName(content.subject),
    CommonName: partsOf(content.subject).commonName ?? '',
    Names: names.slice(0, namesShown),
    MoreNames: Math.max(0, names.length - namesShown),
    Issuer: record.issuer as string,
    NotBefore: content.notBefore as number,
    NotAfter: content.notAfter as number,
    Expired: content.notAfter < now,
    Status: state === 'pending' ? ('pending' as const) : isRevoked ? ('revoked' as const) : ('good' as const),
    /** Whether it is revoked itself, and not only a CA above it. */
    OwnRevocation: state === 'revoked',
    RevokeTime: isRevoked ? (status.revokedAt as number) : 0,
    Reason: state === 'revoked' ? (record.reason ?? 'unspecified') : '',
    AliasName: labels.aliasName ?? '',
    CustomIdentifier: labels.customIdentifier ?? '',
    ResourceGroupId: labels.resourceGroupId ?? '',
    Tags: (labels.tags ?? []).map(({ key, value }) => ({ Key: key, Value: value })),
    KeyAlgorithm: record.keyAlgorithm as string,
    KeyHeld: record.keyHeld,
  };
}

/** Whether the text is part of one of its names, in any case. */
export function isNamed(record: CertificateRecord, text: string): boolean {
  const wanted = text.toLowerCase();
  const { aliasName = '', customIdentifier = '' } = record.labels;
  const content = contentOf(record);
  return [formatName(content.subject), aliasName, customIdentifier, ...namesOf(content)].some((name) =>
    name.toLowerCase().includes(wanted),
  );
}

function namesOf({ extensions }: SignedFields): readonly string[] {
  return (extensions.subjectAlternativeNames ?? []).map(formatGeneralName);
}
