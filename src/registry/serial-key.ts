// Serial numbers as words: what the status index finds them by.

/** RFC 5280 §4.1.2.2: 20 octets. */
export const longKeyWords = 5;
/** Room for 16 octets, which is what is given here to all that do not bring their own. */
export const shortKeyWords = 4;

/**
 * Puts a serial number, as `SerialNumber` writes it, into the first five words of `key`, the last digits first. A
 * number's text is never longer than it has to be, so that different numbers give different words.
 *
 * @param span  where the number is in `text`: from `start` up to `end`.
 * @returns how many words it takes: four, or five.
 */
export function readSerialKey(text: string, start: number, end: number, key: Int32Array): number {
  let at = end;
  for (let word = 0; word < longKeyWords; word++) {
    let value = 0;
    const from = Math.max(at - 8, start);
    for (let digit = from; digit < at; digit++) {
      const code = text.charCodeAt(digit);
      // '0' to '9' are 0x30 to 0x39, 'a' to 'f' 0x61 to 0x66.
      value = (value << 4) | ((code & 15) + 9 * (code >>> 6));
    }
    key[word] = value;
    at = from;
  }
  return key[shortKeyWords] === 0 ? shortKeyWords : longKeyWords;
}
