// The syntax of alternative names that are text: host names, mailboxes and URIs.

/** RFC 1034 §3.5 and RFC 1123 §2.1; a last label of digits would read as an IPv4 address. */
export function isDnsName(text: string, wholeLength = text.length): boolean {
  if (wholeLength > 253) return false;
  const labels = text.split('.');
  return labels.every((label) => label.length <= 63 && labelForm.test(label)) && !/^\d+$/.test(labels.at(-1) ?? '');
}

/** RFC 5321 §4.1.2, the Dot-string form; §4.5.3.1 for the lengths. */
export function isMailbox(text: string): boolean {
  if (text.length > 254) return false;
  const at = text.lastIndexOf('@');
  return at >= 1 && at <= 64 && localPartForm.test(text.slice(0, at)) && isDnsName(text.slice(at + 1));
}

export function isAbsoluteUri(text: string): boolean {
  return text.length <= 2048 && uriForm.test(text);
}

const labelForm = /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/;
const localPartForm = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

/** RFC 3986 §3: scheme, then an authority with a host (RFC 5280 §4.2.1.6) or something that is none, then the rest. */
const uriForm = (() => {
  const character = "(?:[A-Za-z0-9\\-._~!$&'()*+,;=]|%[0-9A-Fa-f]{2})";
  const authority = `//(?:(?:${character}|:)*@)?(?:\\[[0-9A-Fa-f:.]+\\]|${character}+)(?::\\d*)?(?=[/?#]|$)`;
  const rest = `(?:${character}|[:@/])*(?:\\?(?:${character}|[:@/?])*)?(?:#(?:${character}|[:@/?])*)?`;
  return new RegExp(`^[A-Za-z][A-Za-z0-9+.-]*:(?:${authority}|(?!//)(?=[^?#]))${rest}$`);
})();
