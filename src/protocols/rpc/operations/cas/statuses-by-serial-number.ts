// How serial numbers stand, few or many: a long list is read and looked up without texts and objects for each, and in turns, so that
// other calls are answered in between.

import { Turns } from '../../../../base/in-turns.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { parseSerialNumber } from '../../../../pki/serial-number.ts';
import { longKeyWords, readDigitsKey, readSerialKey } from '../../../../registry/serial-key.ts';
import { keysPerPage } from '../../../../registry/serial-keys.ts';
import type { StatusReader } from '../../../../registry/status-index.ts';
import type { StatusRules } from '../../../edge.ts';
import { parseElement, parseSerialNumbers } from './serial-number-list.ts';
import { listElements, statusEntry } from './status-answer.ts';
import { FewStatuses, StatusList } from './status-list.ts';

interface Asking {
  readonly account: AccountId;
  readonly statusIndex: Pick<StatusReader, 'lookup' | 'lookupPage'>;
  readonly statusRules: StatusRules;
}

/** Characters. Below this, to fill a page costs more than it saves. */
const longList = 2048;
/** Likewise. Longer ones have turns: some 4,096 serial numbers in each. */
const longTurn = 150_000;
/** Of all calls: one page of one of them in each turn of the event loop. */
const turns = new Turns();

/** Of the page that is worked on: from its first element to the answer of the index nothing waits. */
const words = new Int32Array(keysPerPage * longKeyWords);
const spans = new Int32Array(2 * keysPerPage);
const moments = new Float64Array(keysPerPage);

/** @param list  as in `SerialNumber`. @returns one for each, in the order asked. @throws {ParameterError} as parseSerialNumbers does. */
export function statusesOf(list: string, asking: Asking): FewStatuses | StatusList | Promise<StatusList> {
  const { account, statusIndex, statusRules } = asking;
  if (list.length >= longList) return statusesOfMany(list, asking);
  const elements = listElements('SerialNumber', list, statusRules);
  return new FewStatuses(
    elements.map((element, index) =>
      statusEntry(element, statusIndex.lookup(account, parseElement(element, index)), statusRules),
    ),
  );
}

function statusesOfMany(list: string, { account, statusIndex, statusRules }: Asking): StatusList | Promise<StatusList> {
  const reader = new ListReader(list, statusRules);
  const statuses = new StatusList(reader.text, statusRules);
  const takePage = (): void => {
    const count = reader.readPage();
    statusIndex.lookupPage(account, { words, count }, moments);
    statuses.add(spans.slice(0, 2 * count), moments.slice(0, count));
  };
  if (list.length >= longTurn) return inTurns(reader, takePage).then(() => statuses);
  while (!reader.isAtEnd) takePage();
  return statuses;
}

/** Waits before the first page too: the call was read and its signature calculated in the same turn. */
async function inTurns(reader: ListReader, takePage: () => void): Promise<void> {
  while (!reader.isAtEnd) {
    await turns.next();
    takePage();
  }
}

const comma = 0x2c;

/** Reads a list's elements into the page that is worked on. */
class ListReader {
  /** What the spans are of. */
  readonly text: string;
  readonly #list: string;
  readonly #rules: StatusRules;
  /** Of the text: as many as it has characters. */
  readonly #ascii: Uint8Array;
  #at = 0;
  #elements = 0;

  /** @throws {ParameterError} as parseSerialNumbers does. */
  constructor(list: string, rules: StatusRules) {
    this.#list = list;
    this.#rules = rules;
    const octets = Buffer.from(list);
    const isAscii = octets.length === list.length;
    // Blanks around commas may be others than those of ASCII, serial numbers may not.
    this.text = isAscii ? list : listElements('SerialNumber', list, rules).join();
    this.#ascii = isAscii ? octets : Buffer.from(this.text);
    if (this.#ascii.length !== this.text.length) this.#refuse();
  }

  get isAtEnd(): boolean {
    return this.#at > this.#ascii.length;
  }

  /** @returns of how many elements it has put words and spans. @throws {ParameterError} as parseSerialNumbers does. */
  readPage(): number {
    const ascii = this.#ascii;
    const most = Math.min(keysPerPage, this.#rules.maxBatch - this.#elements);
    let at = this.#at;
    let count = 0;
    for (; count < most && at <= ascii.length; count++) {
      let next = at;
      while (next < ascii.length && ascii[next] !== comma) next++;
      let start = at;
      let end = next;
      while (isBlank(ascii[start])) start++;
      while (end > start && isBlank(ascii[end - 1])) end--;
      this.#readElement(start, end, count * longKeyWords);
      spans[2 * count] = start;
      spans[2 * count + 1] = end;
      at = next + 1;
    }
    this.#at = at;
    this.#elements += count;
    if (this.#elements === this.#rules.maxBatch && !this.isAtEnd) this.#refuse();
    return count;
  }

  #readElement(start: number, end: number, at: number): void {
    if (readDigitsKey(this.#ascii, { start, end }, words, at)) return;
    const serialNumber = parseSerialNumber(this.text.slice(start, end)) ?? this.#refuse();
    readSerialKey(serialNumber, 0, serialNumber.length, words.subarray(at, at + longKeyWords));
  }

  /** In the words that any list with this flaw is refused in. */
  #refuse(): never {
    parseSerialNumbers(this.#list, this.#rules);
    throw new Error('a list of serial numbers was read in two ways');
  }
}

/** Of what `trim` takes away, that which is ASCII. */
function isBlank(octet: number | undefined): boolean {
  return octet === 0x20 || (octet !== undefined && octet >= 0x09 && octet <= 0x0d);
}
