import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber } from '../shapes.ts';

export const DescribeCACertificateCount = operation(cas, {
  name: 'DescribeCACertificateCount',
  summary: 'Counts the CAs of the account.',
  notes: ['Root, subordinate and external CAs, revoked ones included and deleted ones not.'],
  accessLevel: 'get',
  request: Type.Object({}),
  answer: Type.Object({ TotalCount: answerNumber('Number of CAs.', 2) }),
  refusals: [],
  example: { request: {}, answer: { TotalCount: 2 } },
  handle: async (_, { account }, { store }) => {
    const { total } = await store.listAuthorities({ account, start: { offset: 0 }, limit: 1 });
    return { TotalCount: total };
  },
});
