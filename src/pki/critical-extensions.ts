// Which extensions callers may have marked critical, and by what names (RFC 5280 §4.2).

import { EncodingError } from './der-writer.ts';
import type { Extension } from './extensions.ts';
import { isObjectIdentifier } from './object-identifier.ts';
import { type OidName, oids } from './oid.ts';

/**
 * The extensions, those named marked critical besides those that are so already. Names are those of RFC 5280 or of this
 * API's parameters, in any case and number, or dotted. A name whose extension is not among them is passed over (chosen): a
 * program may send the same list for every certificate.
 *
 * @throws {EncodingError} `never-critical` for a name of one that must not be; `unknown-type` for one that is none of ours.
 */
export function markCritical(extensions: readonly Extension[], names: readonly string[]): readonly Extension[] {
  const marked = new Set(names.map(criticalId));
  return extensions.map((extension) => (marked.has(extension.id) ? { ...extension, critical: true } : extension));
}

function criticalId(text: string): string {
  const name = isObjectIdentifier(text)
    ? extensionNames.find((candidate) => oids[candidate] === text)
    : byText.get(text.toLowerCase());
  if (name === undefined) throw new EncodingError('criticals', 'unknown-type');
  if (neverCritical.has(name)) throw new EncodingError(name, 'never-critical');
  return oids[name];
}

const extensionNames = [
  'basicConstraints',
  'keyUsage',
  'extKeyUsage',
  'subjectAltName',
  'subjectKeyIdentifier',
  'authorityKeyIdentifier',
  'cRLDistributionPoints',
  'authorityInfoAccess',
] as const satisfies readonly OidName[];
type ExtensionName = (typeof extensionNames)[number];

/** RFC 5280 §4.2.1.1, §4.2.1.2, §4.2.2.1 */
const neverCritical: ReadonlySet<ExtensionName> = new Set([
  'authorityKeyIdentifier',
  'subjectKeyIdentifier',
  'authorityInfoAccess',
]);

const byText: ReadonlyMap<string, ExtensionName> = new Map([
  ...extensionNames.map((name) => [name.toLowerCase(), name] as const),
  ['keyusages', 'keyUsage'],
  ['extendedkeyusage', 'extKeyUsage'],
  ['extendedkeyusages', 'extKeyUsage'],
  ['subjectalternativename', 'subjectAltName'],
  ['subjectalternativenames', 'subjectAltName'],
  ['crldistributionpoint', 'cRLDistributionPoints'],
  ['authorityinformationaccess', 'authorityInfoAccess'],
]);
