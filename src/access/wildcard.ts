// Text patterns of the policy language: `*` stands for any run of characters, none included, `?` for exactly one.
// A character is a UTF-16 code unit, so one outside the basic plane takes two `?`.
//
// Policies are written by one party and texts sent by another, so no pair of them may be slow. A pattern is cut at its
// stars; the runs between are looked for from left to right, each at its first place after the one before. The first
// place leaves most room for the rest, so nothing is ever tried again, and the searches share the text among them: by
// `indexOf` for a plain run, by ⌈length / 32⌉ ≤ 8 machine words a character for a run with `?`.

/** A pattern, ready to be matched. */
export interface Pattern {
  /** What the text begins with; without a star, the whole of it. */
  readonly head: string;
  /** What follows between stars, in this order. */
  readonly middle: readonly Search[];
  /** What the text ends with; absent exactly where there is no star. */
  readonly tail?: string;
}

/** Where the first occurrence of a run within `text[from..end)` ends; -1 if there is none. */
type Search = (text: string, from: number, end: number) => number;

/**
 * Longest run with a `?` between two stars. Its bit masks take up to length² / 8 octets, so this bounds the memory
 * (32 octets for a character of the pattern) as well as the work (8 words for a character of the text).
 */
export const MAX_SEARCHED_RUN = 256;

/** @returns `undefined` for a pattern with a run beyond {@link MAX_SEARCHED_RUN}. */
export function compilePattern(text: string): Pattern | undefined {
  const [head = '', ...rest] = text.split('*');
  const tail = rest.pop();
  if (tail === undefined) return { head, middle: [] };
  const runs = rest.filter((run) => run !== '');
  if (runs.some((run) => run.includes('?') && run.length > MAX_SEARCHED_RUN)) return undefined;
  return { head, middle: runs.map((run) => (run.includes('?') ? bitwiseSearch(run) : plainSearch(run))), tail };
}

export function matches({ head, middle, tail }: Pattern, text: string): boolean {
  if (tail === undefined) return head.length === text.length && agree(head, text, 0, head.length);
  const end = text.length - tail.length;
  if (end < head.length || !agree(head, text, 0, head.length) || !agree(tail, text, end, tail.length)) return false;
  let at = head.length;
  for (const search of middle) {
    at = search(text, at, end);
    if (at < 0) return false;
  }
  return true;
}

/** Whether the pattern matches every text there is. */
export function matchesEverything({ head, middle, tail }: Pattern): boolean {
  return head === '' && middle.length === 0 && tail === '';
}

/** Whether the pattern matches at least one text that begins with `prefix`. */
export function canBeginWith({ head, tail }: Pattern, prefix: string): boolean {
  // A star can take the rest of the prefix, and what must follow it can follow the prefix too.
  if (tail === undefined && head.length < prefix.length) return false;
  return agree(head, prefix, 0, Math.min(head.length, prefix.length));
}

const ANY = 0x3f; // ?

function agree(run: string, text: string, at: number, length: number): boolean {
  for (let index = 0; index < length; index += 1) {
    const wanted = run.charCodeAt(index);
    if (wanted !== ANY && wanted !== text.charCodeAt(at + index)) return false;
  }
  return true;
}

function plainSearch(run: string): Search {
  return (text, from, end) => {
    const at = text.indexOf(run, from);
    return at < 0 || at + run.length > end ? -1 : at + run.length;
  };
}

// Shift-And (Baeza-Yates and Gonnet, "A new approach to text searching", CACM 35(10), 1992): bit n of the state says
// that the run's first n + 1 characters end here. Each character of the text shifts the state by one and keeps the bits
// of the places in the run where that character may stand.
function bitwiseSearch(run: string): Search {
  const words = Math.ceil(run.length / 32);
  const anyOnly = placesOf(run, ANY, words);
  const places = new Map<number, Uint32Array>();
  for (let index = 0; index < run.length; index += 1) {
    const character = run.charCodeAt(index);
    if (!places.has(character)) places.set(character, placesOf(run, character, words));
  }
  const lastBit = 1 << ((run.length - 1) % 32);

  return (text, from, end) => {
    const state = new Uint32Array(words);
    for (let at = from; at < end; at += 1) {
      const allowed = places.get(text.charCodeAt(at)) ?? anyOnly;
      let carry = 1;
      for (let word = 0; word < words; word += 1) {
        const before = state[word] ?? 0;
        state[word] = ((before << 1) | carry) & (allowed[word] ?? 0);
        carry = before >>> 31;
      }
      if (((state[words - 1] ?? 0) & lastBit) !== 0) return at + 1;
    }
    return -1;
  };
}

/** The places in the run where the character may stand, one bit each. */
function placesOf(run: string, character: number, words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (let index = 0; index < run.length; index += 1) {
    const wanted = run.charCodeAt(index);
    const word = index >>> 5;
    if (wanted === ANY || wanted === character) bits[word] = (bits[word] ?? 0) | (1 << (index % 32));
  }
  return bits;
}
