// Writes answers in the format the caller asked for.

import Builder from 'fast-xml-builder';

export type Format = 'JSON' | 'XML';

/** `Format` as sent, in any case; JSON when left out, as V3 clients do. */
export function parseFormat(text: string | undefined): Format | undefined {
  if (text === undefined || text === '') return 'JSON';
  // One of these very texts, not one that equals it: what is found by it is found sooner.
  return formats.find((each) => each === text) ?? formats.find((each) => each === text.toUpperCase());
}

const formats: readonly Format[] = ['JSON', 'XML'];

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
  const text = xml.build({ [root]: printable(body) });
  // XML 1.0 §2.11: a CR that stands there itself is read as the end of a line.
  return `${xmlDeclaration}${text.includes('\r') ? text.replaceAll('\r', '&#13;') : text}`;
}

/** An answer that knows how to write itself: with too much in it to be made of objects first, or asked for too often. */
export interface WrittenAnswer {
  /** How many certificates were asked about. */
  readonly size: number;
  /** What {@link render} would write of such objects, with the `RequestId` at their end. */
  readonly write: (format: Format, root: string, requestId: string) => string | Uint8Array;
}

/** Members of an answer's object have names that begin with a capital letter. */
export function isWritten(answer: object): answer is WrittenAnswer {
  return 'write' in answer;
}

/** What {@link render} has before the members of an answer, and after them, with the `RequestId` as the last one. */
export function around(format: Format, root: string, requestId: string): { opening: string; closing: string } {
  if (format === 'JSON') return { opening: '{', closing: `"RequestId":"${requestId}"}` };
  return {
    opening: `${xmlDeclaration}<${root}>`,
    closing: `<RequestId>${requestId}</RequestId></${root}>`,
  };
}

const xmlDeclaration = '<?xml version="1.0" encoding="UTF-8"?>';

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
