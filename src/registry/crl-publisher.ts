// Publishes the CRLs of all authorities: on a schedule, shortly after a revocation, and when asked. What is served is the
// last publication that passed its checks; a failure leaves it in place, is told, and is tried again.

import { createHash } from 'node:crypto';
import { inBits, inTurns } from '../base/in-turns.ts';
import type { Entry } from '../base/journal-entry.ts';
import { Lanes } from '../base/lanes.ts';
import { type Clock, formatUtc, type MonotonicMillis, toSeconds, type UnixSeconds } from '../base/time.ts';
import type { ListedEntries } from '../pki/crl-merging.ts';
import { parseCrl } from '../pki/crl-reader.ts';
import type { AuthorityDirectory, KnownAuthority } from './authority-directory.ts';
import { buildPublication, type CrlServices, numberAfter } from './crl-building.ts';
import { ClockBehind, checkPublication, leastEntries } from './crl-checking.ts';
import { restoreListed } from './crl-restoring.ts';
import { completeScope, crlName, isRegular } from './crl-scopes.ts';
import type { CertificateEvent } from './events.ts';
import type { Identifier } from './model.ts';
import { type PublicationFailure, publicationFailureOf } from './publication-failure.ts';
import type { Publication, StagedCrls } from './publication-store.ts';

export interface CrlPublisherServices extends CrlServices {
  readonly authorities: AuthorityDirectory;
  readonly clock: Clock;
  /** At most this long after a revocation was answered its CRLs are begun; those in between share a publication. */
  readonly delaySeconds: number;
  readonly onPublished: (publication: Publication, durationMillis: number) => void;
  readonly onFailure: (authority: Identifier, error: unknown) => void;
}

/** A list as it is served. */
export interface ServedCrl {
  readonly der: Uint8Array;
  readonly number: number;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
}

export interface CrlState {
  readonly number: number;
  readonly nextUpdate: UnixSeconds;
  /** Differs exactly when the entries of the complete list do: SHA-256 of them, hexadecimal. */
  readonly entriesHash: string;
}

interface Schedule {
  readonly authority: KnownAuthority;
  published: Publication | undefined;
  /** The entries of what is published, where this process built and checked it. */
  listed: ReadonlyMap<string, ListedEntries> | undefined;
  /** Whether those that another process has published are still to be asked for: once, since something may be wrong with them. */
  mayRestore: boolean;
  entriesHash: string;
  /** Since when something waits to be published. */
  dirtySince: MonotonicMillis | undefined;
  /** Whether somebody asked for it now. */
  asked: boolean;
  failures: number;
  notBefore: MonotonicMillis | undefined;
  failure: PublicationFailure | undefined;
  /** Since when the clock on the wall has been behind what is published. */
  behindSince: MonotonicMillis | undefined;
}

const tickMillis = 250;
/**
 * Some hundred thousand entries, which take seconds and much memory: of such lists one is made at a time, and others do not
 * wait for it.
 */
const largeOctets = 4 * 1024 * 1024;
const largeAtOnce = 1;
const smallAtOnce = 4;
const longestBackoffMillis = 60_000;
/**
 * How long a clock must stay behind what is published until it is believed: at the start of a machine it may be, until it is set,
 * and lists of such a time have ended for everybody else.
 */
const clockBelievedMillis = 10 * 60_000;

export class CrlPublisher {
  readonly #services: CrlPublisherServices;
  readonly #schedules = new Map<Identifier, Schedule>();
  readonly #served = new Map<string, ServedCrl>();
  #timer: NodeJS.Timeout | undefined;
  readonly #underWay = new Map<Schedule, Promise<void>>();
  readonly #large = new Lanes(largeAtOnce);
  readonly #small = new Lanes(smallAtOnce);
  #stopped = false;

  constructor(services: CrlPublisherServices) {
    this.#services = services;
  }

  /** Serves what was published last, then begins to publish. */
  async start(): Promise<void> {
    await this.load();
    this.#timer = setInterval(() => void this.publishDue(), tickMillis);
  }

