// The alternative names in a parameter that holds several, separated by commas.

import { type GeneralName, type GeneralNameType, parseGeneralName } from './general-name.ts';

/** Chosen; clients of the vendor's console may give ten. */
export const maximumAlternativeNames = 100;

/**
 * The values in a text, without the blanks around them. A comma separates; `\,` is a comma within a value and `\\` a
 * backslash, so that a distinguished name is written `C=CN\,O=Aliyun\,CN=a`, or with semicolons, which need nothing. A
 * backslash before anything else stands for itself.
 */
export function splitSanValues(text: string): string[] {
  if (!text.includes('\\')) return text.split(',').map((value) => value.trim());
  const values = [''];
  for (const [token] of text.matchAll(/\\[\\,]|[\s\S]/gu)) {
    if (token === ',') values.push('');
    else values[values.length - 1] += token.length === 2 && token.startsWith('\\') ? token.slice(1) : token;
  }
  return values.map((value) => value.trim());
}

/**
 * The names in a text that {@link splitSanValues} takes apart, all of one type.
 *
 * @returns the value that is no name of this type, where there is one; `'too-many'` above 100.
 */
export function parseSanValues(
  type: GeneralNameType,
  text: string,
): { readonly names: readonly GeneralName[] } | { readonly problem: 'malformed' | 'too-many'; readonly value: string } {
  const names: GeneralName[] = [];
  for (const value of splitSanValues(text)) {
    const name = parseGeneralName(type, value);
    if (name === undefined) return { problem: 'malformed', value };
    if (names.length === maximumAlternativeNames) return { problem: 'too-many', value };
    names.push(name);
  }
  return { names };
}
