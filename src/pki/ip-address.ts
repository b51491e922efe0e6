// IP addresses: text to octets and back (RFC 4291 §2.2, RFC 5952).

/** Four or sixteen octets, or `undefined` for text that is no address. No prefix length, zone or surrounding blank. */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (text.length > longestText) return undefined;
  const octets = text.includes(':') ? parseV6(text) : parseV4(text);
  return octets === undefined ? undefined : Uint8Array.from(octets);
}

/** The one text of an address: dotted decimal, or RFC 5952. */
export function formatIpAddress(octets: Uint8Array): string {
  switch (octets.length) {
    case 4:
      return octets.join('.');
    case 16:
      return formatV6(octets);
    default:
      throw new TypeError(`an IP address has 4 or 16 octets, not ${octets.length}`);
  }
}

/** No leading zeros: some read them as octal, and one text must not mean two addresses. */
function parseV4(text: string): number[] | undefined {
  if (!/^(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})$/.test(text)) return undefined;
  const octets = text.split('.').map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

function parseV6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = parseGroups(head, tail === undefined);
  const after = parseGroups(tail ?? '', true);
  if (before === undefined || after === undefined) return undefined;
  const missing = 16 - before.length - after.length;
  // `::` stands for one group of zeros or more.
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/** Groups of four digits; the last two may be written as an IPv4 address where the whole address ends. */
function parseGroups(text: string, endsAddress: boolean): number[] | undefined {
  if (text === '') return [];
  const octets: number[] = [];
  const groups = text.split(':');
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
      continue;
    }
    const dotted = endsAddress && index === groups.length - 1 ? parseV4(group) : undefined;
    if (dotted === undefined) return undefined;
    octets.push(...dotted);
  }
  return octets;
}

function formatV6(octets: Uint8Array): string {
  // RFC 5952 §5: the dotted form for the prefix known to hold IPv4 addresses.
  const mapped = octets.subarray(0, 10).every((octet) => octet === 0) && octets[10] === 0xff && octets[11] === 0xff;
  if (mapped) return `::ffff:${octets.subarray(12).join('.')}`;
  const groups: number[] = [];
  for (let at = 0; at < 16; at += 2) groups.push((octets[at] ?? 0) * 256 + (octets[at + 1] ?? 0));
  const { start, length } = longestZeros(groups);
  const hexadecimal = groups.map((group) => group.toString(16));
  if (length < 2) return hexadecimal.join(':'); // RFC 5952 §4.2.2: `::` is not for one group
  return `${hexadecimal.slice(0, start).join(':')}::${hexadecimal.slice(start + length).join(':')}`;
}

/** The first of the longest runs (RFC 5952 §4.2.3). */
function longestZeros(groups: readonly number[]): { start: number; length: number } {
  let longest = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > longest.length) longest = { start, length: index + 1 - start };
  }
  return longest;
}

/** `0000:0000:0000:0000:0000:0000:255.255.255.255` */
const longestText = 45;
