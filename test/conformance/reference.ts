// The vendor's shapes of parameters and answers (cas-2020-06-30.json tells where they come from), and what an answer
// lacks, has too many of, or has of another type.

import reference from './cas-2020-06-30.json' with { type: 'json' };

/** `string`, `integer`, `boolean`, or `object` for one whose members are not published; a list of one element that stands for all; or the members of an object. */
export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape };

export interface ReferenceOperation {
  readonly methods: readonly string[];
  readonly accessLevel: string;
  readonly xmlRoot: string;
  readonly request: { readonly [name: string]: Shape };
  readonly required: readonly string[];
  readonly styles: { readonly [name: string]: string };
  readonly answer: { readonly [name: string]: Shape };
}

export const referenceOperations: ReadonlyMap<string, ReferenceOperation> = new Map(
  Object.entries(reference.operations as unknown as Record<string, ReferenceOperation>),
);

export interface Deviations {
  /** Paths that may be absent, such as `List[].NextToken`. */
  readonly absent: ReadonlySet<string>;
  /** Paths that are not in the reference and may be there. */
  readonly extra: ReadonlySet<string>;
}

/** In XML everything is text, a list of one is its element, and an object without members is an empty text. */
export type Notation = 'JSON' | 'XML';

/** What is wrong with an answer, path by path; nothing when it is as the reference has it. */
export function differences(expected: Shape, answer: unknown, deviations: Deviations, notation: Notation): string[] {
  return compare(expected, answer, '', { ...deviations, notation });
}

const empty = 'is empty, so it shows nothing';

type Rules = Deviations & { readonly notation: Notation };

function compare(expected: Shape, value: unknown, path: string, rules: Rules): string[] {
  if (typeof expected === 'string') {
    const fits = rules.notation === 'JSON' ? isOfType(expected, value) : readsAs(expected, value);
    return fits ? [] : [`${path} is ${JSON.stringify(value)?.slice(0, 40)}, not ${expected}`];
  }
  if (Array.isArray(expected)) {
    const list = rules.notation === 'XML' && !Array.isArray(value) ? [value] : value;
    if (!Array.isArray(list)) return [`${path} is no list`];
    if (list.length === 0) return [`${path} ${empty}`];
    const [element = 'string'] = expected as readonly Shape[];
    const found = list.map((each) => new Set(compare(element, each, `${path}[]`, rules)));
    // A list inside may be empty in one element, if it is not in all.
    const shared = (problem: string) => !problem.endsWith(empty) || found.every((each) => each.has(problem));
    return [...new Set(found.flatMap((each) => [...each]))].filter(shared);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${path} is no object`];
  const members = value as Record<string, unknown>;
  const prefix = path === '' ? '' : `${path}.`;
  const shape = expected as { readonly [name: string]: Shape };
  const found = Object.entries(shape).flatMap(([name, member]) => {
    const at = prefix + name;
    if (Object.hasOwn(members, name)) return compare(member, members[name], at, rules);
    if (rules.notation === 'XML' && Array.isArray(member)) return [`${at} ${empty}`];
    return rules.absent.has(at) ? [] : [`${at} is missing`];
  });
  const unknown = Object.keys(members).filter((name) => !Object.hasOwn(shape, name) && !rules.extra.has(prefix + name));
  return [...found, ...unknown.map((name) => `${prefix}${name} is not in the reference`)];
}

function isOfType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === type;
}

function readsAs(type: string, value: unknown): boolean {
  if (type === 'object') return isOfType(type, value);
  if (typeof value !== 'string') return false;
  if (type === 'integer') return /^-?\d+$/.test(value);
  return type !== 'boolean' || value === 'true' || value === 'false';
}
