// What a schema asks of a value, in words, and the error for a value that is not like that.

import { IsBoolean, IsInteger, IsString, type TSchema } from 'typebox';
import { Check } from 'typebox/value';
import { type Flaw, invalid, type ParameterError } from './errors.ts';

/** A part of a parameter cannot be accepted: the code names the whole, the message the part. `reason` completes "Days …". */
export function unfit(path: string, reason: string, flaw?: Flaw): ParameterError {
  const name = topOf(path);
  return invalid(name, path === name ? reason : `(${path}) ${reason}`, flaw);
}

/**
 * What can be wrong with a value: as `x-flaws` of its schema says, which may have more than the schema alone can find, or as
 * the schema shows.
 */
export function flawsOf(schema: TSchema): readonly Flaw[] {
  const { 'x-flaws': told, enum: choices, maxLength, pattern } = schema as Facts;
  if (told) return told;
  if (IsInteger(schema)) return ['range'];
  if (!IsString(schema) || choices) return ['value'];
  const shown = [
    ...(maxLength === undefined ? [] : (['length'] as const)),
    ...(pattern ? (['characters'] as const) : []),
  ];
  return shown.length === 0 ? ['value'] : shown;
}

/** Which of its flaws a value has that its schema refuses. */
export function flawOf(schema: TSchema, value: unknown): Flaw {
  const flaws = flawsOf(schema);
  const [first = 'value'] = flaws;
  if (flaws.length === 1 || !flaws.includes('length')) return first;
  const { pattern: _, ...unpatterned } = schema as Facts;
  if (!Check(unpatterned as TSchema, value)) return 'length';
  return flaws.includes('format') ? 'format' : 'characters';
}

/** Whether it is a text with no rule at all: to check one takes longer than to look it up. */
export function isAnyText(schema: TSchema): boolean {
  const { enum: choices, minLength, maxLength, pattern, format } = schema as Facts;
  const hasRule = choices ?? minLength ?? maxLength ?? pattern ?? format;
  return hasRule === undefined && IsString(schema);
}

interface Facts {
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly 'x-rule'?: string;
  readonly 'x-flaws'?: readonly Flaw[];
}

/** The rule of a schema in words that complete "Days …". */
export function ruleOf(schema: TSchema): string {
  const facts = schema as Facts;
  if (facts['x-rule']) return facts['x-rule'];
  if (facts.enum) return `must be one of ${facts.enum.join(', ')}`;
  if (IsBoolean(schema)) return 'must be true or false';
  if (IsInteger(schema)) return `must be a whole number${between(facts.minimum, facts.maximum)}`;
  return `must be text of ${facts.minLength ?? 0} to ${facts.maxLength ?? 'any number of'} characters`;
}

function between(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of at least ${minimum}`;
  return maximum === undefined ? '' : ` of at most ${maximum}`;
}

function topOf(path: string): string {
  return path.split('.', 1)[0] ?? path;
}
