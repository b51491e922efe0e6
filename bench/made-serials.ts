// Serial numbers that two processes can make without telling each other: of 16 octets, by their number.

/** The first digit is 1 to 7, so that the number has its full length. */
export function madeSerial(index: number): string {
  let text = '';
  for (let word = 0; word < 4; word++) {
    // The finish of MurmurHash3: different numbers give different words.
    let mixed = (index + word * 0x9e3779b9) | 0;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed = (mixed ^ (mixed >>> 16)) >>> 0;
    if (word === 0) mixed = (mixed & 0x6fffffff) | 0x10000000;
    text += mixed.toString(16).padStart(8, '0');
  }
  return text;
}
