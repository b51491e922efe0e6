// The journal of the caller's account, newest first, for the page that shows it: filtered, a bounded part at a time, each
// entry with whether its hash fits.

import { type Static, Type } from 'typebox';
import { bytesToHex } from '../../base/bytes.ts';
import { unixMillis } from '../../base/time.ts';
import { parseSerialNumber } from '../../pki/serial-number.ts';
import type { JournalEntry, JournalFilter, JournalQuery } from '../../registry/journal-reader.ts';
import type { Services } from '../edge.ts';
import type { Call } from '../rpc/operation.ts';
import { ListCACertificateLog } from '../rpc/operations/cas/ListCACertificateLog.ts';
import { integer, text } from '../rpc/operations/shapes.ts';
import { allowsToo } from './allows-too.ts';
import { underOperation } from './under-operation.ts';

/** What the entries about users, roles and policies tell most of: whoever may read policies may read these. */
const accessAction = 'ram:GetPolicy';

const sequence = (description: string) => integer(0, Number.MAX_SAFE_INTEGER, description, 1000);
const moment = (description: string) => integer(0, 8_640_000_000_000_000, description, 1_767_225_600_000);

const request = Type.Object({
  After: Type.Optional(sequence('Only entries after this one.')),
  Before: Type.Optional(sequence('Only entries before this one.')),
  Limit: Type.Optional(integer(1, 200, 'Most entries; 50 where left out.', 50)),
  Kind: Type.Optional(
    Type.Array(Type.String({ pattern: '^[a-z-]{1,64}$' }), { maxItems: 50, description: 'Kinds of events.' }),
  ),
  Subject: Type.Optional(text(256, 'Serial number or identifier of a certificate, or a name.', 'alice')),
  Principal: Type.Optional(text(256, 'ARN of who did it.', 'acs:ram::1234567890123456:user/alice')),
  From: Type.Optional(moment('The first moment, milliseconds since 1970.')),
  Until: Type.Optional(moment('The first moment that no longer counts, milliseconds since 1970.')),
});

/** How many sequence numbers one look at the store takes in, and how many of those one question. */
const stretch = 5000;
const mostStretches = 20;

/**
 * Answer: `Entries`; `Head`, the number of the last entry of all accounts; `LookedAtFrom`, the number from which on all
 * that is asked for is among the entries, and 0 or `After` when that is all; `Needed`, the action without which entries
 * about users, roles and policies are left out.
 */
export const readJournal = underOperation(ListCACertificateLog, request, async (asked, call, services) => {
  const seesAccess = allowsToo(accessAction, call, services);
  const filter = { ...(await readFilter(asked, call, services)), onlyCertificates: !seesAccess };
  const head = await services.journal.headSequence();
  const { After: after = 0, Before = Number.MAX_SAFE_INTEGER, Limit: limit = 50 } = asked;
  const query = { account: call.account, filter, after, before: Math.min(Before, head + 1), limit };
  const { entries, lookedAtFrom } = await look(query, services);
  return {
    Entries: entries.map(entryJson),
    Head: head,
    LookedAtFrom: lookedAtFrom,
    ...(!seesAccess && { Needed: accessAction }),
  };
});

async function look(query: JournalQuery, { journal }: Services) {
  const entries: JournalEntry[] = [];
  const { after, limit } = query;
  // Certificates are found by an index, at any distance.
  if (query.filter.identifiers) {
    entries.push(...(await journal.journalPage(query)));
    return { entries, lookedAtFrom: entries.length < limit ? after : (entries.at(-1)?.sequence ?? after) };
  }
  let { before } = query;
  for (let turn = 0; turn < mostStretches && before > after + 1; turn++) {
    const floor = Math.max(after, before - 1 - stretch);
    const room = limit - entries.length;
    const found = await journal.journalPage({ ...query, after: floor, before, limit: room });
    entries.push(...found);
    if (found.length === room) return { entries, lookedAtFrom: found.at(-1)?.sequence ?? before };
    before = floor + 1;
  }
  return { entries, lookedAtFrom: before <= after + 1 ? after : before };
}

async function readFilter(
  { Kind: kinds = [], Subject, Principal, From, Until }: Static<typeof request>,
  call: Call,
  services: Services,
): Promise<Omit<JournalFilter, 'onlyCertificates'>> {
  return {
    kinds,
    ...(Principal !== undefined && { principal: Principal }),
    ...(From !== undefined && { from: unixMillis(From) }),
    ...(Until !== undefined && { until: unixMillis(Until) }),
    ...(Subject !== undefined && (await subjectOf(Subject.trim(), call, services))),
  };
}

/** Serial numbers are unique for each issuer only. */
const mostBearers = 100;

/** Certificates go before names: a serial number can be a name, but who looks for it means the certificate. */
async function subjectOf(
  subject: string,
  { account }: Call,
  { store }: Services,
): Promise<Pick<JournalFilter, 'identifiers' | 'name'>> {
  const serialNumber = parseSerialNumber(subject);
  const bySerial = serialNumber === undefined ? [] : await store.bearersOf(account, serialNumber, mostBearers);
  const identifiers = bySerial.map(({ identifier }) => identifier as string);
  const [entry] = await store.historyOf(account, subject, { first: 1 });
  if (entry) identifiers.push(subject);
  return identifiers.length > 0 ? { identifiers } : { name: subject };
}

function entryJson({ sequence: Sequence, at: At, actor, event, hash, fits }: JournalEntry) {
  const { kind, ...facts } = event;
  return {
    Sequence,
    At,
    Principal: actor.principal,
    RequestId: actor.requestId,
    SourceAddress: actor.sourceAddress,
    Kind: kind,
    Facts: facts,
    Hash: bytesToHex(hash),
    Fits: fits,
  };
}

export interface JournalAnswer {
  readonly Entries: readonly ReturnType<typeof entryJson>[];
  readonly Head: number;
  readonly LookedAtFrom: number;
  readonly Needed?: string;
}
