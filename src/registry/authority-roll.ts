// The authorities of the status index in shared memory: a number for each, its account, and where its own certificate stands.

import type { AccountId } from '../base/journal-entry.ts';
import type { Identifier } from './model.ts';
import { SharedWords } from './shared-words.ts';

export interface SharedRoll {
  readonly published: SharedArrayBuffer;
  readonly records: SharedArrayBuffer;
}

/** What an owner word of the table has room for. */
const mostAuthorities = 2 ** 24;
const identifierWords = 8;
const accountWords = 4;
const accountNumberWord = identifierWords + accountWords;
const standingWord = accountNumberWord + 1;
const recordWords = standingWord + 1;

/** Records are published by their count, and but for the standing never change. Written by one thread, as the tables are. */
export class AuthorityRoll {
  readonly #published: SharedWords;
  readonly #records: SharedWords;
  /** This thread's own, of the records it has seen so far. */
  readonly #ordinals = new Map<Identifier, number>();
  readonly #accounts = new Map<AccountId, number>();
  #seen = 0;

  constructor(shared?: SharedRoll) {
    this.#published = new SharedWords(shared?.published ?? 1);
    this.#records = new SharedWords(shared?.records ?? mostAuthorities * recordWords);
    if (!shared) this.#published.makeRoom(1);
  }

  get shared(): SharedRoll {
    return { published: this.#published.buffer, records: this.#records.buffer };
  }

  get size(): number {
    return this.#published.load(0);
  }

  /** An authority's number. */
  ordinalOf(identifier: Identifier): number | undefined {
    return this.#ordinals.get(identifier) ?? (this.#seeMore() ? this.#ordinals.get(identifier) : undefined);
  }

  /** The number of an account that has or had an authority. */
  accountNumber(account: AccountId): number | undefined {
    return this.#accounts.get(account) ?? (this.#seeMore() ? this.#accounts.get(account) : undefined);
  }

  /** The number of the account an authority is of. */
  accountOf(ordinal: number): number {
    const at = ordinal * recordWords + accountNumberWord;
    return this.#records.reaching(at + 1)[at] ?? 0;
  }

  /** Where its own certificate stands; -1 while it is not known, which is before it has issued any other. */
  standingOf(ordinal: number): number {
    const at = ordinal * recordWords + standingWord;
    return (this.#records.reaching(at + 1)[at] ?? 0) - 1;
  }

  /** The writer's, before there is anything that the authority has issued but itself. */
  setStanding(ordinal: number, standing: number): void {
    this.#records.words[ordinal * recordWords + standingWord] = standing + 1;
  }

  /** The writer's. @returns the new authority's number. */
  add(identifier: Identifier, account: AccountId): number {
    const ordinal = this.size;
    if (ordinal === mostAuthorities) throw new RangeError(`the status index holds ${mostAuthorities} CAs and no more`);
    const words = this.#records.makeRoom((ordinal + 1) * recordWords);
    const start = ordinal * recordWords;
    writeText(words, { start, length: identifierWords, text: identifier });
    writeText(words, { start: start + identifierWords, length: accountWords, text: account });
    words[start + accountNumberWord] = this.accountNumber(account) ?? this.#accounts.size;
    Atomics.store(this.#published.words, 0, ordinal + 1);
    this.#seeMore();
    return ordinal;
  }

  /** @returns whether there were any. */
  #seeMore(): boolean {
    const size = this.size;
    if (this.#seen === size) return false;
    const words = this.#records.reaching(size * recordWords);
    for (; this.#seen < size; this.#seen++) {
      const start = this.#seen * recordWords;
      this.#ordinals.set(readText(words, start, identifierWords) as Identifier, this.#seen);
      const account = readText(words, start + identifierWords, accountWords) as AccountId;
      this.#accounts.set(account, words[start + accountNumberWord] ?? 0);
    }
    return true;
  }
}

interface TextPlace {
  readonly start: number;
  readonly length: number;
  readonly text: string;
}

/** Four characters a word; identifiers and accounts are digits. */
function writeText(words: Int32Array, { start, length, text }: TextPlace): void {
  if (text.length > 4 * length || !/^[\x21-\x7e]*$/.test(text)) throw new TypeError(`not a name made here: ${text}`);
  for (let word = 0; word < length; word++) {
    let packed = 0;
    for (let at = 4 * word; at < 4 * word + 4; at++) packed = (packed << 8) | (text.charCodeAt(at) || 0);
    words[start + word] = packed;
  }
}

function readText(words: Int32Array, start: number, length: number): string {
  let text = '';
  for (let at = 0; at < 4 * length; at++) {
    const code = ((words[start + (at >>> 2)] ?? 0) >>> (24 - 8 * (at & 3))) & 0xff;
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}
