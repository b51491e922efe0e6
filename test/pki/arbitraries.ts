// What property tests draw from: names, alternative names, serial numbers and extensions as certificates have them.

import fc from 'fast-check';
import { element, integerOf, printableString, sequence, utf8String } from '../../src/pki/der-writer.ts';
import { type GeneralName, parseGeneralName, type TextNameType } from '../../src/pki/general-name.ts';
import { formatIpAddress } from '../../src/pki/ip-address.ts';
import type { Name } from '../../src/pki/name.ts';
import type { Addresses } from '../../src/pki/profiles.ts';
import { parseSerialNumber, type SerialNumber } from '../../src/pki/serial-number.ts';

/** Records with the prototype that records have in the program. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record<T>(model, { noNullPrototype: true });

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const characters = (set: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...set), minLength: 1, maxLength });
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;
const text = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .filter((value) => value.isWellFormed() && !controlCharacter.test(value));

export const names: fc.Arbitrary<Name> = fc.array(
  fc.oneof(
    record({
      type: fc.constant('countryName'),
      value: fc.string({ unit: fc.constantFrom(...letters), minLength: 2, maxLength: 2 }),
    }),
    record({
      type: fc.constantFrom(
        'organizationName',
        'organizationalUnitName',
        'localityName',
        'stateOrProvinceName',
        'commonName',
        '1.2.3.4',
      ),
      value: fc.oneof(text, characters(`${letters} ,+"\\<>;#=`, 20)),
    }),
    record({
      type: fc.constantFrom('serialNumber', 'dnQualifier'),
      value: characters(`${letters}0123456789 '()+,-./:=?`, 20),
    }),
    record({ type: fc.constantFrom('emailAddress', 'domainComponent'), value: characters(`${letters}@.-_`, 20) }),
  ),
  { maxLength: 6 },
);

const checked = (type: TextNameType) => (value: string) => parseGeneralName(type, value) !== undefined;
const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
/** Many zeros, so that their shortening is met. */
const v6 = fc
  .array(fc.oneof(fc.constant(0), fc.nat(65_535)), { minLength: 8, maxLength: 8 })
  .map((groups) => Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255])));
export const ipAddresses = fc.oneof(octets(4), octets(16), v6);
export const uris = fc.webUrl().filter(checked('uniformResourceIdentifier'));

const objectIdentifiers = fc
  .tuple(fc.constantFrom('0.9', '1.2', '2.5', '2.999'), fc.array(fc.nat(100_000), { minLength: 1, maxLength: 6 }))
  .map(([first, arcs]) => [first, ...arcs].join('.'));

export const generalNames: fc.Arbitrary<GeneralName> = fc.oneof(
  record({ type: fc.constant('dNSName' as const), value: fc.domain().filter(checked('dNSName')) }),
  record({
    type: fc.constant('dNSName' as const),
    value: fc
      .domain()
      .map((domain) => `*.${domain}`)
      .filter(checked('dNSName')),
  }),
  record({ type: fc.constant('rfc822Name' as const), value: fc.emailAddress().filter(checked('rfc822Name')) }),
  record({ type: fc.constant('uniformResourceIdentifier' as const), value: uris }),
  record({ type: fc.constant('iPAddress' as const), value: ipAddresses.map(formatIpAddress) }),
  record({ type: fc.constant('directoryName' as const), name: names }),
  record({
    type: fc.constant('otherName' as const),
    id: objectIdentifiers,
    der: fc.oneof(
      text.map(utf8String),
      fc.nat().map(integerOf),
      text.map((value) => sequence(utf8String(value))),
    ),
  }),
  record({
    type: fc.constant('x400Address' as const),
    der: characters(letters, 12).map((value) => sequence(sequence(element(0x61, printableString(value))))),
  }),
  fc.record(
    {
      type: fc.constant('ediPartyName' as const),
      nameAssigner: text.filter((value) => !value.includes(';')),
      partyName: text,
    },
    { requiredKeys: ['type', 'partyName'], noNullPrototype: true },
  ),
  record({ type: fc.constant('registeredID' as const), id: objectIdentifiers }),
);

export const addresses: fc.Arbitrary<Addresses> = fc.record(
  { crl: uris, issuer: uris, ocsp: uris },
  { requiredKeys: [], noNullPrototype: true },
);

/** 1 to 20 octets with their sign. */
export const serialNumbers: fc.Arbitrary<SerialNumber> = fc
  .bigInt({ min: 1n, max: 2n ** 159n - 1n })
  .map((value) => parseSerialNumber(value.toString(16)) ?? ('' as SerialNumber));
