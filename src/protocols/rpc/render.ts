// Writes answers in the format the caller asked for.

import Builder from 'fast-xml-builder';

export type Format = 'JSON' | 'XML';

/** `Format` as sent, in any case; JSON when left out, as V3 clients do. */
export function parseFormat(text: string | undefined): Format | undefined {
  if (text === undefined || text === '') return 'JSON';
  const upper = text.toUpperCase();
  return upper === 'JSON' || upper === 'XML' ? upper : undefined;
}

/** The vendor's clients parse XML errors only under exactly this type. */
const contentTypes: Record<Format, string> = {
  JSON: 'application/json;charset=utf-8',
  XML: 'text/xml;charset=utf-8',
};

export function contentTypeOf(format: Format): string {
  return contentTypes[format];
}

/** @param root name of the XML document's element: `<operation>Response`, or `Error`. JSON has no use for it. */
export function render(format: Format, root: string, body: object): string {
  if (format === 'JSON') return JSON.stringify(body);
  return `<?xml version="1.0" encoding="UTF-8"?>${xml.build({ [root]: printable(body) })}`;
}

// An array is its element repeated under the array's own name; markup characters are escaped.
const xml = new Builder({ ignoreAttributes: true, suppressEmptyNode: false, processEntities: true, format: false });

/** XML 1.0 §2.2 has no way, escaped or not, to say most control characters; they are shown as U+FFFD. */
function printable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(unprintable, '\uFFFD');
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, printable(member)]));
}
const unprintable =
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;
