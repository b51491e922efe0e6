// Certificates of every profile, algorithm and variety of names, made through the API.

import type { KeyAlgorithm } from '../../src/pki/algorithm.ts';
import { subjectAlternativeName } from '../../src/pki/extensions.ts';
import { csr, named } from '../journeys/requests.ts';
import { ok } from '../journeys/small-pki.ts';
import { type KeyPair, newKeyPair } from '../pki/issuing.ts';
import { caSubject, type WireParameters } from './world.ts';

export interface Made {
  readonly what: string;
  readonly profile: string;
  /** Of its own key. */
  readonly algorithm: KeyAlgorithm;
  readonly pem: string;
  /** Where these stand in the list; of a root, itself. */
  readonly issuer: number;
  readonly root: number;
}

interface Authority {
  readonly identifier: string;
  readonly algorithm: KeyAlgorithm;
  readonly index: number;
  readonly root: number;
}

const algorithms: readonly KeyAlgorithm[] = ['RSA_2048', 'RSA_4096', 'ECC_256', 'ECC_384', 'ECC_512', 'SM2_256'];
/** Keys of 4096 bits take a second each to make; those are the fewest. */
const seldom: readonly KeyAlgorithm[] = ['RSA_4096'];

export async function madeCertificates(url: string, count: number): Promise<readonly Made[]> {
  const made: Made[] = [];
  const add = (one: Made) => made.push(one) - 1;
  const issue = async (operation: string, parameters: WireParameters, member: string) => {
    const answer = await ok(url, operation, parameters, { method: 'POST' });
    return { identifier: String(answer['Identifier']), pem: String(answer[member]) };
  };

  const authorities: Authority[] = [];
  for (const algorithm of algorithms) {
    const asked = {
      ...caSubject,
      CommonName: `Root ${algorithm}`,
      CountryCode: 'CN',
      Years: '20',
      Algorithm: algorithm,
    };
    const { identifier, pem } = await issue('CreateRootCACertificate', asked, 'Certificate');
    const root = add({
      what: `root ${algorithm}`,
      profile: 'root',
      algorithm,
      pem,
      issuer: made.length,
      root: made.length,
    });
    const subs = subordinates.filter(([below]) => family(below) === family(algorithm) && isUnder(below, algorithm));
    for (const [below, more] of subs) {
      const wish = { ...caSubject, ...more, CommonName: `Sub ${below}`, Years: '10', Algorithm: below };
      const sub = await issue('CreateSubCACertificate', { ...wish, ParentIdentifier: identifier }, 'Certificate');
      const what = `sub ${below} ${JSON.stringify(more)}`;
      const index = add({ what, profile: 'sub', algorithm: below, pem: sub.pem, issuer: root, root });
      if (!('ExtendedKeyUsages.1' in more))
        authorities.push({ identifier: sub.identifier, algorithm: below, index, root });
    }
    for (const keys of algorithm === 'ECC_256' ? Object.values(requestKeys) : []) {
      const Csr = csr({ keys, subject: named('Partner CA', { organization: 'Partner', country: 'CN' }) });
      const asked = { Csr, Validity: '5y', InstanceId: identifier };
      const external = await issue('CreateExternalCACertificate', asked, 'Certificate');
      add({
        what: `external ${keys.algorithm}`,
        profile: 'external',
        algorithm: keys.algorithm,
        pem: external.pem,
        issuer: root,
        root,
      });
    }
  }

  for (let round = 0; made.length < count || round < 2; round++) {
    for (const authority of authorities) {
      for (const profile of leafProfiles) {
        const ownKey =
          profile.operation === 'CreateClientCertificate' || profile.operation === 'CreateServerCertificate';
        if (ownKey && seldom.includes(authority.algorithm) && round > 0) continue;
        const keys = requestKeys[authority.algorithm];
        const { parameters, algorithm } = profile.ask(round, keys, authority.algorithm);
        const asked = { ...parameters, ParentIdentifier: authority.identifier, Immediately: '1' };
        const { pem } = await issue(profile.operation, asked, profile.member);
        const what = `${profile.name} ${round} under ${authority.algorithm}`;
        add({ what, profile: profile.name, algorithm, pem, issuer: authority.index, root: authority.root });
      }
    }
  }
  return made;
}

const requestKeys = Object.fromEntries(algorithms.map((algorithm) => [algorithm, newKeyPair(algorithm)])) as Readonly<
  Record<KeyAlgorithm, KeyPair>
>;

const subordinates: readonly (readonly [KeyAlgorithm, WireParameters])[] = [
  ['RSA_2048', { EnableCrl: 'true', CrlDay: '7', CountryCode: 'CN' }],
  ['RSA_4096', { CertMaxTime: '365' }],
  ['ECC_256', { PathLenConstraint: '0' }],
  ['ECC_256', { 'ExtendedKeyUsages.1': 'serverAuth', 'ExtendedKeyUsages.2': 'clientAuth' }],
  ['ECC_384', { EnableCrl: 'true' }],
  ['ECC_512', {}],
  ['SM2_256', { EnableCrl: 'true' }],
];

/** Each key under a root of its own size, and ECC_256 under all of its family. */
function isUnder(below: KeyAlgorithm, root: KeyAlgorithm): boolean {
  return below === root || (below === 'ECC_256' && root === 'ECC_384') || (below === 'RSA_2048' && root === 'RSA_4096');
}

