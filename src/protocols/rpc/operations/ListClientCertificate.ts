import { Type } from 'typebox';
import { operation } from '../operation.ts';
import { certificateView, certificateViewExample, viewOf } from './certificate-view.ts';
import { answerNumber, identifier, integer, text } from './shapes.ts';

export const ListClientCertificate = operation({
  name: 'ListClientCertificate',
  summary: 'Lists client and server certificates, page by page.',
  notes: ['Newest first. Deleted certificates are not listed.', 'A page beyond the last is empty.'],
  accessLevel: 'list',
  request: Type.Object({
    CurrentPage: Type.Optional(integer(1, 2_147_483_647, 'Page to show, from 1; 1 when left out.', 1)),
    ShowSize: Type.Optional(integer(1, 1000, 'Certificates on a page; 20 when left out.', 20)),
    Identifier: Type.Optional(identifier('Show only the certificate with this identifier.')),
    ResourceGroupId: Type.Optional(text(64, 'Show only certificates of this resource group.', 'rg-aekzexample')),
  }),
  answer: Type.Object({
    CertificateList: Type.Array(Type.Object(certificateView), { description: 'The page.' }),
    CurrentPage: answerNumber('The page shown.', 1),
    ShowSize: answerNumber('Certificates on a page.', 20),
    MaxResults: answerNumber('The same as ShowSize.', 20),
    PageCount: answerNumber('Number of pages.', 1),
    TotalCount: answerNumber('Number of certificates on all pages.', 1),
  }),
  refusals: [],
  example: {
    request: { CurrentPage: 1, ShowSize: 20 },
    answer: {
      CertificateList: [certificateViewExample],
      CurrentPage: 1,
      ShowSize: 20,
      MaxResults: 20,
      PageCount: 1,
      TotalCount: 1,
    },
  },
  handle: async ({ CurrentPage = 1, ShowSize = 20, Identifier, ResourceGroupId }, { account }, { store }) => {
    const { total, page } = await store.listEndEntities({
      account,
      ...(Identifier !== undefined && { identifier: Identifier }),
      ...(ResourceGroupId !== undefined && { resourceGroupId: ResourceGroupId }),
      start: { offset: (CurrentPage - 1) * ShowSize },
      limit: ShowSize,
    });
    return {
      CertificateList: page.map(viewOf),
      CurrentPage,
      ShowSize,
      MaxResults: ShowSize,
      PageCount: Math.ceil(total / ShowSize),
      TotalCount: total,
    };
  },
});
