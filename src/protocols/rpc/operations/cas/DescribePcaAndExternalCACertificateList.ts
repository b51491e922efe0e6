import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, exampleOf, text } from '../shapes.ts';
import { authorityView, authorityViewOf } from './authority-view.ts';
import { pageAnswer, pageOf, pageParameters } from './paging.ts';

export const DescribePcaAndExternalCACertificateList = operation(cas, {
  name: 'DescribePcaAndExternalCACertificateList',
  summary: 'Lists CAs, own and external ones, page by page.',
  notes: [
    'The vendor calls it deprecated; DescribeCACertificateList shows the same.',
    'Newest first. Deleted CAs are not listed.',
    'BeforeDate and AfterDate are milliseconds since 1970, as their type says; the vendor publishes no unit.',
    'PageCount is the number of entries on this page, as the vendor documents it for this operation alone.',
  ],
  accessLevel: 'list',
  request: Type.Object({
    ...pageParameters(50),
    Identifiers: Type.Optional(
      text(4096, 'Show only CAs with these identifiers, separated by commas.', '1a83bcbb89e562885e40aa0108f50001'),
    ),
    KeyWord: Type.Optional(text(128, 'Show only CAs whose subject has this text in it, in any case.', 'Example')),
  }),
  answer: Type.Object({
    CertificateList: Type.Array(Type.Object(authorityView), { description: 'The page.' }),
    ...pageAnswer,
    PageCount: answerNumber('Number of entries on this page.', 1),
  }),
  refusals: [],
  example: {
    request: { CurrentPage: 1, ShowSize: 50, KeyWord: 'Example' },
    answer: { CertificateList: [exampleOf(authorityView)], ...exampleOf(pageAnswer), ShowSize: 50 },
  },
  handle: async ({ CurrentPage = 1, ShowSize = 50, Identifiers, KeyWord }, { account }, { store }) => {
    const { total, page } = await store.listAuthorities({
      account,
      ...(Identifiers !== undefined && { identifiers: Identifiers.split(',').map((each) => each.trim()) }),
      ...(KeyWord !== undefined && { keyword: KeyWord }),
      start: { offset: (CurrentPage - 1) * ShowSize },
      limit: ShowSize,
    });
    return {
      CertificateList: page.map(authorityViewOf),
      ...pageOf(CurrentPage, ShowSize, total),
      PageCount: page.length,
    };
  },
});
