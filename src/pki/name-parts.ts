// The attributes of a distinguished name that this service's callers speak of, by name.

import type { Name, NameParts } from './name.ts';

const partOf = {
  countryName: 'country',
  organizationName: 'organization',
  organizationalUnitName: 'organizationalUnit',
  localityName: 'locality',
  stateOrProvinceName: 'state',
  commonName: 'commonName',
} as const satisfies Record<string, keyof NameParts>;

/** What `nameOf` was made from; the first value where an attribute occurs more than once. */
export function partsOf(name: Name): NameParts {
  const parts: { -readonly [Part in keyof NameParts]: string } = {};
  for (const { type, value } of name) {
    if (Object.hasOwn(partOf, type)) parts[partOf[type as keyof typeof partOf]] ??= value;
  }
  return parts;
}
