// The lists of certificates behind the console's pages: filtered, searched, a page at a time; and what became of one.

import { type Static, Type } from 'typebox';
import type { AccountId } from '../../base/journal-entry.ts';
import { type Clock, toSeconds, type UnixSeconds, unixSeconds } from '../../base/time.ts';
import { parseIpAddress } from '../../pki/ip-address.ts';
import { parseSerialNumber } from '../../pki/serial-number.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import { type CertificateRecord, type Identifier, isAuthorityKind } from '../../registry/model.ts';
import type { AuthorityQuery, CertificateStore, EndEntityQuery, EndEntitySearch } from '../../registry/store.ts';
import { gatewayError } from '../rpc/errors.ts';
import { contentOf } from '../rpc/operations/cas/certificate-view.ts';
import { ListCACertificateLog } from '../rpc/operations/cas/ListCACertificateLog.ts';
import { ListCert } from '../rpc/operations/cas/ListCert.ts';
import { integer, oneOf, text } from '../rpc/operations/shapes.ts';
import { allowsToo } from './allows-too.ts';
import { certificateRow, isNamed } from './certificate-row.ts';
import { underOperation } from './under-operation.ts';

/** ListCert tells of no CAs; this does. */
const authoritiesAction = 'yundun-cert:DescribeCACertificateList';

const kinds = ['client', 'server', 'custom', 'ca'] as const;
const states = ['issued', 'revoked', 'hold', 'expired', 'pending'] as const;

const filter = Type.Object({
  Text: Type.Optional(
    text(256, 'An identifier, a serial number, or a part of subject, alternative name, alias or own identifier.', 'a'),
  ),
  Exactly: Type.Optional(
    Type.Boolean({ description: 'true: Text is a whole identifier or serial number, and nothing else is looked for.' }),
  ),
  Kind: Type.Optional(oneOf(kinds, 'Kind of certificate.', 'client')),
  State: Type.Optional(oneOf(states, 'State of the certificate itself.', 'issued')),
  Issuer: Type.Optional(text(64, 'Identifier of the issuing CA.', '1a83bcbb89e562885e40aa0108f50001')),
  TagKey: Type.Optional(text(128, 'Key of a tag it has.', 'team')),
  TagValue: Type.Optional(text(128, 'Value of that tag.', 'gateway')),
  ExpiresWithin: Type.Optional(integer(0, 36_500, 'Ends within so many days.', 30)),
  Below: Type.Optional(integer(1, Number.MAX_SAFE_INTEGER, 'Next of the page before.', 1)),
  Size: Type.Optional(integer(1, 200, 'Entries on a page; 50 when left out.', 50)),
});

type Filter = Static<typeof filter>;

interface Listed {
  readonly records: readonly CertificateRecord[];
  /** Where to go on; 0 at the end. */
  readonly next: number;
  readonly total?: number;
}

/**
 * `{List, Next, Total?}`: a page, newest first; where the next one begins, 0 behind the last; and how many there are where
 * that is known without looking at each. A search may give a page that is not full, or empty, and not the last: it has
 * looked at so many certificates, and goes on from `Next`.
 */
export const listCertificates = underOperation(ListCert, filter, async (asked, call, services) => {
  const { store, clock, statusIndex } = services;
  const { account } = call;
  const seesAuthorities = allowsToo(authoritiesAction, call, services);
  if (asked.Kind === 'ca' && !seesAuthorities) {
    throw gatewayError('NoPermission', `CAs are listed for those who may also call ${authoritiesAction}.`);
  }
  const { records, next, total } =
    (await exactly(asked, { account, seesAuthorities }, store)) ?? (await listed(asked, account, { store, clock }));
  const now = toSeconds(clock.now());
  return {
    List: records.map((record) => certificateRow(record, now, statusIndex)),
    Next: next,
    ...(total !== undefined && { Total: total }),
  };
});

interface Viewer {
  readonly account: AccountId;
  readonly seesAuthorities: boolean;
}

