// The port to what CRLs are made from, of all accounts, and to the lists published last.

import type { UnixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { Identifier, RevocationReason } from './model.ts';

export interface PublicationStore {
  /** The journal's last sequence number: everything up to it is in what is read after this. */
  headSequence(): Promise<number>;

  /**
   * How many certificates are revoked below an authority, changed last behind journal entry `after`, where that is given, and up to
   * `upTo`, and valid until `validUntil` or after.
   */
  crlCount(query: CrlCountQuery): Promise<number>;

  /** What is revoked below an authority, ascending by serial number as text. */
  crlRows(query: CrlQuery): Promise<CrlRows>;

  /** Of what is revoked below an authority, what changed last after a sequence number, in the order of its changes. */
  crlChanges(query: CrlChangesQuery): Promise<CrlRows>;

  /** Serial numbers of certificates that came back from hold after a sequence number, whatever has become of them since; ascending. */
  releasedSince(issuer: Identifier, sequence: number): Promise<readonly SerialNumber[]>;

  /** Whether anything was revoked, deleted or released below an authority after a sequence number. */
  statusChangedSince(issuer: Identifier, sequence: number): Promise<boolean>;

  /** How these certificates stand, for whoever finds them missing from a list. */
  crlStandings(issuer: Identifier, serialNumbers: readonly SerialNumber[]): Promise<readonly CrlStanding[]>;

  /** Whether somebody asked for an authority's lists after a sequence number. */
  crlRequestedSince(authority: Identifier, sequence: number): Promise<boolean>;

  /** The lists of an authority published last. */
  publishedCrls(authority: Identifier): Promise<Publication | undefined>;

  /**
   * The ends that were kept beside the lists of an authority, by scope; `undefined` where another number is in force. There may be
   * fewer than lists, or none: of what an earlier release published, or another kind of machine.
   */
  publishedEnds(authority: Identifier, number: number): Promise<ReadonlyMap<string, Uint8Array> | undefined>;

  /** What all authorities have published last, without the lists themselves. */
  publishedLists(): Promise<readonly PublishedList[]>;

  /**
   * Puts an authority's lists in the place of those before, all at once and durable on return, unless the number of those
   * is not `expected` (0: there are none) any more: then nothing is changed. What it throws leaves open which of the two are
   * in force; trying again is safe.
   * @param staged  what {@link stageCrls} gave for the same publication, where it was asked.
   * @returns whether they were published.
   * @throws {TypeError} for what was staged for another publication, and for a number that is not above the one in force.
   * @throws {Error} where what was staged is not whole any more.
   */
  publishCrls(publication: Publication, expected: number, staged?: StagedCrls): Promise<boolean>;

  /**
   * Brings most of the lists' octets to where {@link publishCrls} would have to bring them first, and changes nothing that
   * anybody sees: it can be done before it is known whether they may be published.
   */
  stageCrls(publication: Publication): Promise<StagedCrls>;

  /** Takes away what was staged and is not to be published. What a crash leaves lying goes with the next publication. */
  dropStagedCrls(authority: Identifier, staged: StagedCrls): Promise<void>;
}

export interface CrlQuery {
  readonly issuer: Identifier;
  /** Serial numbers above this text; empty for the first. */
  readonly after: string;
  readonly limit: number;
}

export interface CrlChangesQuery {
  readonly issuer: Identifier;
  /** Sequence number; no two certificates changed by one entry. */
  readonly after: number;
  readonly limit: number;
}

export interface CrlCountQuery {
  readonly issuer: Identifier;
  readonly after?: number;
  readonly upTo: number;
  readonly validUntil: UnixSeconds;
}

/** Octets of lists that are in the store and that nothing refers to. */
export interface StagedCrls {
  readonly attempt: string;
  /** What they are the octets of. */
  readonly lists: Publication['lists'];
}

/** Rows column by column: a million of them cross threads without a million objects. */
export interface CrlRows {
  readonly serialNumber: readonly SerialNumber[];
  readonly revokedAt: readonly UnixSeconds[];
  readonly reason: readonly (RevocationReason | null)[];
  readonly invalidityDate: readonly (UnixSeconds | null)[];
  readonly notAfter: readonly UnixSeconds[];
  readonly sequence: readonly number[];
}

export interface CrlStanding {
  readonly serialNumber: SerialNumber;
  readonly notAfter: UnixSeconds;
  /** Absent where it is not revoked. */
  readonly revokedAt?: UnixSeconds;
}

/** A publication: the complete list of an authority, its delta, its partitions; all of one moment and number. */
export interface Publication {
  readonly authority: Identifier;
  readonly number: number;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** Everything in the journal up to here is in it. */
  readonly sequence: number;
  /** What the delta adds to. */
  readonly base: CrlBase;
  /** What deltas will add to from the next regular publication on. */
  readonly nextBase: CrlBase;
  /** By scope: empty for the complete list, `-delta`, `-p0` and so on; DER. */
  readonly lists: ReadonlyMap<string, Uint8Array>;
  /**
   * Of the complete list and the partitions, when the certificates of their entries end, as `EntryEnds` packs it: kept beside the
   * lists for the next process, and read by {@link PublicationStore.publishedEnds} alone.
   */
  readonly ends?: ReadonlyMap<string, Uint8Array>;
}

export interface PublishedList
  extends Pick<Publication, 'authority' | 'number' | 'thisUpdate' | 'nextUpdate' | 'sequence'> {
  readonly scope: string;
  readonly octets: number;
}

export interface CrlBase {
  readonly number: number;
  readonly sequence: number;
}
