// Percent-encoding as signatures need it (RFC 3986) and as forms are sent (application/x-www-form-urlencoded).

/** Encodes everything but RFC 3986's unreserved characters; `encodeURIComponent` leaves `!'()*` as they are. */
export function percentEncode(text: string): string {
  if (isUnreserved(text)) return text;
  const encoded = encodeURIComponent(text);
  return /[!'()*]/.test(encoded) ? encoded.replace(/[!'()*]/g, encodeCharacter) : encoded;
}

/** The encoding of the encoding, in which only the percent signs are left to encode. */
export function percentEncodeTwice(text: string): string {
  return isUnreserved(text) ? text : percentEncode(text).replaceAll('%', '%25');
}

/** Of characters that are their own encoding (RFC 3986 §2.3). */
export function isUnreserved(text: string): boolean {
  return unreserved.test(text);
}
const unreserved = /^[A-Za-z0-9\-._~]*$/;

/** `undefined` for a broken escape or bytes that are no UTF-8. `+` is a blank, as forms have it. */
export function formDecode(text: string): string | undefined {
  if (!text.includes('%')) return text.includes('+') ? text.replaceAll('+', ' ') : text;
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (spaced.length >= longText) {
    // In most, lists, commas are all that is escaped; to put them in takes half as long as to look at every character.
    const listed = spaced.replaceAll('%2C', ',');
    if (!listed.includes('%')) return listed;
  }
  try {
    return decodeURIComponent(spaced);
  } catch {
    return undefined;
  }
}
const longText = 1024;

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
