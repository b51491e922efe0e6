import { Type } from 'typebox';
import { toMillis, type UnixMillis } from '../../../../base/time.ts';
import { encodePem } from '../../../../pki/pem.ts';
import { chainOf } from '../../../../registry/authority-chain.ts';
import type { CertificateRecord } from '../../../../registry/model.ts';
import type { CertificateStore, EndEntityQuery } from '../../../../registry/store.ts';
import { invalid } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf, oneOf, text } from '../shapes.ts';
import { identifierOfInstance } from './authority-view.ts';
import { certificateTypeOf, contentOf, contentViewOf, statusOf } from './certificate-view.ts';
import { nextTokenOf, pageAnswer, pageOf, pageParameters, positionOf, tokenAnswer, tokenParameters } from './paging.ts';
import { identifier } from './shapes.ts';
import { parseDateText, secondText } from './text-dates.ts';

const view = {
  Id: answerNumber('Number of the certificate.', 12321),
  Identifier: answerText('Its identifier.', '160ae6bb538d538c70c01f81dcf20001'),
  CertificateType: oneOf(['CLIENT', 'SERVER', 'END_ENTITY'], 'What it was issued for.', 'SERVER'),
  Status: oneOf(['PENDING', 'ISSUE', 'REVOKE'], 'PENDING, ISSUE or REVOKE.', 'ISSUE'),
  SerialNumber: answerText('Serial number, lower-case hexadecimal.', '62b2b943a32d96883a6650e672ea0276'),
  SubjectDn: answerText('Subject as text; here with a small n.', 'C=CN,O=Example Ltd,CN=www.example.com'),
  CommonName: answerText('Subject CN.', 'www.example.com'),
  Organization: answerText('Subject O.', 'Example Ltd'),
  OrganizationUnit: answerText('Subject OU.', 'IT'),
  Algorithm: oneOf(['RSA', 'ECC', 'SM2'], 'Family of the key.', 'RSA'),
  BeforeTime: answerNumber('Start of validity, milliseconds since 1970.', 1_767_225_600_000),
  AfterTime: answerNumber('End of validity, milliseconds since 1970.', 1_798_761_600_000),
  BeforeDate: answerText('Start of validity as text, UTC.', '2026-01-01 00:00:00'),
  AfterDate: answerText('End of validity as text, UTC.', '2027-01-01 00:00:00'),
  AliasName: answerText('Name for people, empty if there is none.', ''),
  CustomIdentifier: answerText("The caller's own key, empty if there is none.", ''),
  KeyExportable: Type.Boolean({
    description: 'Whether DescribeCertificatePrivateKey can give out its private key.',
    examples: [true],
  }),
  Tags: Type.Array(answerText('A tag, as key=value.', 'team=gateway'), { description: 'Its tags.' }),
  Extra: answerText(
    'JSON text. For a certificate in the inventory its UploadTime, milliseconds since 1970, and its CertificateChain, PEM; else {}.',
    '{}',
  ),
};

export const ListCert = operation(cas, {
  name: 'ListCert',
  summary: 'Lists client, server and custom certificates, with filters.',
  notes: [
    'Newest first, or with AfterDate or BeforeDate what changed last first; by page number, or by token where NextToken or MaxResults is sent. Deleted certificates are not listed.',
    'AfterDate and BeforeDate filter by the moment of the last change (issue, revocation, labels): at AfterDate or later, before BeforeDate. Both are UTC; a bare date is its midnight.',
    'All certificates of the account are listed. Those that UploadPcaCertToCas has put into the inventory say so in Extra.',
  ],
  accessLevel: 'list',
  request: Type.Object({
    ...pageParameters(50),
    ...tokenParameters(50),
    Type: Type.Optional(oneOf(['SERVER', 'CLIENT', 'END_ENTITY'], 'Show only certificates of this kind.', 'CLIENT')),
    Status: Type.Optional(oneOf(['ISSUE', 'REVOKE'], 'Show only certificates in this state.', 'ISSUE')),
    ParentIdentifier: Type.Optional(identifier('Show only certificates that this CA issued.')),
    InstanceUuid: Type.Optional(identifier('The same, by the identifier of the CA or the id of its instance.')),
    AfterDate: Type.Optional(text(19, 'Show only what changed at this moment or later.', '2026-01-01 00:00:00')),
    BeforeDate: Type.Optional(text(19, 'Show only what changed before this moment.', '2027-01-01')),
  }),
  answer: Type.Object({
    List: Type.Array(Type.Object(view), { description: 'The page.' }),
    ...pageAnswer,
    ...tokenAnswer,
  }),
  refusals: [],
  example: {
    request: { Type: 'CLIENT', Status: 'ISSUE', ShowSize: 50 },
    answer: {
      List: [{ ...exampleOf(view), Tags: ['team=gateway'] }],
      ...exampleOf(pageAnswer),
      ShowSize: 50,
      ...exampleOf(tokenAnswer),
      MaxResults: 50,
    },
  },
  handle: async (request, { account }, { store }) => {
    const { CurrentPage = 1, NextToken, MaxResults } = request;
    const size = MaxResults ?? request.ShowSize ?? 50;
    const filter = filterOf(request);
    const scope = { operation: 'ListCert', account, filter };
    const { total, page, more } = await store.listEndEntities({
      account,
      ...filter,
      start: NextToken ? startBehind(positionOf(scope, NextToken)) : { offset: (CurrentPage - 1) * size },
      limit: size,
    });
    const last = page.at(-1);
    return {
      List: await Promise.all(page.map((record) => entryOf(record, store))),
      ...pageOf(CurrentPage, size, total),
      NextToken: more && last ? nextTokenOf(scope, positionIn(filter, last)) : '',
      MaxResults: size,
    };
  },
});

