// The content octets of an OBJECT IDENTIFIER (X.690 §8.19), to and from dotted text. Each arc is below 2^52.

/** Whether the text is a dotted object identifier that can be written, and read again. */
export function isObjectIdentifier(text: string): boolean {
  if (text.length > longestText || !dottedForm.test(text)) return false;
  // The 80 that the first arc adds to the second must not lead over the limit.
  return text.split('.').every((arc) => Number(arc) < arcLimit - 80) && encodeArcs(text).length <= longest;
}

/** @param dotted one that {@link isObjectIdentifier} accepts. */
export function encodeArcs(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const content: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const octets = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) octets.unshift(0x80 | (left % 128));
    content.push(...octets);
  }
  return Uint8Array.from(content);
}

/** Dotted text, or what is wrong. */
export function decodeArcs(
  content: Uint8Array,
): { readonly dotted: string } | { readonly problem: 'oid-malformed' | 'oid-too-large' } {
  if (content.length > longest) return { problem: 'oid-too-large' };
  let dotted = '';
  let arc = 0;
  let begun = false;
  for (const octet of content) {
    // X.690 §8.19.2: the leading octet of an arc is not 80, which would add nothing but zeros.
    if (!begun && octet === 0x80) return { problem: 'oid-malformed' };
    arc = arc * 128 + (octet & 0x7f);
    if (arc >= arcLimit) return { problem: 'oid-too-large' };
    begun = octet >= 0x80;
    if (begun) continue;
    dotted += dotted === '' ? firstTwoArcs(arc) : `.${arc}`;
    arc = 0;
  }
  return begun || dotted === '' ? { problem: 'oid-malformed' } : { dotted };
}

/** X.690 §8.19.4: the first two arcs share one number, the first being 0, 1 or 2. */
function firstTwoArcs(number: number): string {
  const first = Math.min(Math.floor(number / 40), 2);
  return `${first}.${number - 40 * first}`;
}

/** Well within the whole numbers that a `number` holds. */
const arcLimit = 2 ** 52;
/** Octets; those in use have a dozen at most. */
const longest = 64;
/** An octet is an arc of three digits and a dot at most. */
const longestText = 4 * longest;
const dottedForm = /^(?:[01]\.[1-3]?\d|2\.(?:0|[1-9]\d*))(?:\.(?:0|[1-9]\d*))*$/;
