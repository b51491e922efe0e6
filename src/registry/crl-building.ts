// Makes the lists of one publication: the complete one, its delta, the partitions, all from one reading of the store.

import { inTurns } from '../base/in-turns.ts';
import { type UnixSeconds, unixSeconds } from '../base/time.ts';
import { signatureAlgorithmOf } from '../pki/algorithm.ts';
import { type CertListParameters, CertListWriter } from '../pki/crl.ts';
import { type EntryChange, EntryEnds, type ListedEntries, latestMoment, mergeEntries } from '../pki/crl-merging.ts';
import { parseCrl } from '../pki/crl-reader.ts';
import { crlReasonCode } from '../pki/crl-reason.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { KnownAuthority } from './authority-directory.ts';
import { allRows, changedRows, type ListedRow, rowsPerPage } from './crl-rows.ts';
import {
  completeScope,
  crlAddress,
  crlDaysOf,
  deltaScope,
  isRegular,
  partitionOf,
  partitionScopes,
  regularListDue,
} from './crl-scopes.ts';
import type { CrlBase, Publication, PublicationStore } from './publication-store.ts';
import type { Signer } from './signer.ts';
import { signingKeyOf } from './signing.ts';
import type { CertificateStore } from './store.ts';

export interface CrlServices {
  readonly store: Pick<CertificateStore, 'sealedKey'>;
  readonly publications: PublicationStore;
  readonly signer: Signer;
  readonly publicUrl: string;
}

/** When, as what, and after which publication. */
export interface CrlPlan {
  readonly authority: KnownAuthority;
  readonly previous: Publication | undefined;
  readonly thisUpdate: UnixSeconds;
  /** Above that of all publications before: {@link numberAfter}. */
  readonly number: number;
  /** The entries of that publication, by scope, where they are known: those of a publication that this process has built. */
  readonly listed?: ReadonlyMap<string, ListedEntries> | undefined;
  /** Called when all is read that the lists are made from, with the journal entry up to which nothing is missing. */
  readonly onRead?: (sequence: number) => void;
}

/** A list and what it was to say, for whoever checks it. */
export interface BuiltCrl {
  readonly scope: string;
  readonly der: Uint8Array;
  readonly parameters: CertListParameters;
}

export interface BuiltPublication extends Omit<Publication, 'lists'> {
  readonly lists: readonly BuiltCrl[];
  /** Of the complete list and the partitions, for the next publication to go on from. */
  readonly listed: ReadonlyMap<string, ListedEntries>;
}

/** What many more changes than these leave of a list is not worth looking for. */
const mostMerged = 50_000;
const smallOctets = 1024 * 1024;
const daySeconds = 86_400;
/** Holds that are lifted without end must not keep revocations from being published. */
const mostAnew = 3;
/** RFC 5280 §5.3.1 */
const removeFromCrl = 8;

/**
 * The number of what is published next (RFC 5280 §5.2.3): the second it is made in, so that none comes twice though the store be
 * put back to a time when it did not know of the last ones. Above the one before in any case: that may be of a clock that was ahead.
 */
export function numberAfter(before: number, thisUpdate: UnixSeconds): number {
  return Math.max(before + 1, thisUpdate);
}

/** @param anew  how often it is begun anew where a hold is lifted while the rows are read. */
export async function buildPublication(
  plan: CrlPlan,
  services: CrlServices,
  anew = mostAnew,
): Promise<BuiltPublication> {
  const { authority, previous, thisUpdate, number } = plan;
  const { store, publications } = services;
  const { identifier } = authority.record;
  // Before anything is read: what is revoked from here on may be in the lists or not, and is looked for again next time.
  const sequence = await publications.headSequence();
  const present: CrlBase = { number, sequence };
  const base = baseOf(plan);
  // Not with every revocation, or clients would have to fetch the whole each time.
  const nextBase = !previous || isRegular(authority, previous.thisUpdate, thisUpdate) ? present : previous.nextBase;
  const moments = { thisUpdate, nextUpdate: unixSeconds(thisUpdate + crlDaysOf(authority.record.terms) * daySeconds) };
  const lists = await openLists(plan, { ...moments, number, sequence, base }, services);

  const { complete, delta, partitions } = lists;
  // Before the rows: what has been revoked anew since it was released is there as revoked.
  const released = delta ? await publications.releasedSince(identifier, base.sequence) : [];
  const changes = await changesSince(plan, base, publications);
  if (changes && delta) {
    plan.onRead?.(sequence);
    await mergeInto({ complete, delta, partitions }, plan, base, released, changes);
  } else {
    await writeInto(lists, plan, base, released, publications);
    plan.onRead?.(sequence);
  }
  // Who was released meanwhile, though revoked anew by now, may be missing from what was read, and the delta does not say so: the
  // two would disagree.
  const isOutdated = delta && anew > 0 && (await publications.releasedSince(identifier, sequence)).length > 0;
  if (isOutdated) return await buildPublication(plan, services, anew - 1);

  const key = await signingKeyOf(authority.record, store);
  const built: BuiltCrl[] = [];
  const listed = new Map<string, ListedEntries>();
  for (const { scope, parameters, writer, ends } of [complete, ...(delta ? [delta] : []), ...partitions]) {
    const signature = await services.signer.sign(key, writer.finish());
    const der = compact(writer.assemble(signature));
    built.push({ scope, parameters, der });
    if (scope !== deltaScope) listed.set(scope, { crl: parseCrl(der, der.length), ends });
  }
  return { authority: identifier, number, ...moments, sequence, base, nextBase, lists: built, listed };
}