  /** Serves what was published last. */
  async load(): Promise<void> {
    const { authorities, publications } = this.#services;
    authorities.onAdded((authority) => this.#add(authority));
    for (const authority of authorities.all()) {
      const { identifier } = authority.record;
      const schedule = this.#add(authority);
      const published = schedule && (await publications.publishedCrls(identifier));
      if (!published) continue;
      this.#serve(schedule, published, await hashOfEntries(published.lists.get(completeScope)));
      if (await publications.statusChangedSince(identifier, published.sequence)) this.#mark(identifier);
      // The request came while no service ran.
      if (await publications.crlRequestedSince(identifier, published.sequence)) schedule.asked = true;
    }
  }

  /**
   * Publishes whatever is due now and not under way yet.
   * @returns when all that is under way is done, well or badly.
   */
  async publishDue(): Promise<void> {
    for (const schedule of this.#schedules.values()) {
      if (this.#stopped || this.#underWay.has(schedule) || !this.#isDue(schedule)) continue;
      const octets = schedule.published?.lists.get(completeScope)?.length ?? 0;
      const lanes = octets > largeOctets ? this.#large : this.#small;
      const work = lanes.run(() => this.#publishOrTell(schedule)).finally(() => this.#underWay.delete(schedule));
      this.#underWay.set(schedule, work);
    }
    await Promise.all(this.#underWay.values());
  }

  /** Lets publications under way end. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await Promise.all(this.#underWay.values());
  }

  apply({ event }: Entry<CertificateEvent>): void {
    switch (event.kind) {
      case 'certificate-revoked':
      case 'certificate-released':
        this.#mark(event.issuer);
        break;
      case 'certificate-crl-requested': {
        const schedule = this.#schedules.get(event.identifier);
        if (schedule) schedule.asked = true;
        break;
      }

      default:
    }
  }

  /** By the name in its address: `<authority>.crl` and so on. */
  served(name: string): ServedCrl | undefined {
    return this.#served.get(name);
  }

  stateOf(authority: Identifier): CrlState | undefined {
    const schedule = this.#schedules.get(authority);
    if (!schedule?.published) return undefined;
    const { number, nextUpdate } = schedule.published;
    return { number, nextUpdate, entriesHash: schedule.entriesHash };
  }

  /** Authorities whose last publication failed, and of what kind that was; for readiness and alarms. */
  failures(): ReadonlyMap<Identifier, PublicationFailure> {
    const failing = new Map<Identifier, PublicationFailure>();
    for (const [authority, { failure }] of this.#schedules) if (failure !== undefined) failing.set(authority, failure);
    return failing;
  }

  /** Seconds until the first list ends, negative when one has; `undefined` when there are none. */
  secondsToExpiry(): number | undefined {
    const now = toSeconds(this.#services.clock.now());
    let least: number | undefined;
    for (const { published, authority } of this.#schedules.values()) {
      if (!published || authority.certificate.notAfter < now) continue;
      least = Math.min(least ?? Number.POSITIVE_INFINITY, published.nextUpdate - now);
    }
    return least;
  }

  #add(authority: KnownAuthority): Schedule | undefined {
    if (!authority.signsHere) return undefined;
    const known = this.#schedules.get(authority.record.identifier);
    if (known) return known;
    const schedule: Schedule = {
      authority,
      published: undefined,
      listed: undefined,
      mayRestore: true,
      entriesHash: '',
      dirtySince: undefined,
      asked: false,
      failures: 0,
      notBefore: undefined,
      failure: undefined,
      behindSince: undefined,
    };
    this.#schedules.set(authority.record.identifier, schedule);
    return schedule;
  }

  #mark(issuer: Identifier): void {
    const schedule = this.#schedules.get(issuer);
    if (schedule) schedule.dirtySince ??= this.#services.clock.monotonic();
  }

  #isDue(schedule: Schedule): boolean {
    const now = this.#services.clock.monotonic();
    const moment = toSeconds(this.#services.clock.now());
    const { dirtySince, published } = schedule;
    const isBehind = published !== undefined && moment < published.thisUpdate;
    schedule.behindSince = isBehind ? (schedule.behindSince ?? now) : undefined;
    if (schedule.notBefore !== undefined && now < schedule.notBefore) return false;
    // A list of an authority that has ended is of no use to anybody.
    if (schedule.authority.certificate.notAfter < moment) return false;
    const isDirty = dirtySince !== undefined && now - dirtySince >= this.#services.delaySeconds * 1000;
    return schedule.asked || isDirty || isBehind || isRegular(schedule.authority, published?.thisUpdate, moment);
  }

  async #publishOrTell(schedule: Schedule): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.#publish(schedule);
    } catch (error) {
      this.#failed(schedule, error);
    }
  }

  async #publish(schedule: Schedule): Promise<void> {
    const { authority, published } = schedule;
    const { clock, publications } = this.#services;
    const began = clock.monotonic();
    const thisUpdate = toSeconds(clock.now());
    // The same second: the next tick will do.
    if (thisUpdate === published?.thisUpdate) return;
    const { dirtySince, asked } = schedule;
    schedule.dirtySince = undefined;
    schedule.asked = false;
    try {
      const previous = this.#predecessor(schedule, thisUpdate);
      const number = numberAfter(published?.number ?? 0, thisUpdate);
      const listed = previous && (schedule.listed ?? (await this.#restore(schedule)));
      let counting: Promise<number> | undefined;
      const onRead = (sequence: number) => {
        counting = leastEntries(authority, previous, sequence, publications);
        counting.catch(() => {}); // whoever awaits it is told; where the lists come to nothing nobody does
      };
      const built = await buildPublication({ authority, previous, thisUpdate, number, listed, onRead }, this.#services);
      const { listed: builtEntries, lists, ...facts } = built;
      const publication = { ...facts, lists: new Map(lists.map(({ scope, der }) => [scope, der])) };
      const ends = new Map(Array.from(builtEntries, ([scope, entries]) => [scope, entries.ends.octets()]));
      // The store takes the octets while they are checked; that they are in force comes after.
      const check = checkPublication(built, authority, previous, publications, listed !== undefined, counting);
      const entriesHash = hashOfEntries(publication.lists.get(completeScope));
      const staged = await this.#stage({ ...publication, ends }, Promise.all([check, entriesHash]));
      // Compare and swap: whoever else has published meanwhile has what we have, and the next tick goes on from there.
      if (await publications.publishCrls({ ...publication, ends }, published?.number ?? 0, staged)) {
        this.#serve(schedule, publication, await entriesHash);
        schedule.listed = builtEntries;
        this.#services.onPublished(publication, clock.monotonic() - began);
      } else {
        const theirs = await publications.publishedCrls(authority.record.identifier);
        if (theirs) this.#serve(schedule, theirs, await hashOfEntries(theirs.lists.get(completeScope)));
        schedule.listed = undefined;
        schedule.mayRestore = true;
        schedule.dirtySince = dirtySince ?? began;
      }
    } catch (error) {
      schedule.dirtySince ??= dirtySince ?? began;
      schedule.asked ||= asked;
      throw error;
    }
    schedule.failures = 0;
    schedule.notBefore = undefined;
    schedule.failure = undefined;
  }

  /**
   * The publication that a new one goes on from: none where that one is of a later moment, once the clock is believed. It may lack
   * what had ended by the clock that was ahead and has not, so that all is begun anew but the number; what was published is not
   * valid yet for anybody else.
   * @throws {ClockBehind}
   */
  #predecessor({ authority, published, behindSince }: Schedule, thisUpdate: UnixSeconds): Publication | undefined {
    if (!published || thisUpdate > published.thisUpdate) return published;
    const isBelieved =
      behindSince !== undefined && this.#services.clock.monotonic() - behindSince >= clockBelievedMillis;
    if (isBelieved && authority.certificate.notBefore <= thisUpdate) return undefined;
    throw new ClockBehind(
      `the clock is behind the list published last, which is of ${formatUtc(published.thisUpdate)}: set it if it is wrong; if it is right, the next list comes within a quarter of an hour, and not before the CA’s own certificate begins`,
    );
  }

  async #restore(schedule: Schedule): Promise<ReadonlyMap<string, ListedEntries> | undefined> {
    const { published, mayRestore, authority } = schedule;
    schedule.mayRestore = false;
    return published && mayRestore ? await restoreListed(authority, published, this.#services.publications) : undefined;
  }

  /** Brings the lists' octets to the store. @returns when `check` has passed as well. @throws what it throws */
  async #stage(publication: Publication, check: Promise<unknown>): Promise<StagedCrls> {
    const { publications } = this.#services;
    const [staged, checked] = await Promise.allSettled([publications.stageCrls(publication), check]);
    if (staged.status === 'rejected') throw staged.reason;
    if (checked.status === 'fulfilled') return staged.value;
    await publications.dropStagedCrls(publication.authority, staged.value).catch(() => {});
    throw checked.reason;
  }

  #failed(schedule: Schedule, error: unknown): void {
    schedule.failures += 1;
    const wait = Math.min(longestBackoffMillis, 1000 * 2 ** Math.min(schedule.failures - 1, 10));
    schedule.notBefore = (this.#services.clock.monotonic() + wait) as MonotonicMillis;
    schedule.failure = publicationFailureOf(error);
    this.#services.onFailure(schedule.authority.record.identifier, error);
  }

  #serve(schedule: Schedule, publication: Publication, entriesHash: string): void {
    for (const scope of schedule.published?.lists.keys() ?? [])
      this.#served.delete(crlName(publication.authority, scope));
    schedule.published = publication;
    schedule.entriesHash = entriesHash;
    for (const [scope, der] of publication.lists) {
      const { number, thisUpdate, nextUpdate } = publication;
      this.#served.set(crlName(publication.authority, scope), { der, number, thisUpdate, nextUpdate });
    }
  }
}

async function hashOfEntries(der: Uint8Array | undefined): Promise<string> {
  if (!der) return '';
  const { entriesStart, entriesEnd } = parseCrl(der, der.length);
  const hash = createHash('sha256');
  await inTurns(inBits(der.subarray(entriesStart, entriesEnd), (bit) => hash.update(bit)));
  return hash.digest('hex');
}
