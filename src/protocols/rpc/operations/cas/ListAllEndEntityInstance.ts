import { Type } from 'typebox';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { toMillis } from '../../../../base/time.ts';
import { parseCertificate } from '../../../../pki/certificate.ts';
import { partsOf } from '../../../../pki/name-parts.ts';
import { type AuthorityRecord, type Identifier, isAuthorityKind } from '../../../../registry/model.ts';
import type { CertificateStore } from '../../../../registry/store.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf, integer, oneOf } from '../shapes.ts';
import { authorityTypeOf, countsOf, instanceIdOf } from './authority-view.ts';
import { nextTokenOf, numberOf, pageAnswer, pageOf, pageParameters, tokenAnswer, tokenParameters } from './paging.ts';

const view = {
  Id: answerNumber('Number of the CA.', 2),
  InstanceId: answerText('Its instance.', 'cas-member-271ae6bb538d538c70c01f81dd030001'),
  Identifier: answerText('Its identifier.', '271ae6bb538d538c70c01f81dd030001'),
  ParentIdentifier: answerText('Identifier of the root above it.', '1a83bcbb89e562885e40aa0108f50001'),
  ParentId: answerNumber('Its number; 0 where that CA was deleted.', 1),
  CommonName: answerText('Subject CN.', 'Example Device CA'),
  Type: oneOf(['ROOT', 'SUB_ROOT'], 'Kind of the CA.', 'SUB_ROOT'),
  Status: oneOf(['USED', 'REVOKE'], 'USED: in force. REVOKE: revoked.', 'USED'),
  CertTotalCount: answerNumber('How many certificates it may issue; 2147483647 for no limit.', 2_147_483_647),
  CertIssuedCount: answerNumber('How many it has issued.', 10),
  CertRemainingCount: answerNumber('How many it may still issue.', 2_147_483_637),
  BeforeTime: answerNumber('Start of validity, milliseconds since 1970.', 1_767_225_600_000),
  AfterTime: answerNumber('End of validity, milliseconds since 1970.', 1_924_992_000_000),
};

export const ListAllEndEntityInstance = operation(cas, {
  name: 'ListAllEndEntityInstance',
  summary: 'Lists the instances that issue to end entities: subordinate and external CAs, with their quotas.',
  notes: [
    'Newest first; by page number, or by token where NextToken or MaxResults is sent.',
    'The vendor publishes no fields of the entries; these are ours.',
    'RecursiveChildren changes nothing: below a root there is one level of CAs.',
  ],
  accessLevel: 'list',
  request: Type.Object({
    ...pageParameters(20),
    ...tokenParameters(20),
    ParentId: Type.Optional(integer(1, Number.MAX_SAFE_INTEGER, 'Number (Id) of the root they are below.', 1)),
    RecursiveChildren: Type.Optional(integer(0, 2_147_483_647, 'Taken and not looked at.', 1)),
  }),
  answer: Type.Object({
    List: Type.Array(Type.Object(view), { description: 'The page.' }),
    ...pageAnswer,
    ...tokenAnswer,
  }),
  refusals: [],
  example: {
    request: { CurrentPage: 1, ShowSize: 20 },
    answer: { List: [exampleOf(view)], ...exampleOf(pageAnswer), ...exampleOf(tokenAnswer) },
  },
  handle: async (request, { account }, { store }) => {
    const { CurrentPage = 1, ParentId, NextToken, MaxResults } = request;
    const size = MaxResults ?? request.ShowSize ?? 20;
    const scope = { operation: 'ListAllEndEntityInstance', account, filter: ParentId ?? null };
    const parent = ParentId === undefined ? undefined : await store.certificateById(account, ParentId);
    const issuer = parent && isAuthorityKind(parent.kind) ? parent.identifier : undefined;
    const { total, page, more } = await store.listAuthorities({
      account,
      // A number that is no CA's has nothing below it.
      kinds: ParentId !== undefined && issuer === undefined ? [] : ['subordinate', 'external'],
      ...(issuer !== undefined && { issuer }),
      start: NextToken ? { belowId: numberOf(scope, NextToken) } : { offset: (CurrentPage - 1) * size },
      limit: size,
    });
    const parentIds = await numbersOf(new Set(page.map(({ issuer: above }) => above)), account, store);
    const last = page.at(-1);
    return {
      List: page.map((record) => instanceOf(record, parentIds.get(record.issuer) ?? 0)),
      ...pageOf(CurrentPage, size, total),
      NextToken: more && last ? nextTokenOf(scope, last.id) : '',
      MaxResults: size,
    };
  },
});

async function numbersOf(
  identifiers: ReadonlySet<Identifier>,
  account: AccountId,
  store: CertificateStore,
): Promise<ReadonlyMap<Identifier, number>> {
  const { page } = await store.listAuthorities({
    account,
    identifiers: [...identifiers],
    start: { offset: 0 },
    limit: Math.max(1, identifiers.size),
  });
  return new Map(page.map(({ identifier, id }) => [identifier, id]));
}

function instanceOf(record: AuthorityRecord, parentId: number) {
  const { subject, notBefore, notAfter } = parseCertificate(record.der);
  return {
    Id: record.id,
    InstanceId: instanceIdOf(record),
    Identifier: record.identifier as string,
    ParentIdentifier: record.issuer as string,
    ParentId: parentId,
    CommonName: partsOf(subject).commonName ?? '',
    Type: authorityTypeOf(record),
    Status: record.state === 'issued' ? ('USED' as const) : ('REVOKE' as const),
    ...countsOf(record),
    BeforeTime: toMillis(notBefore) as number,
    AfterTime: toMillis(notAfter) as number,
  };
}
