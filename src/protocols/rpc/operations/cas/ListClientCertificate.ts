import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, exampleOf } from '../shapes.ts';
import { certificateView, certificateViewExample, viewOf } from './certificate-view.ts';
import { pageAnswer, pageOf, pageParameters } from './paging.ts';
import { identifier, resourceGroupFilter } from './shapes.ts';

export const ListClientCertificate = operation(cas, {
  name: 'ListClientCertificate',
  summary: 'Lists client and server certificates, page by page.',
  notes: ['Newest first. Deleted certificates are not listed.', 'A page beyond the last is empty.'],
  accessLevel: 'list',
  request: Type.Object({
    ...pageParameters(20),
    Identifier: Type.Optional(identifier('Show only the certificate with this identifier.')),
    ResourceGroupId: resourceGroupFilter,
  }),
  answer: Type.Object({
    CertificateList: Type.Array(Type.Object(certificateView), { description: 'The page.' }),
    ...pageAnswer,
    MaxResults: answerNumber('The same as ShowSize.', 20),
  }),
  refusals: [],
  example: {
    request: { CurrentPage: 1, ShowSize: 20 },
    answer: { CertificateList: [certificateViewExample], ...exampleOf(pageAnswer), MaxResults: 20 },
  },
  handle: async ({ CurrentPage = 1, ShowSize = 20, Identifier, ResourceGroupId }, { account }, { store }) => {
    const { total, page } = await store.listEndEntities({
      account,
      ...(Identifier !== undefined && { identifier: Identifier }),
      ...(ResourceGroupId !== undefined && { resourceGroupId: ResourceGroupId }),
      start: { offset: (CurrentPage - 1) * ShowSize },
      limit: ShowSize,
    });
    return { CertificateList: page.map(viewOf), ...pageOf(CurrentPage, ShowSize, total), MaxResults: ShowSize };
  },
});