/** What bears exactly this identifier or serial number, whatever the rest of the filter. */
async function exactly(
  { Text: wanted, Below, Exactly = false }: Filter,
  { account, seesAuthorities }: Viewer,
  store: CertificateStore,
): Promise<Listed | undefined> {
  if (wanted === undefined || Below !== undefined) return undefined;
  const trimmed = wanted.trim();
  const isShown = ({ kind }: CertificateRecord) => seesAuthorities || !isAuthorityKind(kind);
  const named = await store.certificate(account, trimmed.toLowerCase());
  if (named && isShown(named)) return { records: [named], next: 0, total: 1 };
  const serialNumber = parseSerialNumber(trimmed);
  const found = serialNumber ? await store.certificatesBySerialNumber(account, [serialNumber]) : [];
  const records = found.filter(isShown);
  return records.length > 0 || Exactly ? { records, next: 0, total: records.length } : undefined;
}

async function listed(
  asked: Filter,
  account: AccountId,
  { store, clock }: { readonly store: CertificateStore; readonly clock: Clock },
): Promise<Listed> {
  const { Below: belowId = Number.MAX_SAFE_INTEGER, Size: limit = 50, Kind, Issuer } = asked;
  const page = { account, limit, ...(Issuer !== undefined && { issuer: Issuer }) };
  const now = toSeconds(clock.now());
  if (Kind === 'ca') return await listedAuthorities(asked, { ...page, start: { belowId } }, now, store);
  const sort = { ...(Kind && { kind: Kind }), ...stateFilter(asked) };
  if (isSearch(asked)) return await searched({ ...page, ...sort, ...searchFilter(asked, now), belowId }, store);
  const query: EndEntityQuery = { ...page, ...sort, start: { belowId } };
  const { total, page: records, more } = await store.listEndEntities(query);
  return { records, total, next: more ? (records.at(-1)?.id ?? 0) : 0 };
}

/** Whether it asks for what only the certificates themselves tell. */
function isSearch({ Text: wanted, State, TagKey, ExpiresWithin }: Filter): boolean {
  return (
    wanted !== undefined ||
    TagKey !== undefined ||
    ExpiresWithin !== undefined ||
    State === 'hold' ||
    State === 'expired'
  );
}

function stateFilter({ State }: Filter): Pick<EndEntityQuery, 'state'> {
  if (State === undefined || State === 'expired') return {};
  return { state: State === 'hold' ? 'revoked' : State };
}

function searchFilter({ Text: wanted, State, TagKey, TagValue, ExpiresWithin }: Filter, now: UnixSeconds) {
  const address = wanted === undefined ? undefined : parseIpAddress(wanted.trim());
  return {
    ...(State === 'hold' && { reason: 'certificateHold' as const }),
    ...(ExpiresWithin !== undefined && { endsFrom: now, endsBefore: unixSeconds(now + ExpiresWithin * 86_400) }),
    ...(State === 'expired' && { endsBefore: now }),
    ...(TagKey !== undefined && { tag: { key: TagKey, ...(TagValue !== undefined && { value: TagValue }) } }),
    ...(wanted !== undefined && {
      name: {
        text: wanted.trim(),
        // Names in certificates are octets to the database: as typed, and in the lower case that most are written in.
        octets: [
          ...[...new Set([wanted.trim(), wanted.trim().toLowerCase()])].map((each) => new TextEncoder().encode(each)),
          ...(address ? [address] : []),
        ],
      },
    }),
  } satisfies Partial<EndEntitySearch>;
}

/** Authorities are few: what their list does not filter by is looked at in each. */
async function listedAuthorities(
  asked: Filter,
  page: Pick<AuthorityQuery, 'account' | 'limit' | 'issuer' | 'start'>,
  now: UnixSeconds,
  store: CertificateStore,
): Promise<Listed> {
  const { Text: wanted, State, TagKey, TagValue, ExpiresWithin } = asked;
  // No authority is issued in the background, or put on hold.
  if (State === 'hold' || State === 'pending') return { records: [], next: 0, total: 0 };
  const ends = State === 'expired' ? now : unixSeconds(now + (ExpiresWithin ?? 0) * 86_400);
  const isByEnd = State === 'expired' || ExpiresWithin !== undefined;
  const found = await store.listAuthorities({
    ...page,
    ...(wanted !== undefined && { keyword: wanted.trim() }),
    ...((State === 'issued' || State === 'revoked') && { state: State }),
    ...(isByEnd && { validity: { kind: 'expired', at: ends } }),
  });
  const records = found.page.filter(
    (record) =>
      (TagKey === undefined || hasTag(record, TagKey, TagValue)) &&
      (ExpiresWithin === undefined || contentOf(record).notAfter >= now),
  );
  const isWhole = TagKey === undefined && ExpiresWithin === undefined;
  return {
    records,
    next: found.more ? (found.page.at(-1)?.id ?? 0) : 0,
    ...(isWhole && { total: found.total }),
  };
}

