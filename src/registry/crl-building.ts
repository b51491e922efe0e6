// Makes the lists of one publication: the complete one, its delta, the partitions, all from one reading of the store.

import { type UnixSeconds, unixSeconds } from '../base/time.ts';
import { signatureAlgorithmOf } from '../pki/algorithm.ts';
import { type CertListParameters, CertListWriter } from '../pki/crl.ts';
import { crlReasonCode } from '../pki/crl-reason.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { KnownAuthority } from './authority-directory.ts';
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
import type { Identifier } from './model.ts';
import type { CrlBase, CrlRows, Publication, PublicationStore } from './publication-store.ts';
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
}

/** A list and what it was to say, for whoever checks it. */
export interface BuiltCrl {
  readonly scope: string;
  readonly der: Uint8Array;
  readonly parameters: CertListParameters;
}

export interface BuiltPublication extends Omit<Publication, 'lists'> {
  readonly lists: readonly BuiltCrl[];
}

/** Rows of a page come and go in about a millisecond of the event loop. */
const rowsPerPage = 2000;
const smallOctets = 1024 * 1024;
const daySeconds = 86_400;
/** Holds that are lifted without end must not keep revocations from being published. */
const mostAnew = 3;
/** RFC 5280 §5.3.1 */
const removeFromCrl = 8;

/** @param anew  how often it is begun anew where a hold is lifted while the rows are read. */
export async function buildPublication(
  plan: CrlPlan,
  services: CrlServices,
  anew = mostAnew,
): Promise<BuiltPublication> {
  const { authority, previous, thisUpdate } = plan;
  const { store, publications } = services;
  const { identifier } = authority.record;
  // Before anything is read: what is revoked from here on may be in the lists or not, and is looked for again next time.
  const sequence = await publications.headSequence();
  const number = (previous?.number ?? 0) + 1;
  const present: CrlBase = { number, sequence };
  const base = baseOf(plan);
  // Not with every revocation, or clients would have to fetch the whole each time.
  const nextBase = !previous || isRegular(authority, previous.thisUpdate, thisUpdate) ? present : previous.nextBase;
  const moments = { thisUpdate, nextUpdate: unixSeconds(thisUpdate + crlDaysOf(authority.record.terms) * daySeconds) };
  const writers = await openWriters(plan, { ...moments, number, sequence, base }, services);

  const { complete, delta, partitions } = writers;
  // Before the rows: what is released and revoked anew meanwhile is there as revoked.
  const released =
    delta && new Released(await publications.releasedSince(identifier, base.sequence), thisUpdate, delta);
  const keeping = keepingAfter(plan);
  for await (const rows of pages(publications, identifier)) {
    for (const [index, serialNumber] of rows.serialNumber.entries()) {
      if (isKept(rows, index, keeping)) {
        addRow(complete, rows, index);
        const partition = partitions[partitionOf(serialNumber, partitions.length)];
        if (partition) addRow(partition, rows, index);
      }
      released?.addUpTo(serialNumber);
      if (delta && (rows.sequence[index] ?? 0) > base.sequence) addRow(delta, rows, index);
    }
  }
  released?.addUpTo(undefined);
  // Who was released meanwhile may be missing from the rows, and the delta does not say so: the two would disagree.
  const isOutdated = delta && anew > 0 && (await publications.releasedSince(identifier, sequence)).length > 0;
  if (isOutdated) return await buildPublication(plan, services, anew - 1);

  const key = await signingKeyOf(authority.record, store);
  const lists: BuiltCrl[] = [];
  for (const { scope, parameters, writer } of [complete, ...(delta ? [delta] : []), ...partitions]) {
    const signature = await services.signer.sign(key, writer.finish());
    const der = writer.assemble(signature);
    // A view of the writer's buffer, whose room at the end was never written and takes no memory; what is small is moved
    // out of it.
    lists.push({ scope, parameters, der: der.length < smallOctets ? der.slice() : der });
  }
  return { authority: identifier, number, ...moments, sequence, base, nextBase, lists };
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
}

/** The first publication has nothing to add to: its base has number 0, and it has no delta. */
function baseOf({ authority, previous, thisUpdate }: CrlPlan): CrlBase {
  if (!previous) return { number: 0, sequence: 0 };
  const isNext = isRegular(authority, previous.thisUpdate, thisUpdate) || previous.base.number === 0;
  return isNext ? previous.nextBase : previous.base;
}

async function openWriters(
  { authority, previous }: CrlPlan,
  moment: { thisUpdate: UnixSeconds; nextUpdate: UnixSeconds; number: number; sequence: number; base: CrlBase },
  { publications, publicUrl }: CrlServices,
): Promise<{
  readonly complete: OpenList;
  readonly delta: OpenList | undefined;
  readonly partitions: readonly OpenList[];
}> {
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

async function* pages(publications: PublicationStore, issuer: Identifier): AsyncGenerator<CrlRows> {
  const ask = (after: string): Promise<CrlRows> => {
    const page = publications.crlRows({ issuer, after, limit: rowsPerPage });
    page.catch(() => {}); // whoever awaits it is told; after a failure in between nobody does
    return page;
  };
  for (let coming: Promise<CrlRows> | undefined = ask(''); coming; ) {
    const rows: CrlRows = await coming;
    const last = rows.serialNumber.at(-1);
    const isLast = last === undefined || rows.serialNumber.length < rowsPerPage;
    // Read while this one is written.
    coming = isLast ? undefined : ask(last);
    yield rows;
  }
}

interface Keeping {
  readonly notAfter: UnixSeconds;
  readonly sequence: number;
}

/** RFC 5280 §3.3: an entry stays until it has been on one regular list issued after its certificate's end. */
function keepingAfter({ authority, previous }: CrlPlan): Keeping | undefined {
  return previous && { notAfter: regularListDue(authority, previous.thisUpdate), sequence: previous.sequence };
}

function isKept(rows: CrlRows, index: number, keeping: Keeping | undefined): boolean {
  if (!keeping) return true;
  return (rows.notAfter[index] ?? 0) >= keeping.notAfter || (rows.sequence[index] ?? 0) > keeping.sequence;
}

function addRow({ writer }: OpenList, rows: CrlRows, index: number): void {
  const serialNumber = rows.serialNumber[index];
  const revokedAt = rows.revokedAt[index];
  if (serialNumber === undefined || revokedAt === undefined) return;
  const reason = rows.reason[index];
  writer.addCode(serialNumber, revokedAt, reason ? crlReasonCode(reason) : 0, rows.invalidityDate[index] ?? undefined);
}
