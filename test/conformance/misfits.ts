// Parameters that do not fit their schema: the ways to be wrong that need no knowledge of the operation.

import { IsArray, IsBoolean, IsInteger, IsObject, type TSchema } from 'typebox';
import type { Flaw } from '../../src/protocols/rpc/errors.ts';
import { isJson } from '../../src/protocols/rpc/json-parameter.ts';
import type { WireParameters } from './world.ts';

export function without(parameters: WireParameters, ...names: readonly string[]): WireParameters {
  const isOf = (path: string, name: string) => path === name || path.startsWith(`${name}.`);
  return Object.fromEntries(Object.entries(parameters).filter(([path]) => !names.some((name) => isOf(path, name))));
}

/** A text that the schema alone refuses, where it refuses any. */
export function misfitOf(schema: TSchema, name: string, flaw: Flaw): WireParameters | undefined {
  // A JSON text is not just any; a list must be counted from 1 without gaps, and an object in parts is not one text.
  if (isJson(schema)) return { [name]: '{' };
  if (IsArray(schema)) return { [`${name}.2`]: 'x' };
  if (IsObject(schema)) return { [name]: 'one text' };
  if (IsInteger(schema)) return { [name]: 'ten' };
  if (IsBoolean(schema)) return { [name]: 'maybe' };
  const facts = schema as { enum?: unknown[]; minLength?: number; maxLength?: number; pattern?: string };
  if (facts.enum) return { [name]: 'nonsense' };
  if (flaw === 'length' && facts.maxLength !== undefined) return { [name]: 'x'.repeat(facts.maxLength + 1) };
  return facts.pattern === undefined ? undefined : { [name]: '\u0007'.repeat(facts.minLength ?? 1) };
}