function hasTag({ labels: { tags = [] } }: CertificateRecord, key: string, value: string | undefined): boolean {
  return tags.some((tag) => tag.key === key && (value === undefined || tag.value === value));
}

/** What one request looks at, at most: a part of a second. Whoever asked goes on from there. */
const mostSteps = 16;

async function searched(
  search: Omit<EndEntitySearch, 'limit'> & { limit: number },
  store: CertificateStore,
): Promise<Listed> {
  const { limit, name } = search;
  const records: CertificateRecord[] = [];
  let belowId = search.belowId;
  for (let step = 0; step < mostSteps && records.length < limit && belowId > 0; step++) {
    const { found, downTo } = await store.searchEndEntities({ ...search, belowId, limit: limit - records.length });
    records.push(...found.filter((record) => !name || isNamed(record, name.text)));
    belowId = downTo;
  }
  return { records, next: belowId };
}

/** More would hold up what else is asked of the store. */
const mostNames = 200;

const nameList = Type.Object({
  Names: Type.String({
    pattern: `^[0-9A-Fa-f]{1,64}(,[0-9A-Fa-f]{1,64}){0,${mostNames - 1}}$`,
    description: `Up to ${mostNames} identifiers and serial numbers, separated by commas.`,
    'x-rule': `must be up to ${mostNames} identifiers and serial numbers, separated by commas`,
  }),
});

/** `{Found}`: for each name, in the order asked, the rows of what bears it; none where nothing does. */
export const findCertificates = underOperation(ListCert, nameList, async ({ Names }, call, services) => {
  const { store, clock, statusIndex } = services;
  const viewer = { account: call.account, seesAuthorities: allowsToo(authoritiesAction, call, services) };
  const now = toSeconds(clock.now());
  const found = Names.split(',').map(async (name) => {
    const { records = [] } = (await exactly({ Text: name, Exactly: true }, viewer, store)) ?? {};
    return { Name: name, List: records.map((record) => certificateRow(record, now, statusIndex)) };
  });
  return { Found: await Promise.all(found) };
});

/** More than happens to any certificate but one whose tags are changed by a machine. */
const mostEntries = 200;

/** `{History}`: what happened to a certificate or CA, oldest first; its last 200 entries in the journal. */
export const certificateHistory = underOperation(
  ListCACertificateLog,
  Type.Object({ Identifier: text(64, 'Identifier of the certificate.', '160ae6bb538d538c70c01f81dcf20001') }),
  async ({ Identifier: identifier }, { account }, { store }) => {
    const entries = await store.historyOf(account, identifier as Identifier, { last: mostEntries });
    return {
      History: entries.map(({ sequence, at, actor, event }) => ({
        Sequence: sequence,
        Time: at as number,
        Principal: actor.principal,
        SourceAddress: actor.sourceAddress,
        RequestId: actor.requestId,
        Kind: event.kind,
        ...detailsOf(event),
      })),
    };
  },
);

function detailsOf(event: CertificateEvent) {
  switch (event.kind) {
    case 'certificate-revoked':
      return {
        RevokeTime: event.revokedAt as number,
        ...(event.reason && { Reason: event.reason }),
        ...(event.invalidityDate !== undefined && { InvalidityDate: event.invalidityDate as number }),
      };
    case 'certificate-labelled': {
      const { aliasName, resourceGroupId, tags } = event;
      return {
        ...(aliasName !== undefined && { AliasName: aliasName }),
        ...(resourceGroupId !== undefined && { ResourceGroupId: resourceGroupId }),
        ...(tags && { Tags: tags }),
      };
    }
    case 'certificate-abandoned':
      return { Why: event.why };
    default:
      return {};
  }
}
