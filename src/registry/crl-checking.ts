// What must hold before lists are published. A list that fails here is not published; the one before stays.

import { inTurns } from '../base/in-turns.ts';
import { Lanes } from '../base/lanes.ts';
import { unixSeconds } from '../base/time.ts';
import { compareEntries, crlDefects, successionDefects } from '../pki/crl-check.ts';
import { type Crl, parseCrl } from '../pki/crl-reader.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import { verifyingSignature } from '../pki/signature.ts';
import type { KnownAuthority } from './authority-directory.ts';
import type { BuiltCrl, BuiltPublication } from './crl-building.ts';
import { completeScope, deltaScope, partitionScopes, regularListDue } from './crl-scopes.ts';
import type { Publication, PublicationStore } from './publication-store.ts';

export class CrlRefused extends Error {
  override readonly name = 'CrlRefused';
}

/** The list published last is of a later moment than this one: the clock was ahead then, or is behind now. */
export class ClockBehind extends Error {
  override readonly name = 'ClockBehind';
}

/**
 * Counts the entries that the complete list must have at least, in the store. That notices an entry that is missing, whether from
 * this list or since an earlier one, and whatever the lists were made from; one too many would hide one too few. What has changed
 * since the lists were begun, at journal entry `upTo`, is in them or not; the rest is, unless it was on a regular list after its
 * end. Not to be asked before all is read that they are made from: what is released in between would be missed.
 */
export async function leastEntries(
  authority: KnownAuthority,
  previous: Publication | undefined,
  upTo: number,
  publications: Pick<PublicationStore, 'crlCount'>,
): Promise<number> {
  const issuer = authority.record.identifier;
  const validUntil = previous ? regularListDue(authority, previous.thisUpdate) : unixSeconds(0);
  // Of a long list span by span, so that nobody else waits long for the store; and two asked at once, so that it does not wait
  // for us. Each question waits for whatever is being committed.
  const lanes = new Lanes(2);
  const octets = previous?.lists.get(completeScope)?.length ?? Number.POSITIVE_INFINITY;
  const spans = octets < smallOctets ? 1 : mostSpans;
  const ends = Array.from({ length: spans }, (_, index) => Math.floor((upTo * (index + 1)) / spans));
  const counts = await Promise.all(
    ends.map((end, index) => {
      const after = ends[index - 1];
      const span = { ...(after !== undefined && { after }), upTo: end };
      return lanes.run(() => publications.crlCount({ issuer, ...span, validUntil }));
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

/**
 * Reads every list again as a relying party would: signature, issuer's bytes, number, times, that no entry has gone that must
 * stay, and that there are as many as there must be.
 * @param isPreviousChecked  `previous` went through this very function in this process: what a list has octet for octet as the
 *   one before it is not read again.
 * @param counting  {@link leastEntries}, where it was asked already.
 * @throws {CrlRefused} {DecodingError} {EntriesOutOfOrder}
 */
export async function checkPublication(
  { lists, sequence }: BuiltPublication,
  authority: KnownAuthority,
  previous: Publication | undefined,
  publications: CheckingStore,
  isPreviousChecked = false,
  counting = leastEntries(authority, previous, sequence, publications),
): Promise<void> {
  const { identifier, terms } = authority.record;
  counting.catch(() => {}); // whoever awaits it is told; of a list that is refused nobody does
  const counts = new Map<string, number>();
  for (const list of lists) {
    counts.set(list.scope, await checkList(list, authority, previous, publications, isPreviousChecked));
  }
  const complete = counts.get(completeScope) ?? 0;
  const least = await counting;
  if (complete < least) refuse(identifier, [`${least} entries expected, ${complete} found`]);
  const partitions = partitionScopes(terms);
  if (partitions.length === 0) return;
  const spread = partitions.reduce((sum, scope) => sum + (counts.get(scope) ?? 0), 0);
  if (spread !== complete) refuse(identifier, [`${complete} entries, ${spread} in the partitions`]);
}

type CheckingStore = Pick<PublicationStore, 'crlStandings' | 'crlCount'>;

/** @returns how many entries the list has. */
async function checkList(
  { scope, der, parameters }: BuiltCrl,
  authority: KnownAuthority,
  previous: Publication | undefined,
  publications: CheckingStore,
  isPreviousChecked: boolean,
): Promise<number> {
  const { record, certificate } = authority;
  const crl = parseCrl(der, der.length);
  const verify = ({ tbs, signature, signatureAlgorithm }: Crl) =>
    inTurns(verifyingSignature(tbs, signature, certificate.spki, signatureAlgorithm));
  // RFC 5280 §5.1.2.3: from the certificate itself, whatever the list was written from.
  const expected = { ...parameters, issuerDer: certificate.subjectDer };
  const defects: string[] = await crlDefects(crl, expected, verify);
  const before = previous?.lists.get(scope);
  const previousCrl = before && parseCrl(before, before.length);
  if (previousCrl) defects.push(...successionDefects(previousCrl, crl));
  const lost: SerialNumber[] = [];
  // A delta is about the time since its base, which moves on.
  const toKeep = scope === deltaScope ? undefined : previousCrl;
  const count = await inTurns(compareEntries(crl, toKeep, (entry) => lost.push(entry.serialNumber), isPreviousChecked));
  if (previous && lost.length > 0) {
    const standings = await publications.crlStandings(record.identifier, lost);
    const due = regularListDue(authority, previous.thisUpdate);
    // What was released while the list was made may have been revoked anew since, and comes with the next one.
    const mayGo = standings.filter(
      ({ revokedAt, notAfter }) => revokedAt === undefined || revokedAt >= crl.thisUpdate || notAfter < due,
    );
    if (mayGo.length < lost.length) defects.push(`${lost.length - mayGo.length} entries lost`);
  }
  if (defects.length > 0) refuse(`${record.identifier}${scope}`, defects);
  return count;
}

/** Some ten thousand entries: counted in a few milliseconds. */
const smallOctets = 512 * 1024;
/** Of the journal, in whose order certificates are counted. */
const mostSpans = 32;

function refuse(list: string, defects: readonly string[]): never {
  throw new CrlRefused(`list "${list}" is not as it must be: ${defects.join(', ')}`);
}
