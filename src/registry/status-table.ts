// A hash table of packed entries in shared memory: one thread writes, any number read at the same time without locks.
//
// Entries lie one behind the other in the order they came. They are found through segments of slots, open addressing within
// each; the leading bits of a key's hash choose the segment through a directory (extendible hashing). A full segment is
// split into two by the next bit, so that the table grows by 4 kB at a time and nothing is ever copied as a whole.
//
// Why a reader never sees half of anything:
// - An entry's words are written before the counter that publishes it (`Atomics.store`), and readers pass over slots whose
//   entry their own `Atomics.load` of the counter did not cover. Keys and owners never change after that.
// - A split fills two segments that nobody reads, then turns the directory to them. The old segment stays as it was until
//   the entry that asked for the split is published; only then it may be filled anew. Readers that found nothing look again
//   if an entry was published meanwhile, so that nothing is missed for a segment that was filled anew under their eyes.
// - The directory of each depth has a place of its own, [2^depth, 2^(depth+1)), so that doubling it moves nothing. The depth
//   is published in one word with the counter.
// - Words of 32 bits are never torn (ECMA-262, 29.1: integer elements are "no tear"). What changes later is one such word.

import { type HashSeed, seededHash } from './seeded-hash.ts';
import { SharedWords } from './shared-words.ts';

export interface SharedTable {
  readonly published: SharedArrayBuffer;
  readonly directory: SharedArrayBuffer;
  readonly segments: SharedArrayBuffer;
  readonly entries: SharedArrayBuffer;
}

export interface TableShape {
  readonly keyWords: number;
  readonly seed: HashSeed;
  /** Whose an entry is, by its owner word. Different accounts may use the same key. */
  readonly accountOf: (owner: number) => number;
}

/** A slot holds 27 bits of entry number, from 1, and 5 of the hash, so that few entries are read that are not meant. */
const entryBits = 27;
const entryMask = 2 ** entryBits - 1;
export const mostEntries = entryMask;

const slotsPerSegment = 1024;
/** Above this the probing gets long. */
const mostPerSegment = 870;
/** So many on the average that few segments are split all the same. */
const expectedPerSegment = 780;
/** Half of a segment's slots at 2^27 entries, and four times that for chance. */
const mostDepth = 20;

/** As many as {@link StatusTable.findMany} looks for: their slots and entries fit into the processor's nearer caches. */
export const keysAtOnce = 256;

/** Which keys are meant, out of many: where they begin. */
export interface Picked {
  readonly starts: Int32Array;
  readonly count: number;
}

/** Words of an entry behind its key. */
const ownerWord = 0;
const stateWord = 1;
const wordsBehindKey = 2;

export class StatusTable {
  readonly #keyWords: number;
  readonly #seed: HashSeed;
  readonly #accountOf: (owner: number) => number;
  readonly #entryWords: number;
  /** One word: how many entries there are, and the directory's depth in the lowest five bits. */
  readonly #published: SharedWords;
  readonly #directory: SharedWords;
  readonly #segments: SharedWords;
  readonly #entries: SharedWords;
  /** The writer's: how full each segment is, and by how many bits its entries agree. */
  readonly #filled: number[] = [];
  readonly #depths: number[] = [];
  /** A segment that was split, and how many entries were published then: when there are more it may be filled anew. */
  #spare: { readonly segment: number; readonly size: number } | undefined;

  /** Of the keys that are looked for at once: the hash, and the slot that it names. */
  readonly #hashes = new Int32Array(keysAtOnce);
  readonly #places = new Int32Array(keysAtOnce);

  /** A new table to write; or, with `shared`, one that another thread writes or that was read from a file. */
  constructor({ keyWords, seed, accountOf }: TableShape, shared?: SharedTable) {
    this.#keyWords = keyWords;
    this.#seed = seed;
    this.#accountOf = accountOf;
    this.#entryWords = keyWords + wordsBehindKey;
    this.#published = new SharedWords(shared?.published ?? 1);
    this.#directory = new SharedWords(shared?.directory ?? 2 ** (mostDepth + 1));
    this.#segments = new SharedWords(shared?.segments ?? 2 ** (mostDepth - 1) * slotsPerSegment);
    this.#entries = new SharedWords(shared?.entries ?? (mostEntries + 1) * this.#entryWords);
    if (shared) return;
    this.#published.makeRoom(1);
    this.#directory.makeRoom(2);
    this.#newSegment(0);
  }