/** Writes the lists from all rows there are. */
async function writeInto(
  { complete, delta, partitions }: OpenLists,
  plan: CrlPlan,
  base: CrlBase,
  released: readonly SerialNumber[],
  publications: PublicationStore,
): Promise<void> {
  const releases = delta && new Released(released, plan.thisUpdate, delta);
  const keeping = keepingAfter(plan);
  for await (const lot of allRows(publications, plan.authority.record.identifier)) {
    for (const row of lot) {
      const { serialNumber } = row;
      if (isKept(row, keeping)) {
        addRow(complete, row);
        const partition = partitions[partitionOf(serialNumber, partitions.length)];
        if (partition) addRow(partition, row);
      }
      releases?.addUpTo(serialNumber);
      if (delta && sequenceOf(row) > base.sequence) addRow(delta, row);
    }
  }
  releases?.addUpTo(undefined);
}

interface Changes {
  readonly listed: ReadonlyMap<string, ListedEntries>;
  readonly keeping: Keeping;
  readonly changed: ReadonlyMap<SerialNumber, ListedRow>;
}

/** `undefined` where the lists have to be written from all rows: the entries before are not known, or too much has changed. */
async function changesSince(
  plan: CrlPlan,
  base: CrlBase,
  publications: PublicationStore,
): Promise<Changes | undefined> {
  const { authority, previous, listed } = plan;
  const keeping = keepingAfter(plan);
  if (!previous || !listed || !keeping || keeping.notAfter > latestMoment) return undefined;
  const after = Math.min(base.sequence, previous.sequence);
  const issuer = authority.record.identifier;
  const changed = await changedRows(publications, { issuer, after, most: mostMerged });
  return changed && { listed, keeping, changed };
}

/** Writes them from the lists before and what has changed since: the same octets, in a fraction of the time. */
async function mergeInto(
  { complete, delta, partitions }: OpenLists & { readonly delta: OpenList },
  plan: CrlPlan,
  base: CrlBase,
  released: readonly SerialNumber[],
  { listed, keeping, changed }: Changes,
): Promise<void> {
  const serialNumbers = [...new Set([...changed.keys(), ...released])].sort();
  for (const serialNumber of serialNumbers) {
    const row = changed.get(serialNumber);
    if (!row) delta.writer.addCode(serialNumber, plan.thisUpdate, removeFromCrl);
    else if (sequenceOf(row) > base.sequence) addRow(delta, row);
  }
  for (const [index, list] of [complete, ...partitions].entries()) {
    const before = listed.get(list.scope);
    if (!before) throw new Error(`the entries of "${list.scope}" before are not known`);
    const isOnIt = (serialNumber: SerialNumber) =>
      index === 0 || partitionOf(serialNumber, partitions.length) === index - 1;
    const changes = serialNumbers.filter(isOnIt).map((serialNumber): EntryChange => {
      const row = changed.get(serialNumber);
      const stays = row && isKept(row, keeping);
      return { serialNumber, ...(stays && { write: () => addRow(list, row) }) };
    });
    await inTurns(mergeEntries(before, changes, keeping.notAfter, list));
  }
}

/**
 * A view of the writer's buffer, whose room at the end was never written and takes no memory; what is small is moved out of
 * it.
 */
function compact(der: Uint8Array): Uint8Array {
  return der.length < smallOctets ? der.slice() : der;
}

/** Certificates that came back from hold, on their way into a delta between those that are revoked, in ascending order. */
class Released {
  readonly #serialNumbers: readonly SerialNumber[];
  readonly #thisUpdate: UnixSeconds;
  readonly #delta: OpenList;
  #next = 0;

  constructor(serialNumbers: readonly SerialNumber[], thisUpdate: UnixSeconds, delta: OpenList) {
    this.#serialNumbers = serialNumbers;
    this.#thisUpdate = thisUpdate;
    this.#delta = delta;
  }

