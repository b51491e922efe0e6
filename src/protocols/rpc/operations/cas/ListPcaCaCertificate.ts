import { Type } from 'typebox';
import { parseCertificate } from '../../../../pki/certificate.ts';
import { partsOf } from '../../../../pki/name-parts.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf, oneOf } from '../shapes.ts';
import { authorityStatusOf, instanceIdOf } from './authority-view.ts';
import { nextTokenOf, numberOf, tokenAnswer, tokenParameters } from './paging.ts';

const view = {
  CertIdentifier: answerText('Identifier of the CA.', '1a83bcbb89e562885e40aa0108f50001'),
  CommonName: answerText('Subject CN.', 'Example Root CA'),
  IssuerIdentifier: answerText(
    'Identifier of the CA above it; its own for a root.',
    '1a83bcbb89e562885e40aa0108f50001',
  ),
  PrivateCaInstanceId: answerText('Its instance.', 'cas-member-1a83bcbb89e562885e40aa0108f50001'),
  PrivateCaRegionId: answerText('Region of the instance: always local.', 'local'),
  Status: oneOf(['ISSUE', 'REVOKE'], 'ISSUE: in force. REVOKE: revoked.', 'ISSUE'),
  UserId: answerText('The account.', '9978253532074387'),
};

export const ListPcaCaCertificate = operation(cas, {
  name: 'ListPcaCaCertificate',
  summary: 'Lists CAs, by token.',
  notes: ['Newest first. Deleted CAs are not listed.'],
  accessLevel: 'list',
  request: Type.Object(tokenParameters(20)),
  answer: Type.Object({
    List: Type.Array(Type.Object(view), { description: 'The page.' }),
    ...tokenAnswer,
    TotalCount: answerNumber('Number of CAs on all pages.', 1),
  }),
  refusals: [],
  example: {
    request: { MaxResults: 20 },
    answer: { List: [exampleOf(view)], ...exampleOf(tokenAnswer), TotalCount: 1 },
  },
  handle: async ({ NextToken, MaxResults = 20 }, { account }, { store }) => {
    const scope = { operation: 'ListPcaCaCertificate', account, filter: null };
    const { total, page, more } = await store.listAuthorities({
      account,
      start: NextToken ? { belowId: numberOf(scope, NextToken) } : { offset: 0 },
      limit: MaxResults,
    });
    const last = page.at(-1);
    return {
      List: page.map((record) => ({
        CertIdentifier: record.identifier as string,
        CommonName: partsOf(parseCertificate(record.der).subject).commonName ?? '',
        IssuerIdentifier: record.issuer as string,
        PrivateCaInstanceId: instanceIdOf(record),
        PrivateCaRegionId: 'local',
        Status: authorityStatusOf(record),
        UserId: account as string,
      })),
      NextToken: more && last ? nextTokenOf(scope, last.id) : '',
      MaxResults,
      TotalCount: total,
    };
  },
});
