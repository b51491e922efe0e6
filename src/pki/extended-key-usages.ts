// The purposes a certificate is for (RFC 5280 §4.2.1.12), as callers name them.

import { EncodingError } from './der-writer.ts';
import type { ExtendedKeyUsage } from './extensions.ts';
import { isObjectIdentifier } from './object-identifier.ts';
import { oidName } from './oid.ts';

export const extendedKeyUsages = [
  'serverAuth',
  'clientAuth',
  'codeSigning',
  'emailProtection',
  'timeStamping',
  'OCSPSigning',
  'anyExtendedKeyUsage',
] as const satisfies readonly ExtendedKeyUsage[];

/**
 * The purpose that a text names: one of {@link extendedKeyUsages} in any case, `any` for the last of them, or a dotted
 * object identifier.
 *
 * @returns the name where there is one, else dotted; `undefined` for text that names none.
 */
export function parseExtendedKeyUsage(text: string): string | undefined {
  const named = namedUsages.get(text.toLowerCase());
  if (named !== undefined || !isObjectIdentifier(text)) return named;
  return extendedKeyUsages.find((usage) => usage === oidName(text)) ?? text;
}

/**
 * Several of them, each once.
 * @throws {EncodingError} `unknown-type` where a text names none; `too-many` above 100.
 */
export function extendedKeyUsagesOf(texts: readonly string[]): string[] {
  if (texts.length > maximumUsages) throw new EncodingError('extKeyUsage', 'too-many');
  const purposes = texts.map((text) => {
    const purpose = parseExtendedKeyUsage(text);
    if (purpose === undefined) throw new EncodingError('extKeyUsage', 'unknown-type');
    return purpose;
  });
  return [...new Set(purposes)];
}

/** As many as the vendor's metadata allows. */
const maximumUsages = 100;

const namedUsages: ReadonlyMap<string, ExtendedKeyUsage> = new Map([
  ...extendedKeyUsages.map((usage) => [usage.toLowerCase(), usage] as const),
  ['any', 'anyExtendedKeyUsage'],
]);