  /** @param revoked  comes next by itself; `undefined` when nothing more does. */
  addUpTo(revoked: SerialNumber | undefined): void {
    for (;;) {
      const serialNumber = this.#serialNumbers[this.#next];
      if (serialNumber === undefined || (revoked !== undefined && serialNumber > revoked)) return;
      if (serialNumber !== revoked) this.#delta.writer.addCode(serialNumber, this.#thisUpdate, removeFromCrl);
      this.#next++;
    }
  }
}

interface OpenList {
  readonly scope: string;
  readonly parameters: CertListParameters;
  readonly writer: CertListWriter;
  readonly ends: EntryEnds;
}

interface OpenLists {
  readonly complete: OpenList;
  /** Absent from the first publication. */
  readonly delta: OpenList | undefined;
  readonly partitions: readonly OpenList[];
}

/** The first publication has nothing to add to: its base has number 0, and it has no delta. */
function baseOf({ authority, previous, thisUpdate }: CrlPlan): CrlBase {
  if (!previous) return { number: 0, sequence: 0 };
  const isNext = isRegular(authority, previous.thisUpdate, thisUpdate) || previous.base.number === 0;
  return isNext ? previous.nextBase : previous.base;
}

async function openLists(
  { authority, previous }: CrlPlan,
  moment: { thisUpdate: UnixSeconds; nextUpdate: UnixSeconds; number: number; sequence: number; base: CrlBase },
  { publications, publicUrl }: CrlServices,
): Promise<OpenLists> {
  const { record, certificate } = authority;
  const { subjectKeyIdentifier } = certificate.extensions;
  if (!subjectKeyIdentifier) throw new Error(`authority ${record.identifier} has no subject key identifier`);
  const { thisUpdate, nextUpdate, base } = moment;
  const number = BigInt(moment.number);
  const { sequence } = moment;
  // Entries have 35 octets and more. Too much room costs nothing, too little a copy.
  const count = previous
    ? Math.ceil((previous.lists.get(completeScope)?.length ?? 0) / 35) + rowsPerPage
    : await publications.crlCount({ issuer: record.identifier, upTo: sequence, validUntil: unixSeconds(0) });
  const common = {
    signatureAlgorithm: signatureAlgorithmOf(record.keyAlgorithm),
    issuerDer: certificate.subjectDer,
    authorityKeyIdentifier: subjectKeyIdentifier,
    thisUpdate,
    nextUpdate,
    number,
  };
  const open = (scope: string, parameters: CertListParameters): OpenList => ({
    scope,
    parameters,
    writer: new CertListWriter(parameters),
    ends: new EntryEnds(parameters.expectedEntries),
  });
  const hasDelta = base.number > 0;
  const freshestCrl = crlAddress(publicUrl, record.identifier, deltaScope);
  const scopes = partitionScopes(record.terms);
  return {
    complete: open(completeScope, { ...common, expectedEntries: count, ...(hasDelta && { freshestCrl }) }),
    delta: hasDelta ? open(deltaScope, { ...common, expectedEntries: 0, baseNumber: BigInt(base.number) }) : undefined,
    partitions: scopes.map((scope) =>
      open(scope, {
        ...common,
        expectedEntries: Math.ceil((count / scopes.length) * 1.1),
        distributionPoint: {
          uri: crlAddress(record.terms.crlPartitions?.baseUrl ?? publicUrl, record.identifier, scope),
        },
      }),
    ),
  };
}

interface Keeping {
  readonly notAfter: UnixSeconds;
  readonly sequence: number;
}

/** RFC 5280 §3.3: an entry stays until it has been on one regular list issued after its certificate's end. */
function keepingAfter({ authority, previous }: CrlPlan): Keeping | undefined {
  return previous && { notAfter: regularListDue(authority, previous.thisUpdate), sequence: previous.sequence };
}

function isKept(row: ListedRow, keeping: Keeping | undefined): boolean {
  if (!keeping) return true;
  return (row.rows.notAfter[row.index] ?? 0) >= keeping.notAfter || sequenceOf(row) > keeping.sequence;
}

function sequenceOf({ rows, index }: ListedRow): number {
  return rows.sequence[index] ?? 0;
}

function addRow({ writer, ends }: OpenList, { serialNumber, rows, index }: ListedRow): void {
  const revokedAt = rows.revokedAt[index];
  if (revokedAt === undefined) return;
  const reason = rows.reason[index];
  writer.addCode(serialNumber, revokedAt, reason ? crlReasonCode(reason) : 0, rows.invalidityDate[index] ?? undefined);
  ends.add(rows.notAfter[index] ?? latestMoment);
}
