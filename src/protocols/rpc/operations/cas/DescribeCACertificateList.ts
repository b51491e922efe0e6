import { Type } from 'typebox';
import { toSeconds } from '../../../../base/time.ts';
import type { AuthorityKind } from '../../../../registry/model.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf, oneOf } from '../shapes.ts';
import { authorityView, authorityViewOf } from './authority-view.ts';
import { pageAnswer, pageOf, pageParameters } from './paging.ts';
import { identifier, resourceGroupFilter } from './shapes.ts';

const view = {
  ...authorityView,
  Alias: answerText('Name for people, empty if there is none.', ''),
  ResourceGroupId: answerText('Resource group, empty if there is none.', ''),
  Gift: answerNumber('1 for an instance that was given away; always 0.', 0),
  Trial: answerNumber('1 for an instance on trial; always 0.', 0),
};

const kindsOfType = {
  root: ['root'],
  subRoot: ['subordinate'],
  externalCa: ['external'],
} as const satisfies Record<string, readonly AuthorityKind[]>;

const kindsOfIssuer = {
  local: ['root', 'subordinate'],
  iTrusChina: [],
  external: ['external'],
} as const satisfies Record<string, readonly AuthorityKind[]>;

export const DescribeCACertificateList = operation(cas, {
  name: 'DescribeCACertificateList',
  summary: 'Lists CAs, page by page.',
  notes: [
    'Newest first. Deleted CAs are not listed. A page beyond the last is empty.',
    'CaStatus forbidden and IssuerType iTrusChina match nothing: there are no disabled CAs and no third parties here.',
  ],
  accessLevel: 'get',
  request: Type.Object({
    ...pageParameters(20),
    Identifier: Type.Optional(identifier('Show only the CA with this identifier.')),
    CertType: Type.Optional(oneOf(['root', 'subRoot', 'externalCa'], 'Show only CAs of this kind.', 'subRoot')),
    CaStatus: Type.Optional(oneOf(['issue', 'forbidden', 'revoke'], 'Show only CAs in this state.', 'issue')),
    IssuerType: Type.Optional(
      oneOf(['local', 'iTrusChina', 'external'], 'Show only CAs whose key is held there.', 'local'),
    ),
    ValidStatus: Type.Optional(
      oneOf(['valid', 'notValid'], 'valid: only those that have not ended. notValid: only those that have.', 'valid'),
    ),
    ResourceGroupId: resourceGroupFilter,
  }),
  answer: Type.Object({
    CertificateList: Type.Array(Type.Object(view), { description: 'The page.' }),
    ...pageAnswer,
  }),
  refusals: [],
  example: {
    request: { CurrentPage: 1, ShowSize: 20, CertType: 'root' },
    answer: { CertificateList: [exampleOf(view)], ...exampleOf(pageAnswer) },
  },
  handle: async (request, { account }, { store, clock }) => {
    const { CurrentPage = 1, ShowSize = 20, Identifier, CaStatus, ResourceGroupId } = request;
    const { total, page } = await store.listAuthorities({
      account,
      kinds: CaStatus === 'forbidden' ? [] : kindsOf(request),
      ...(Identifier !== undefined && { identifiers: [Identifier] }),
      ...(CaStatus !== undefined && { state: CaStatus === 'revoke' ? 'revoked' : 'issued' }),
      ...(ResourceGroupId !== undefined && { resourceGroupId: ResourceGroupId }),
      ...(request.ValidStatus && {
        validity: { kind: request.ValidStatus === 'valid' ? 'valid' : 'expired', at: toSeconds(clock.now()) },
      }),
      start: { offset: (CurrentPage - 1) * ShowSize },
      limit: ShowSize,
    });
    return {
      CertificateList: page.map((record) => ({
        ...authorityViewOf(record),
        Alias: record.labels.aliasName ?? '',
        ResourceGroupId: record.labels.resourceGroupId ?? '',
        Gift: 0,
        Trial: 0,
      })),
      ...pageOf(CurrentPage, ShowSize, total),
    };
  },
});

function kindsOf({
  CertType,
  IssuerType,
}: {
  readonly CertType?: keyof typeof kindsOfType;
  readonly IssuerType?: keyof typeof kindsOfIssuer;
}): readonly AuthorityKind[] {
  const byType: readonly AuthorityKind[] = CertType ? kindsOfType[CertType] : ['root', 'subordinate', 'external'];
  const byIssuer: readonly AuthorityKind[] | undefined = IssuerType && kindsOfIssuer[IssuerType];
  return byIssuer ? byType.filter((kind) => byIssuer.includes(kind)) : byType;
}
