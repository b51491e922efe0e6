import { Type } from 'typebox';
import type { CertificateRecord } from '../../../../registry/model.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerText, exampleOf, oneOf } from '../shapes.ts';
import { certificateTypeOf, contentOf, contentView, contentViewOf, statusOf } from './certificate-view.ts';
import { pageAnswer, pageOf, pageParameters } from './paging.ts';
import { dayText } from './text-dates.ts';

const { X509Certificate: _, ...content } = contentView;

const view = {
  Identifier: answerText('Identifier of the certificate.', '160ae6bb538d538c70c01f81dcf20001'),
  ParentIdentifier: answerText('Identifier of the CA that issued it.', '1a83bcbb89e562885e40aa0108f50001'),
  CustomIdentifier: answerText("The caller's own key, empty if there is none.", ''),
  CertificateType: oneOf(['CLIENT', 'SERVER', 'END_ENTITY'], 'What it was issued for.', 'SERVER'),
  Status: oneOf(['REVOKE'], 'REVOKE: all that is listed here is revoked.', 'REVOKE'),
  ...content,
  BeforeDate: answerText('Start of validity: the day, as text.', '2026-01-01T00:00Z'),
  AfterDate: answerText('End of validity: the day, as text.', '2027-01-01T00:00Z'),
  RevokeDate: answerText('Revocation: the day, as text. The status operations tell the second.', '2026-09-01T00:00Z'),
};

export const ListRevokeCertificate = operation(cas, {
  name: 'ListRevokeCertificate',
  summary: 'Lists revoked client, server and custom certificates, page by page.',
  notes: [
    'Newest certificate first. Certificates on hold are listed, released and deleted ones are not. A page beyond the last is empty.',
    'A certificate is listed for its own revocation; one below a revoked CA is revoked too, and not listed for that.',
  ],
  accessLevel: 'list',
  request: Type.Object(pageParameters(20)),
  answer: Type.Object({
    CertificateList: Type.Array(Type.Object(view), { description: 'The page.' }),
    ...pageAnswer,
  }),
  refusals: [],
  example: {
    request: { CurrentPage: 1, ShowSize: 20 },
    answer: { CertificateList: [exampleOf(view)], ...exampleOf(pageAnswer) },
  },
  handle: async ({ CurrentPage = 1, ShowSize = 20 }, { account }, { store }) => {
    const { total, page } = await store.listEndEntities({
      account,
      state: 'revoked',
      start: { offset: (CurrentPage - 1) * ShowSize },
      limit: ShowSize,
    });
    return { CertificateList: page.map(entryOf), ...pageOf(CurrentPage, ShowSize, total) };
  },
});

function entryOf(record: CertificateRecord) {
  const { notBefore, notAfter } = contentOf(record);
  const { X509Certificate: _pem, ...shown } = contentViewOf(record);
  return {
    Identifier: record.identifier as string,
    ParentIdentifier: record.issuer as string,
    CustomIdentifier: record.labels.customIdentifier ?? '',
    CertificateType: certificateTypeOf(record),
    Status: statusOf(record) as 'REVOKE',
    ...shown,
    BeforeDate: dayText(notBefore),
    AfterDate: dayText(notAfter),
    RevokeDate: record.revokedAt === undefined ? '' : dayText(record.revokedAt),
  };
}
