import { Type } from 'typebox';
import { Refused } from '../../../../base/refusal.ts';
import { isAuthorityKind } from '../../../../registry/model.ts';
import { assignQuota } from '../../../../registry/quota.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, integer } from '../shapes.ts';
import { countsOf } from './authority-view.ts';

export const AssignCertificateCount = operation(cas, {
  name: 'AssignCertificateCount',
  summary: 'Sets how many certificates a CA may issue in all.',
  notes: [
    'Without it there is no limit. The operator can set and lift limits on the command line: certitude quota.',
    'A limit below what the CA has issued already is refused.',
    'DescribeCACertificateList shows CAs without their number; ListAllEndEntityInstance shows it as Id, and that of the root above as ParentId.',
  ],
  accessLevel: 'update',
  request: Type.Object({
    Id: integer(1, Number.MAX_SAFE_INTEGER, 'Number of the CA.', 2),
    CertTotalCount: integer(
      0,
      2_147_483_646,
      'How many certificates it may issue in all, those issued already included.',
      40,
    ),
  }),
  answer: Type.Object({
    CertCount: answerNumber('How many it may issue in all now.', 40),
    CurrentYearFreeCertCount: answerNumber(
      'What is left this year of certificates that cost nothing: 0, for none cost anything.',
      0,
    ),
  }),
  refusals: ['authority-not-found', 'quota-below-issued'],
  example: {
    request: { Id: 2, CertTotalCount: 40 },
    answer: { CertCount: 40, CurrentYearFreeCertCount: 0 },
  },
  handle: async ({ Id, CertTotalCount }, { account, actor }, { store, clock }) => {
    const record = await store.certificateById(account, Id);
    if (!record || !isAuthorityKind(record.kind)) {
      throw new Refused({ kind: 'authority-not-found', identifier: String(Id) });
    }
    const command = { account, actor, authority: record.identifier, total: CertTotalCount };
    const assigned = await assignQuota(command, { store, clock });
    return { CertCount: countsOf(assigned).CertTotalCount, CurrentYearFreeCertCount: 0 };
  },
});