  get shared(): SharedTable {
    return {
      published: this.#published.buffer,
      directory: this.#directory.buffer,
      segments: this.#segments.buffer,
      entries: this.#entries.buffer,
    };
  }

  get size(): number {
    return this.#published.load(0) >>> 5;
  }

  /** Octets it takes. */
  get octets(): number {
    return Object.values(this.shared).reduce((sum, buffer: SharedArrayBuffer) => sum + buffer.byteLength, 0);
  }

  /** The number of the account's entry with this key, or -1. */
  find(account: number, key: Int32Array): number {
    return this.findHashed(this.hashOf(account, key), account, key);
  }

  hashOf(account: number, key: Int32Array): number {
    return seededHash(this.#seed, account, key, this.#keyWords);
  }

  /**
   * As {@link find} for many keys, one step for all of them before the next: so the processor waits for the memory of many at
   * once, and not of one after the other.
   * @param starts  where in `keys` those that are looked for begin; {@link keysAtOnce} of them at most.
   * @param found  takes for each the number of its entry, or -1.
   */
  findMany(account: number, keys: Int32Array, { starts, count }: Picked, found: Int32Array): void {
    const seed = this.#seed;
    const keyWords = this.#keyWords;
    const entryWords = this.#entryWords;
    const hashes = this.#hashes;
    const places = this.#places;
    const published = this.#published.load(0);
    const depth = published & 31;
    const size = published >>> 5;
    this.#directory.reaching(2 << depth);
    let last = 0;
    for (let index = 0; index < count; index++) {
      const hash = seededHash(seed, account, keys, keyWords, starts[index]);
      const segment = this.#directory.load(directoryPlace(depth, hash));
      hashes[index] = hash;
      places[index] = segment * slotsPerSegment + slotOf(hash);
      last = Math.max(last, segment);
    }
    const slots = this.#segments.reaching((last + 1) * slotsPerSegment);
    for (let index = 0; index < count; index++) found[index] = slots[places[index] ?? 0] ?? 0;
    for (let index = 0; index < count; index++) {
      const tag = (hashes[index] ?? 0) << entryBits;
      let at = places[index] ?? 0;
      let slot = found[index] ?? 0;
      while (slot !== 0 && ((slot ^ tag) >>> entryBits !== 0 || (slot & entryMask) > size)) {
        at = (at & -slotsPerSegment) | ((at + 1) % slotsPerSegment);
        slot = slots[at] ?? 0;
      }
      found[index] = (slot & entryMask) - 1;
    }
    const entries = this.#entries.reaching(size * entryWords);
    let read = 0;
    for (let index = 0; index < count; index++) {
      const start = Math.max(found[index] ?? 0, 0) * entryWords;
      read ^= (entries[start] ?? 0) ^ (entries[start + entryWords - 1] ?? 0);
    }
    // Kept, or the compiler would see that nothing comes of it.
    places[0] = read;
    for (let index = 0; index < count; index++) {
      const start = starts[index] ?? 0;
      const entry = found[index] ?? -1;
      // One that has the same tag by chance is not the one meant.
      if (entry >= 0 && !this.#isThat(entries, entry, account, keys, start)) {
        found[index] = this.findHashed(hashes[index] ?? 0, account, keys, start);
      }
    }
    if (this.#published.load(0) === published) return;
    for (let index = 0; index < count; index++) {
      if ((found[index] ?? -1) >= 0) continue;
      found[index] = this.findHashed(hashes[index] ?? 0, account, keys, starts[index] ?? 0);
    }
  }

  /** As {@link find}, with what {@link hashOf} says. */
  findHashed(hash: number, account: number, keys: Int32Array, keyStart = 0): number {
    const entryWords = this.#entryWords;
    const tag = hash << entryBits;
    for (;;) {
      const published = this.#published.load(0);
      const depth = published & 31;
      const size = published >>> 5;
      this.#directory.reaching(2 << depth);
      const segment = this.#directory.load(directoryPlace(depth, hash));
      const slots = this.#segments.reaching((segment + 1) * slotsPerSegment);
      const entries = this.#entries.reaching(size * entryWords);
      const first = segment * slotsPerSegment;
      for (let at = slotOf(hash); ; at = (at + 1) % slotsPerSegment) {
        const slot = slots[first + at] ?? 0;
        if (slot === 0) break;
        // All bits of the tag agree and none of the number is looked at.
        if ((slot ^ tag) >>> entryBits !== 0) continue;
        const entry = (slot & entryMask) - 1;
        if (entry < size && this.#isThat(entries, entry, account, keys, keyStart)) return entry;
      }
      if (this.#published.load(0) === published) return -1;
    }
  }

  #isThat(entries: Int32Array, entry: number, account: number, keys: Int32Array, keyStart: number): boolean {
    const start = entry * this.#entryWords;
    const keyWords = this.#keyWords;
    for (let word = 0; word < keyWords; word++) if (entries[start + word] !== keys[keyStart + word]) return false;
    return this.#accountOf(entries[start + keyWords + ownerWord] ?? 0) === account;
  }

  /** What belongs to an entry beside its key and its state. */
  owner(entry: number): number {
    return this.#entries.reaching((entry + 1) * this.#entryWords)[this.#place(entry, ownerWord)] ?? 0;
  }

  /** The word of an entry that is its user's. */
  state(entry: number): number {
    return this.#entries.reaching((entry + 1) * this.#entryWords)[this.#place(entry, stateWord)] ?? 0;
  }

  /** The writer's. When others have to see it is for the caller to publish. */
  setState(entry: number, state: number): void {
    this.#entries.words[this.#place(entry, stateWord)] = state;
  }

  /** The writer's, likewise; the account stays the same. */
  setOwner(entry: number, owner: number): void {
    this.#entries.words[this.#place(entry, ownerWord)] = owner;
  }

  /**
   * The writer's: lets the segments be as many as so many entries would split the first into; without it each of them would be
   * hashed some times more on the way. Does nothing once there are entries, or segments.
   */
  expect(entries: number): void {
    if (this.size > 0 || this.#depth > 0 || entries <= mostPerSegment) return;
    const depth = Math.min(mostDepth - 1, Math.ceil(Math.log2(entries / expectedPerSegment)));
    const count = 1 << depth;
    this.#segments.makeRoom(count * slotsPerSegment);
    const directory = this.#directory.makeRoom(2 * count);
    for (let segment = 0; segment < count; segment++) {
      directory[count + segment] = segment;
      this.#filled[segment] = 0;
      this.#depths[segment] = depth;
    }
    Atomics.store(this.#published.words, 0, depth);
  }

  /**
   * The writer's: a further entry, of a key that the account does not have in the table.
   * @param hash  what {@link hashOf} says of account and key.
   * @returns its number.
   * @throws {RangeError} when there is no room.
   */
  addHashed(hash: number, key: Int32Array, owner: number, state: number): number {
    const size = this.size;
    if (size >= mostEntries) throw new RangeError(`the status index holds ${mostEntries} certificates and no more`);
    const entries = this.#entries.makeRoom((size + 1) * this.#entryWords);
    const start = size * this.#entryWords;
    for (let word = 0; word < this.#keyWords; word++) entries[start + word] = key[word] ?? 0;
    entries[start + this.#keyWords + ownerWord] = owner;
    entries[start + this.#keyWords + stateWord] = state;
    let segment = this.#segmentOf(hash);
    while ((this.#filled[segment] ?? 0) >= mostPerSegment) {
      this.#split(segment, hash);
      segment = this.#segmentOf(hash);
    }
    this.#put(segment, hash, size);
    Atomics.store(this.#published.words, 0, ((size + 1) << 5) | this.#depth);
    return size;
  }

  /** Makes one that was read from a file the writer's. @returns whether its segments are such as {@link add} leaves. */
  takeOver(): boolean {
    this.#published.isOwn = true;
    this.#directory.isOwn = true;
    const directory = this.#directory.words;
    const depth = this.#depth;
    const segments = this.#segments.words.length / slotsPerSegment;
    if (depth > mostDepth || directory.length < 2 << depth) return false;
    for (let place = 1 << depth; place < 2 << depth; place++) {
      const segment = directory[place] ?? 0;
      if (segment < 0 || segment >= Math.floor(segments)) return false;
      this.#filled[segment] ??= this.#count(segment);
      // As many places as name it, so many bits fewer.
      this.#depths[segment] = (this.#depths[segment] ?? 0) + 1;
    }
    for (let segment = 0; segment < this.#filled.length; segment++) {
      const places = this.#depths[segment];
      if (places === undefined) this.#spare = { segment, size: -1 };
      this.#filled[segment] ??= 0;
      this.#depths[segment] = places === undefined ? 0 : depth - Math.log2(places);
    }
    return this.#filled.every((filled) => filled <= mostPerSegment) && sum(this.#filled) === this.size;
  }

  get #depth(): number {
    return (this.#published.words[0] ?? 0) & 31;
  }

  #place(entry: number, word: number): number {
    return entry * this.#entryWords + this.#keyWords + word;
  }

  #segmentOf(hash: number): number {
    return this.#directory.words[directoryPlace(this.#depth, hash)] ?? 0;
  }

  #count(segment: number): number {
    const first = segment * slotsPerSegment;
    let filled = 0;
    for (let at = first; at < first + slotsPerSegment; at++) if (this.#segments.words[at] !== 0) filled++;
    return filled;
  }

  #put(segment: number, hash: number, entry: number): void {
    const slots = this.#segments.words;
    const first = segment * slotsPerSegment;
    let at = slotOf(hash);
    while (slots[first + at] !== 0) at = (at + 1) % slotsPerSegment;
    slots[first + at] = (hash << entryBits) | (entry + 1);
    this.#filled[segment] = (this.#filled[segment] ?? 0) + 1;
  }

  /** An empty one, which nobody reads yet. */
  #newSegment(depth: number): number {
    let segment = this.#filled.length;
    if (this.#spare && this.#spare.size < this.size) {
      segment = this.#spare.segment;
      this.#spare = undefined;
    }
    const slots = this.#segments.makeRoom((segment + 1) * slotsPerSegment);
    slots.fill(0, segment * slotsPerSegment, (segment + 1) * slotsPerSegment);
    this.#filled[segment] = 0;
    this.#depths[segment] = depth;
    return segment;
  }

  #split(segment: number, hash: number): void {
    const depth = this.#depths[segment] ?? 0;
    if (depth === this.#depth) this.#doubleDirectory();
    const lower = this.#newSegment(depth + 1);
    const upper = this.#newSegment(depth + 1);
    const key = new Int32Array(this.#keyWords);
    const entries = this.#entries.words;
    const slots = this.#segments.words;
    for (let at = segment * slotsPerSegment; at < (segment + 1) * slotsPerSegment; at++) {
      const slot = slots[at] ?? 0;
      if (slot === 0) continue;
      const entry = (slot & entryMask) - 1;
      for (let word = 0; word < this.#keyWords; word++) key[word] = entries[entry * this.#entryWords + word] ?? 0;
      const own = seededHash(this.#seed, this.#accountOf(this.owner(entry)), key, this.#keyWords);
      this.#put((own << depth) >>> 31 === 0 ? lower : upper, own, entry);
    }
    // The places that name the segment: those that agree with the hash in its first bits.
    const span = 1 << (this.#depth - depth);
    const from = (1 << this.#depth) | (depth === 0 ? 0 : (hash >>> (32 - depth)) * span);
    const directory = this.#directory.words;
    for (let place = 0; place < span; place++) {
      Atomics.store(directory, from + place, place < span / 2 ? lower : upper);
    }
    this.#spare = { segment, size: this.size };
  }

  #doubleDirectory(): void {
    const depth = this.#depth;
    if (depth === mostDepth) throw new RangeError('the status index cannot be split any further');
    const directory = this.#directory.makeRoom(4 << depth);
    for (let place = 1 << depth; place < 2 << depth; place++) {
      directory[2 * place] = directory[2 * place + 1] = directory[place] ?? 0;
    }
    Atomics.store(this.#published.words, 0, (this.size << 5) | (depth + 1));
  }
}

function directoryPlace(depth: number, hash: number): number {
  // A shift by 32 is one by 0.
  return depth === 0 ? 1 : (1 << depth) | (hash >>> (32 - depth));
}

/** By bits of the hash that neither the directory nor the tag has used, up to a depth of 17. */
function slotOf(hash: number): number {
  return (hash >>> (32 - entryBits)) % slotsPerSegment;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
