// What the form for a new certificate holds, and the call it comes to.

import type { GeneralNameType } from '../../../../src/pki/general-name.ts';
import type { NameParts } from '../../../../src/pki/name.ts';
import type { BrowserAlgorithm, WantedName } from './browser-key.ts';

export type Kind = 'client' | 'server' | 'custom';
/** Where the key comes from: this browser, somewhere else with a request to show for it, or the service. */
export type Source = 'browser' | 'csr' | 'service';

export interface IssueForm {
  readonly kind: Kind;
  /** Identifier of the issuing CA. */
  readonly issuer: string;
  readonly source: Source;
  readonly browserAlgorithm: BrowserAlgorithm;
  /** Empty until chosen: see `fitting`. */
  readonly serviceAlgorithm: string;
  readonly csr: string;
  readonly subject: Readonly<Record<keyof NameParts, string>>;
  readonly names: readonly WantedName[];
  /** Extended key usages of a custom certificate. */
  readonly usages: readonly string[];
  readonly days: string;
  /** `key=value`, one a line. */
  readonly tags: string;
  readonly aliasName: string;
  readonly customIdentifier: string;
  /** Whether the certificate says where its CRL and its issuer are found. */
  readonly withAddresses: boolean;
}

export const emptyForm: IssueForm = {
  kind: 'client',
  issuer: '',
  source: 'browser',
  browserAlgorithm: 'ECC_256',
  serviceAlgorithm: '',
  csr: '',
  subject: { commonName: '', organization: '', organizationalUnit: '', locality: '', state: '', country: '' },
  names: [],
  usages: ['clientAuth'],
  days: '365',
  tags: '',
  aliasName: '',
  customIdentifier: '',
  withAddresses: true,
};

export const subjectFields = [
  'commonName',
  'organization',
  'organizationalUnit',
  'locality',
  'state',
  'country',
] as const satisfies readonly (keyof NameParts)[];

/** Kinds of alternative names that can be given; the service takes fewer for keys that it makes. */
export function nameTypesFor({ kind, source }: IssueForm): readonly GeneralNameType[] {
  if (source === 'service' && kind === 'client') return ['rfc822Name', 'uniformResourceIdentifier'];
  if (kind === 'server') return ['dNSName', 'iPAddress'];
  return ['dNSName', 'rfc822Name', 'uniformResourceIdentifier', 'iPAddress'];
}

/** For keys made by the service: of the family of the CA. @param authorityAlgorithm such as `ECC_256` */
export function serviceAlgorithms(authorityAlgorithm: string): readonly string[] {
  if (authorityAlgorithm.startsWith('RSA')) return ['RSA_2048', 'RSA_4096'];
  return authorityAlgorithm.startsWith('SM2') ? ['SM2_256'] : ['ECC_256', 'ECC_384', 'ECC_512'];
}

/** With a kind of key that the CA can sign for, where the one chosen is of another family, or none was. */
export function fitting(form: IssueForm, authorityAlgorithm: string): IssueForm {
  const offered = serviceAlgorithms(authorityAlgorithm);
  return offered.includes(form.serviceAlgorithm) ? form : { ...form, serviceAlgorithm: offered[0] ?? '' };
}

export type FormProblem = 'issuerMissing' | 'daysUnfit' | 'csrMissing' | 'hostMissing' | 'oneNameType' | 'nobodyNamed';

/** What is to be mended before anything is sent. */
export function problemsOf(form: IssueForm): readonly FormProblem[] {
  const { kind, source, subject } = form;
  const names = givenNames(form);
  const problems: FormProblem[] = [];
  const add = (problem: FormProblem, isThere: boolean) => {
    if (isThere) problems.push(problem);
  };
  const isNameless = subject.commonName.trim() === '' && names.length === 0;
  add('issuerMissing', form.issuer === '');
  add('daysUnfit', !/^[1-9]\d{0,4}$/.test(form.days.trim()) || Number(form.days) > 36_500);
  add('csrMissing', source === 'csr' && form.csr.trim() === '');
  add('hostMissing', kind === 'server' && source === 'service' && subject.commonName.trim() === '');
  add('nobodyNamed', source !== 'csr' && isNameless);
  add('oneNameType', kind === 'client' && source === 'service' && new Set(names.map(({ type }) => type)).size > 1);
  return problems;
}

export function givenNames({ names }: IssueForm): readonly WantedName[] {
  return names.filter(({ value }) => value.trim() !== '');
}

/** The parts that are filled in. */
export function subjectOf({ subject }: IssueForm): NameParts {
  const filled = subjectFields.map((field) => [field, subject[field].trim()] as const).filter(([, value]) => value);
  const parts: NameParts = Object.fromEntries(filled);
  return parts.country ? { ...parts, country: parts.country.toUpperCase() } : parts;
}

export interface IssueCall {
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** @param csr  PEM, of whichever key the certificate is for; absent where the service makes it. */
export function callFor(form: IssueForm, csr?: string): IssueCall {
  const { kind } = form;
  const common = {
    ParentIdentifier: form.issuer,
    EnableCrl: form.withAddresses ? '1' : '0',
    Immediately: '2',
    ...tagParameters(form.tags),
    ...(csr !== undefined && { Csr: csr }),
  };
  if (kind === 'custom') {
    const usages = form.usages.map((usage, at) => [`ApiPassthrough.Extensions.ExtendedKeyUsages.${at + 1}`, usage]);
    return {
      action: 'CreateCustomCertificate',
      parameters: filled({
        ...common,
        Validity: `${form.days.trim()}d`,
        customIdentifier: form.customIdentifier.trim(),
        ...Object.fromEntries(usages),
      }),
    };
  }
  const named = {
    ...common,
    Days: form.days.trim(),
    AliasName: form.aliasName.trim(),
    CustomIdentifier: form.customIdentifier.trim(),
  };
  const noun = kind === 'client' ? 'CreateClientCertificate' : 'CreateServerCertificate';
  if (csr !== undefined) return { action: `${noun}WithCsr`, parameters: filled(named) };
  const { commonName, organization, organizationalUnit, locality, state, country } = subjectOf(form);
  return {
    action: noun,
    parameters: filled({
      ...named,
      CommonName: commonName ?? '',
      Organization: organization ?? '',
      OrganizationUnit: organizationalUnit ?? '',
      Locality: locality ?? '',
      State: state ?? '',
      Country: country ?? '',
      Algorithm: form.serviceAlgorithm,
      ...nameParameters(form),
    }),
  };
}

function nameParameters(form: IssueForm): Record<string, string> {
  const names = givenNames(form);
  const [first] = names;
  if (!first) return {};
  if (form.kind === 'server') return { Domain: names.map(({ value }) => value.trim()).join(',') };
  return {
    SanType: first.type === 'rfc822Name' ? '1' : '6',
    SanValue: names.map(({ value }) => value.trim().replace(/[\\,]/g, '\\$&')).join(','),
  };
}

function tagParameters(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return Object.fromEntries(
    lines.flatMap((line, index) => {
      const at = line.indexOf('=');
      const key = (at < 0 ? line : line.slice(0, at)).trim();
      const value = at < 0 ? '' : line.slice(at + 1).trim();
      const name = `Tags.${index + 1}`;
      return [[`${name}.Key`, key], ...(value === '' ? [] : [[`${name}.Value`, value]])];
    }),
  );
}

function filled(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));
}
