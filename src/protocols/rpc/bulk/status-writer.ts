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

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const beginning = ascii('{"SerialNumber":"');
const goodEnding = ascii('","Status":"good","RevokeTime":0}\n');
const unknownEnding = ascii('","Status":"unknown","RevokeTime":0}\n');
const revokedMiddle = ascii('","Status":"revoked","RevokeTime":');
const revokedEnding = ascii('}\n');
/** 40 digits of a serial number, 16 of a time, and what is around them. */
const longestAnswer = beginning.length + 40 + revokedMiddle.length + 16 + revokedEnding.length;

/** Lines as the compatible call has its entries, with the serial number as it is written here. */
export function statusLines({ revokeTimeUnit }: Pick<StatusRules, 'revokeTimeUnit'>): StatusWriter {
  const scale = revokeTimeUnit === 'ms' ? 1000 : 1;
  return {
    lengthOf: () => undefined,
    page: ({ words, count }, moments) => {
      const octets = Buffer.allocUnsafeSlow(longestAnswer * count);
      let at = 0;
      for (let index = 0; index < count; index++) {
        const moment = moments[index] ?? neverIssued;
        at = copy(beginning, octets, at);
        at = writeSerialDigits(words, index * longKeyWords, octets, at);
        if (moment === notRevoked) at = copy(goodEnding, octets, at);
        else if (moment === neverIssued) at = copy(unknownEnding, octets, at);
        else at = copy(revokedEnding, octets, writeNumber(moment * scale, octets, copy(revokedMiddle, octets, at)));
      }
      return octets.subarray(0, at);
    },
    end: (count, requestId) => ascii(`${JSON.stringify({ RequestId: requestId, Count: count })}\n`),
  };
}

/** As `set` does, which takes longer to call than these take to copy. */
function copy(from: Uint8Array, octets: Uint8Array, at: number): number {
  for (let index = 0; index < from.length; index++) octets[at + index] = from[index] ?? 0;
  return at + from.length;
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
