// The attributes of distinguished names: what each is called, how long it may be and as what string it is written.

import { isObjectIdentifier } from './object-identifier.ts';
import { type OidName, oidName } from './oid.ts';

export type Syntax = 'utf8' | 'printable' | 'ia5' | 'country' | 'hexadecimal';

export interface AttributeRule {
  readonly name: OidName;
  /** In `formatName`: the short name of RFC 4514 §3, or the name itself. */
  readonly label: string;
  /** Characters; RFC 5280 §A.1. For `hexadecimal` the one length there is. */
  readonly upperBound: number;
  readonly syntax: Syntax;
}

/** By name or dotted, so that neither spelling escapes the bounds of the other. */
export function ruleOf(type: string): AttributeRule | undefined {
  return rules.get(type) ?? rules.get(oidName(type) ?? '');
}

/** The type of an attribute as people write it: its label or name in any case, one of some aliases, or dotted. */
export function attributeTypeOf(text: string): string | undefined {
  return typesByText.get(text.toLowerCase()) ?? (isObjectIdentifier(text) ? (ruleOf(text)?.name ?? text) : undefined);
}

/** Of attributes that have no rule; chosen, since the syntax of an unknown type has no bound of its own. */
export const ubUnknown = 1024;
const ubName = 32_768;

const rules: ReadonlyMap<string, AttributeRule> = new Map(
  (
    [
      ['countryName', 'C', ubName, 'country'], // exactly two letters: see encodeValue
      ['organizationName', 'O', 64, 'utf8'],
      ['organizationalUnitName', 'OU', 64, 'utf8'],
      ['localityName', 'L', 128, 'utf8'],
      ['stateOrProvinceName', 'ST', 128, 'utf8'],
      ['commonName', 'CN', 64, 'utf8'],
      ['streetAddress', 'STREET', 128, 'utf8'],
      ['domainComponent', 'DC', 63, 'ia5'], // one label of the DNS, RFC 2247 §3
      ['userId', 'UID', 256, 'utf8'], // RFC 1274 §9.3.1
      ['serialNumber', 'serialNumber', 64, 'printable'],
      ['dnQualifier', 'dnQualifier', 64, 'printable'],
      ['title', 'title', 64, 'utf8'],
      ['surname', 'surname', ubName, 'utf8'],
      ['givenName', 'givenName', ubName, 'utf8'],
      ['emailAddress', 'emailAddress', 255, 'ia5'],
      // Matter Core Specification §6.5.6.3 and §6.2.2.2: UTF8String of upper-case digits, as many as the number is long
      ['matter-node-id', 'matter-node-id', 16, 'hexadecimal'],
      ['matter-firmware-signing-id', 'matter-firmware-signing-id', 16, 'hexadecimal'],
      ['matter-icac-id', 'matter-icac-id', 16, 'hexadecimal'],
      ['matter-rcac-id', 'matter-rcac-id', 16, 'hexadecimal'],
      ['matter-fabric-id', 'matter-fabric-id', 16, 'hexadecimal'],
      ['matter-noc-cat', 'matter-noc-cat', 8, 'hexadecimal'],
      ['matter-oid-vid', 'matter-oid-vid', 4, 'hexadecimal'],
      ['matter-oid-pid', 'matter-oid-pid', 4, 'hexadecimal'],
    ] as const
  ).map(([name, label, upperBound, syntax]) => [name, { name, label, upperBound, syntax }]),
);

const typesByText: ReadonlyMap<string, OidName> = new Map([
  ...[...rules.values()].flatMap(({ name, label }) => [
    [label.toLowerCase(), name] as const,
    [name.toLowerCase(), name] as const,
  ]),
  ['s', 'stateOrProvinceName'],
  ['e', 'emailAddress'],
  ['email', 'emailAddress'],
]);
