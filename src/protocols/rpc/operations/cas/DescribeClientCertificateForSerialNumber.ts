import { Type } from 'typebox';
import { type CertificateRecord, isAuthorityKind } from '../../../../registry/model.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf, oneOf } from '../shapes.ts';
import { certificateTypeOf, contentOf, contentView, contentViewOf, statusOf } from './certificate-view.ts';
import { parseSerialNumbers, serialNumberList } from './serial-number-list.ts';
import { listSize } from './status-answer.ts';
import { minuteText } from './text-dates.ts';

const view = {
  Identifier: answerText('Identifier of the certificate.', '160ae6bb538d538c70c01f81dcf20001'),
  ParentIdentifier: answerText(
    'Identifier of the CA that issued it; empty for a root.',
    '1a83bcbb89e562885e40aa0108f50001',
  ),
  CertificateType: oneOf(
    ['ROOT', 'SUB_ROOT', 'CLIENT', 'SERVER', 'END_ENTITY'],
    'What it is, or was issued for.',
    'SERVER',
  ),
  Status: oneOf(['PENDING', 'ISSUE', 'REVOKE'], 'ISSUE: issued. REVOKE: revoked.', 'ISSUE'),
  ...contentView,
  BeforeDate: answerText('Start of validity as text.', '2026-01-01T00:00Z'),
  AfterDate: answerText('End of validity as text.', '2027-01-01T00:00Z'),
  Years: answerNumber('No longer used: 0.', 0),
};

export const DescribeClientCertificateForSerialNumber = operation(cas, {
  name: 'DescribeClientCertificateForSerialNumber',
  summary: 'Shows certificates by their serial numbers.',
  notes: [
    'Deprecated by the vendor: use DescribeClientCertificate.',
    'Only what is found is shown, oldest first: a serial number that nobody of the account used is left out, and one that two CAs used is shown twice. Deleted certificates are not found. Certificates of CAs are shown as well.',
  ],
  accessLevel: 'get',
  sizeOf: (parameters) => listSize(parameters.get('SerialNumber')),
  request: Type.Object({ SerialNumber: serialNumberList }),
  answer: Type.Object({ CertificateList: Type.Array(Type.Object(view), { description: 'What was found.' }) }),
  refusals: [],
  example: {
    request: { SerialNumber: '62b2b943a32d96883a6650e672ea0276' },
    answer: { CertificateList: [exampleOf(view)] },
  },
  handle: async ({ SerialNumber }, { account }, { store, statusRules }) => {
    const asked = parseSerialNumbers(SerialNumber, statusRules);
    const found = await store.certificatesBySerialNumber(account, [...new Set(asked)]);
    return { CertificateList: found.map(entryOf) };
  },
});

function entryOf(record: CertificateRecord) {
  const { notBefore, notAfter } = contentOf(record);
  const { kind } = record;
  return {
    Identifier: record.identifier as string,
    ParentIdentifier: kind === 'root' ? '' : (record.issuer as string),
    CertificateType: isAuthorityKind(kind) ? (kind === 'root' ? 'ROOT' : 'SUB_ROOT') : certificateTypeOf(record),
    Status: statusOf(record),
    ...contentViewOf(record),
    BeforeDate: minuteText(notBefore),
    AfterDate: minuteText(notAfter),
    Years: 0,
  } as const;
}