type Filter = Omit<EndEntityQuery, 'account' | 'start' | 'limit'>;

/** Of a span of time the order is that of the changes, else that of the numbers. */
function positionIn({ changedFrom, changedBefore }: Filter, { id, changedAt }: CertificateRecord): string {
  return changedFrom === undefined && changedBefore === undefined ? String(id) : `${id} ${changedAt}`;
}

function startBehind(position: string): EndEntityQuery['start'] {
  const [id = 0, changedAt] = position.split(' ').map(Number);
  return changedAt === undefined ? { belowId: id } : { behind: { id, changedAt: changedAt as UnixMillis } };
}

const kinds = { CLIENT: 'client', SERVER: 'server', END_ENTITY: 'custom' } as const;

function filterOf(request: {
  readonly Type?: keyof typeof kinds;
  readonly Status?: 'ISSUE' | 'REVOKE';
  readonly ParentIdentifier?: string;
  readonly InstanceUuid?: string;
  readonly AfterDate?: string;
  readonly BeforeDate?: string;
}): Filter {
  const { Type: type, Status, ParentIdentifier, InstanceUuid } = request;
  const instance = InstanceUuid === undefined ? undefined : identifierOfInstance(InstanceUuid);
  // Two different CAs: nothing is issued by both.
  const contradicts = instance !== undefined && ParentIdentifier !== undefined && instance !== ParentIdentifier;
  const issuer = contradicts ? '' : (ParentIdentifier ?? instance);
  const changedFrom = momentOf('AfterDate', request.AfterDate);
  const changedBefore = momentOf('BeforeDate', request.BeforeDate);
  return {
    ...(type && { kind: kinds[type] }),
    ...(Status && { state: Status === 'ISSUE' ? 'issued' : 'revoked' }),
    ...(issuer !== undefined && { issuer }),
    ...(changedFrom !== undefined && { changedFrom }),
    ...(changedBefore !== undefined && { changedBefore }),
  };
}

function momentOf(parameter: string, value: string | undefined): UnixMillis | undefined {
  if (value === undefined) return undefined;
  const moment = parseDateText(value);
  if (moment === undefined) throw invalid(parameter, 'must be a date such as 2024-05-13 or 2024-05-13 12:59:45');
  return moment;
}

async function entryOf(record: CertificateRecord, store: CertificateStore) {
  const { notBefore, notAfter } = contentOf(record);
  const content = contentViewOf(record);
  const { SerialNumber, CommonName, Organization, OrganizationUnit, Algorithm } = content;
  return {
    Id: record.id,
    Identifier: record.identifier as string,
    CertificateType: certificateTypeOf(record),
    Status: statusOf(record),
    SubjectDn: content.SubjectDN,
    ...{ SerialNumber, CommonName, Organization, OrganizationUnit, Algorithm },
    BeforeTime: toMillis(notBefore) as number,
    AfterTime: toMillis(notAfter) as number,
    BeforeDate: secondText(notBefore),
    AfterDate: secondText(notAfter),
    AliasName: record.labels.aliasName ?? '',
    CustomIdentifier: record.labels.customIdentifier ?? '',
    KeyExportable: record.keyHeld,
    Tags: (record.labels.tags ?? []).map(({ key, value }) => `${key}=${value}`),
    Extra: JSON.stringify(record.uploadedAt === undefined ? {} : await inventoryOf(record, store)),
  };
}

async function inventoryOf(record: CertificateRecord, store: CertificateStore) {
  const chain = [record, ...(await chainOf(record, store))];
  return {
    UploadTime: record.uploadedAt,
    CertificateChain: chain.map(({ der }) => (der ? encodePem('CERTIFICATE', der) : '')).join(''),
  };
}
