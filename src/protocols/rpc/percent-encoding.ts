// Percent-encoding as signatures need it (RFC 3986) and as forms are sent (application/x-www-form-urlencoded).

/** Encodes everything but RFC 3986's unreserved characters; `encodeURIComponent` leaves `!'()*` as they are. */
export function percentEncode(text: string): string {
  const encoded = encodeURIComponent(text);
  return /[!'()*]/.test(encoded) ? encoded.replace(/[!'()*]/g, encodeCharacter) : encoded;
}

/** `undefined` for a broken escape or bytes that are no UTF-8. `+` is a blank, as forms have it. */
export function formDecode(text: string): string | undefined {
  if (!text.includes('%')) return text.includes('+') ? text.replaceAll('+', ' ') : text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

function encodeCharacter(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