function family(algorithm: KeyAlgorithm): string {
  return algorithm.split('_', 1)[0] ?? '';
}

interface LeafProfile {
  readonly name: string;
  readonly operation: string;
  readonly member: string;
  readonly ask: (
    round: number,
    keys: KeyPair,
    algorithm: KeyAlgorithm,
  ) => { readonly parameters: WireParameters; readonly algorithm: KeyAlgorithm };
}

const pick = <Value>(values: readonly Value[], round: number) => values[round % values.length] as Value;

const leafProfiles: readonly LeafProfile[] = [
  {
    name: 'client',
    operation: 'CreateClientCertificate',
    member: 'X509Certificate',
    ask: (round, _, algorithm) => ({
      algorithm,
      parameters: { ...pick(validities, round), ...pick(clientNames, round), EnableCrl: String(round % 2) },
    }),
  },
  {
    name: 'server',
    operation: 'CreateServerCertificate',
    member: 'X509Certificate',
    ask: (round, _, algorithm) => ({
      algorithm,
      parameters: { ...pick(validities, round), ...pick(serverNames, round), Algorithm: algorithm, EnableCrl: '1' },
    }),
  },
  {
    name: 'client-csr',
    operation: 'CreateClientCertificateWithCsr',
    member: 'X509Certificate',
    ask: (round, keys) => ({
      algorithm: keys.algorithm,
      parameters: {
        Csr: csr({ keys, subject: named('device', { organization: '證書', country: 'CN' }) }),
        ...pick(validities, round),
        ...pick(requestNames, round),
      },
    }),
  },
  {
    name: 'server-csr',
    operation: 'CreateServerCertificateWithCsr',
    member: 'X509Certificate',
    ask: (round, keys) => ({
      algorithm: keys.algorithm,
      parameters: {
        Csr: csr({ keys, subject: named('b.example.com') }),
        ...pick(validities, round),
        Domain: '*.b.example.com',
      },
    }),
  },
  {
    name: 'custom',
    operation: 'CreateCustomCertificate',
    member: 'Certificate',
    ask: (round, keys) => ({
      algorithm: keys.algorithm,
      parameters: {
        Csr: csr({
          keys,
          subject: named('custom'),
          extensions: [subjectAlternativeName([{ type: 'dNSName', value: 'c.example.com' }], false)],
        }),
        Validity: pick(['300d', '6m', '1y'], round),
        EnableCrl: String(round % 2),
        ...pick(customWishes, round),
      },
    }),
  },
];

const validities: readonly WireParameters[] = [{ Days: '90' }, { Months: '6' }, { Years: '1' }];

const clientNames: readonly WireParameters[] = [
  { CommonName: 'device-4711' },
  { CommonName: 'Zoë 证书', SanType: '1', SanValue: 'a@example.com,b@example.com', Country: 'de' },
  { CommonName: 'spiffe', SanType: '6', SanValue: 'spiffe://example.com/a,https://example.com/b?c=d' },
  { Organization: 'Only Ltd', OrganizationUnit: 'No name', Locality: 'L', State: 'S' },
];

const serverNames: readonly WireParameters[] = [
  { CommonName: 'www.example.com' },
  { CommonName: '192.0.2.7', Domain: '2001:db8::1,192.0.2.8' },
  { CommonName: 'a.example.com', Domain: '*.example.com,xn--bcher-kva.example.com' },
];

/** SanType 0 to 8, as their values are written. */
const requestNames: readonly WireParameters[] = [
  {},
  { SanType: '0', SanValue: '1.3.6.1.4.1.311.20.2.3;UTF8:user@example.com' },
  { SanType: '1', SanValue: 'a@example.com' },
  { SanType: '2', SanValue: 'a.example.com,b.example.com' },
  { SanType: '4', SanValue: 'C=CN;O=Example;CN=a' },
  { SanType: '6', SanValue: 'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6' },
  { SanType: '7', SanValue: '192.0.2.1,2001:db8::2' },
  { SanType: '8', SanValue: '1.2.840.113549' },
];

const passthrough = 'ApiPassthrough.Extensions';
const customWishes: readonly WireParameters[] = [
  {},
  { [`${passthrough}.KeyUsage.DigitalSignature`]: 'true', [`${passthrough}.ExtendedKeyUsages.1`]: 'serverAuth' },
  {
    [`${passthrough}.KeyUsage.DigitalSignature`]: 'true',
    [`${passthrough}.KeyUsage.ContentCommitment`]: 'true',
    [`${passthrough}.ExtendedKeyUsages.1`]: 'emailProtection',
    [`${passthrough}.SubjectAlternativeNames.1.Type`]: 'rfc822Name',
    [`${passthrough}.SubjectAlternativeNames.1.Value`]: 'a@example.com',
  },
  {
    'ApiPassthrough.Subject.CommonName': 'Matter',
    'ApiPassthrough.Subject.CustomAttributes.1.ObjectIdentifier': '1.3.6.1.4.1.37244.2.1',
    'ApiPassthrough.Subject.CustomAttributes.1.Value': 'FFF1',
    [`${passthrough}.KeyUsage.DigitalSignature`]: 'true',
    [`${passthrough}.ExtendedKeyUsages.1`]: '1.3.6.1.5.5.7.3.1',
    [`${passthrough}.Criticals.1`]: 'ExtendedKeyUsages',
  },
];
