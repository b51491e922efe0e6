// Serial numbers packed: for each one octet that tells its length, 1 to 20, and as many octets, most significant first.

import { maximumSerialNumberOctets, parseSerialNumber } from '../../../pki/serial-number.ts';
import { assertRoom, type Collecting, invalidSerialNumber, type SerialReader } from './serial-reader.ts';

export function serialRecords(collecting: Collecting): SerialReader {
  const { keys } = collecting;
  /** A record that began in a chunk before. */
  const begun = new Uint8Array(1 + maximumSerialNumberOctets);
  let begunLength = 0;
  /** Octets of the record that begins with this one. */
  const recordLength = (length = 0): number => {
    if (length >= 1 && length <= maximumSerialNumberOctets) return 1 + length;
    throw invalidSerialNumber(`Record ${keys.size + 1}`, `has the length ${length}; it must be 1 to 20 octets`);
  };
  return {
    take: (chunk) => {
      let at = 0;
      if (begunLength > 0) {
        const whole = recordLength(begun[0]);
        at = Math.min(whole - begunLength, chunk.length);
        begun.set(chunk.subarray(0, at), begunLength);
        begunLength += at;
        if (begunLength < whole) return;
        keys.addOctets(begun, 1, whole);
        begunLength = 0;
      }
      while (at < chunk.length) {
        assertRoom(collecting);
        const end = at + recordLength(chunk[at]);
        if (end > chunk.length) {
          begun.set(chunk.subarray(at));
          begunLength = chunk.length - at;
          return;
        }
        keys.addOctets(chunk, at + 1, end);
        at = end;
      }
    },
    end: () => {
      if (begunLength > 0) throw invalidSerialNumber(`Record ${keys.size + 1}`, 'is cut short by the end of the body');
    },
  };
}

/** @throws {TypeError} for what is no serial number. */
export function packSerialNumbers(serials: readonly string[]): Uint8Array<ArrayBuffer> {
  const octets = Buffer.alloc((1 + maximumSerialNumberOctets) * serials.length);
  let at = 0;
  for (const text of serials) {
    const serialNumber = parseSerialNumber(text);
    if (serialNumber === undefined) throw new TypeError(`no serial number: ${text}`);
    const length = octets.write(serialNumber, at + 1, 'hex');
    octets[at] = length;
    at += 1 + length;
  }
  return octets.subarray(0, at);
}
