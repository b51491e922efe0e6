// JSON as policies are written in it (RFC 8259): bounded in length and depth, and every member named once.

import { PolicyError } from './policy-error.ts';

export interface JsonBounds {
  /** In UTF-16 code units. */
  readonly length: number;
  /** How many objects and lists may lie inside each other, the outermost included. */
  readonly depth: number;
}

/** @throws {PolicyError} at `document` */
export function parseStrictJson(text: string, bounds: JsonBounds): unknown {
  if (text.length > bounds.length) throw new PolicyError('document', `is longer than ${bounds.length} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the document; nobody needs that in a log.
    throw new PolicyError('document', 'is not JSON');
  }
  checkNesting(text, bounds.depth);
  return value;
}

// JSON.parse keeps the last of two members of one name (RFC 8259 §4 leaves it open): a reviewer who reads the first
// `"Effect": "Deny"` would approve the `"Effect": "Allow"` further down. In text that is known to be JSON, strings and
// brackets are the only tokens this needs to see, and a string is a member's name exactly when a colon follows.
function checkNesting(text: string, depth: number): void {
  const open: Set<string>[] = [];
  for (const [token, name] of text.matchAll(/("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{}[\]]/g)) {
    if (token === '{' || token === '[') {
      if (open.push(new Set()) > depth) throw new PolicyError('document', `is nested deeper than ${depth} levels`);
    } else if (token === '}' || token === ']') {
      open.pop();
    } else if (name !== undefined) {
      const unescaped: string = JSON.parse(name);
      const members = open.at(-1);
      if (members?.has(unescaped)) throw new PolicyError('document', 'names a member twice in one object');
      members?.add(unescaped);
    }
  }
}
