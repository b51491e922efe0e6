// The names of a server: what its clients compare with the address they called.

import { isIP } from 'node:net';
import { formatGeneralName, type GeneralName, parseGeneralName } from '../../../../pki/general-name.ts';
import { maximumAlternativeNames } from '../../../../pki/san-values.ts';
import { invalid } from '../../errors.ts';
import { text } from '../shapes.ts';

export function domain(what: string) {
  return text(
    16_384,
    `${what} (also *.example.com) and IP addresses, separated by commas; up to 100 with the common name.`,
    'example.com,192.0.2.1',
  );
}

/** The common name and the domains, each once, in the order given. @throws {ParameterError} `InvalidCommonName`, `InvalidDomain` */
export function serverNamesOf({
  CommonName,
  Domain,
}: {
  readonly CommonName: string;
  readonly Domain?: string;
}): readonly GeneralName[] {
  const first = serverName(CommonName);
  if (!first) throw invalid('CommonName', 'must be a host name or an IP address');
  return eachOnce([first, ...domainNames(Domain)]);
}

/** @throws {ParameterError} `InvalidDomain` */
export function domainNames(domains: string | undefined): readonly GeneralName[] {
  return (domains?.split(',') ?? []).map((each, index) => {
    const name = serverName(each.trim());
    if (!name) throw invalid('Domain', `is no host name or IP address at element ${index + 1}`);
    return name;
  });
}

export function serverName(value: string): GeneralName | undefined {
  return parseGeneralName(isIP(value) === 0 ? 'dNSName' : 'iPAddress', value);
}

/** @throws {ParameterError} `InvalidDomain` above 100. */
export function eachOnce(names: readonly GeneralName[]): readonly GeneralName[] {
  const unique = new Map<string, GeneralName>();
  for (const name of names) if (!unique.has(keyOf(name))) unique.set(keyOf(name), name);
  if (unique.size > maximumAlternativeNames) {
    throw invalid('Domain', `has more than ${maximumAlternativeNames} names, the common name included`);
  }
  return [...unique.values()];
}

/** Host names are compared without regard to case (RFC 4343). */
function keyOf(name: GeneralName): string {
  const written = formatGeneralName(name);
  return `${name.type}:${name.type === 'dNSName' ? written.toLowerCase() : written}`;
}
