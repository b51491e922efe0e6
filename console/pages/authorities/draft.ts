// A CA that is about to be made: what its form holds, and the call that comes of it.

import type { ExplorerCatalog } from '../../base/api.ts';

export interface Draft {
  readonly kind: 'root' | 'subordinate';
  readonly ParentIdentifier?: string;
  readonly CommonName: string;
  readonly Organization: string;
  readonly OrganizationUnit: string;
  readonly Locality: string;
  readonly State: string;
  readonly CountryCode?: string;
  readonly Algorithm?: string;
  readonly Years: string;
  readonly PathLenConstraint?: string;
  readonly CertMaxTime?: string;
  readonly EnableCrl?: boolean;
  readonly CrlDay?: string;
  readonly CrlPartitions?: string;
  readonly ExtendedKeyUsages?: readonly string[];
  readonly ResourceGroupId?: string;
  /** `key=value`, one a line. */
  readonly tags?: string;
}

export const steps = ['kind', 'subject', 'terms', 'review'] as const;

/** What the operations take, as they are declared. */
export interface Choices {
  readonly algorithms: readonly string[];
  readonly extendedKeyUsages: readonly string[];
}

interface Declared {
  readonly properties?: Readonly<
    Record<string, { readonly enum?: readonly string[]; readonly items?: { readonly enum?: readonly string[] } }>
  >;
}

export function choicesIn({ products }: ExplorerCatalog): Choices {
  const operations = products.find(({ code }) => code === 'cas')?.operations ?? [];
  const declared = operations.find(({ name }) => name === 'CreateSubCACertificate')?.request as Declared | undefined;
  return {
    algorithms: declared?.properties?.['Algorithm']?.enum ?? [],
    extendedKeyUsages: declared?.properties?.['ExtendedKeyUsages']?.items?.enum ?? [],
  };
}

const ofBoth = [
  'CommonName',
  'Organization',
  'OrganizationUnit',
  'Locality',
  'State',
  'CountryCode',
  'Algorithm',
  'Years',
  'ResourceGroupId',
] as const;
const ofSubordinates = ['ParentIdentifier', 'PathLenConstraint', 'CertMaxTime', 'CrlPartitions'] as const;

/** The call; what was left empty is left out. */
export function parametersOf(draft: Draft): {
  readonly action: 'CreateRootCACertificate' | 'CreateSubCACertificate';
  readonly parameters: Readonly<Record<string, string>>;
} {
  const isRoot = draft.kind === 'root';
  const names = isRoot ? ofBoth : [...ofSubordinates.slice(0, 1), ...ofBoth, ...ofSubordinates.slice(1)];
  const parameters: Record<string, string> = {};
  for (const name of names) {
    const value = String(draft[name] ?? '').trim();
    if (value !== '') parameters[name] = value;
  }
  if (!isRoot && draft.EnableCrl) {
    parameters['EnableCrl'] = 'true';
    if (draft.CrlDay) parameters['CrlDay'] = String(draft.CrlDay);
  }
  if (!isRoot) {
    draft.ExtendedKeyUsages?.forEach((usage, index) => {
      parameters[`ExtendedKeyUsages.${index + 1}`] = usage;
    });
  }
  tagsOf(draft.tags ?? '').forEach(([key, value], index) => {
    parameters[`Tags.${index + 1}.Key`] = key;
    if (value !== '') parameters[`Tags.${index + 1}.Value`] = value;
  });
  return { action: isRoot ? 'CreateRootCACertificate' : 'CreateSubCACertificate', parameters };
}

/** Keys and values. */
export function tagsOf(text: string): readonly (readonly [string, string])[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
}
