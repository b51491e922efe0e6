// Writes the answers of a bulk call, a page at a time: as JSON lines, or packed. Both end in a record that says how many there
// were, so that an answer cut short is not taken for a whole one.

import { longKeyWords, writeSerialDigits } from '../../../registry/serial-key.ts';
import type { KeyPage } from '../../../registry/serial-keys.ts';
import { neverIssued, notRevoked } from '../../../registry/status-index.ts';
import type { StatusRules } from '../../edge.ts';

export interface StatusWriter {
  /** Octets of the whole answer to so many, where that is known before. */
  readonly lengthOf: (count: number) => number | undefined;
  /** @param moments  as `StatusIndex.lookupPage` gives them. */
  readonly page: (page: KeyPage, moments: Float64Array) => Uint8Array;
  readonly end: (count: number, requestId: string) => Uint8Array;
}

const recordOctets = 8;
const statusOctets = { good: 0, revoked: 1, unknown: 2, end: 255 };

/**
 * Records of eight octets: what it is, then 56 bits, most significant first: the moment of revocation in seconds since 1970, or
 * 0; at the end how many records there were.
 */
export const packedStatuses: StatusWriter = {
  lengthOf: (count) => recordOctets * (count + 1),
  page: ({ count }, moments) => {
    const octets = Buffer.allocUnsafeSlow(recordOctets * count);
    for (let index = 0; index < count; index++) {
      const moment = moments[index] ?? neverIssued;
      const { good, revoked, unknown } = statusOctets;
      const kind = moment === neverIssued ? unknown : moment === notRevoked ? good : revoked;
      writeRecord(octets, recordOctets * index, kind, Math.max(moment, 0));
    }
    return octets;
  },
  end: (count) => {
    const octets = new Uint8Array(recordOctets);
    writeRecord(octets, 0, statusOctets.end, count);
    return octets;
  },
};

function writeRecord(octets: Uint8Array, at: number, kind: number, value: number): void {
  const high = Math.floor(value / 2 ** 32);
  octets[at] = kind;
  octets[at + 1] = high >>> 16;
  octets[at + 2] = high >>> 8;
  octets[at + 3] = high;
  octets[at + 4] = value >>> 24;
  octets[at + 5] = value >>> 16;
  octets[at + 6] = value >>> 8;
  octets[at + 7] = value;
}

const ascii = (text: string) => new TextEncoder().encode(text);
const beginning = pieceOf('{"SerialNumber":"');
const goodEnding = pieceOf('","Status":"good","RevokeTime":0}\n');
const unknownEnding = pieceOf('","Status":"unknown","RevokeTime":0}\n');
const revokedMiddle = pieceOf('","Status":"revoked","RevokeTime":');
const revokedEnding = pieceOf('}\n');
/** 40 digits of a serial number, 16 of a time, and what is around them; with room for the words that it is written in. */
const longestAnswer = beginning.length + 40 + revokedMiddle.length + 16 + revokedEnding.length;
const room = 4;

/** Lines as the compatible call has its entries, with the serial number as it is written here. */
export function statusLines({ revokeTimeUnit }: Pick<StatusRules, 'revokeTimeUnit'>): StatusWriter {
  const scale = revokeTimeUnit === 'ms' ? 1000 : 1;
  return {
    lengthOf: () => undefined,
    page: ({ words, count }, moments) => {
      const octets = Buffer.allocUnsafeSlow(longestAnswer * count + room);
      const view = new DataView(octets.buffer);
      let at = 0;
      for (let index = 0; index < count; index++) {
        const moment = moments[index] ?? neverIssued;
        at = write(beginning, view, at);
        at = writeSerialDigits(words, index * longKeyWords, view, at);
        if (moment === notRevoked) at = write(goodEnding, view, at);
        else if (moment === neverIssued) at = write(unknownEnding, view, at);
        else at = write(revokedEnding, view, writeNumber(moment * scale, octets, write(revokedMiddle, view, at)));
      }
      return octets.subarray(0, at);
    },
    end: (count, requestId) => ascii(`${JSON.stringify({ RequestId: requestId, Count: count })}\n`),
  };
}

/** Text to be written again and again: four octets at a time, of which the last may be more than there are. */
interface Piece {
  readonly length: number;
  readonly words: Int32Array;
}

function pieceOf(text: string): Piece {
  const octets = ascii(text.padEnd(4 * Math.ceil(text.length / 4)));
  const view = new DataView(octets.buffer);
  return {
    length: text.length,
    words: Int32Array.from({ length: octets.length / 4 }, (_, at) => view.getInt32(4 * at)),
  };
}

/** What is written too much is written over by what comes next. @returns where the text ends. */
function write({ length, words }: Piece, view: DataView, at: number): number {
  for (let word = 0; word < words.length; word++) view.setInt32(at + 4 * word, words[word] ?? 0);
  return at + length;
}

/** In decimal. @returns where it ends. */
function writeNumber(value: number, octets: Uint8Array, at: number): number {
  let end = at + 1;
  for (let power = 10; power <= value; power *= 10) end++;
  let rest = value;
  for (let digit = end - 1; digit >= at; digit--) {
    const above = Math.floor(rest / 10);
    octets[digit] = 0x30 + (rest - 10 * above);
    rest = above;
  }
  return end;
}
