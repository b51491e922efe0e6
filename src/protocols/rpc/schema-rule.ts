// What a schema asks of a value, in words, and the error for a value that is not like that.

import { IsBoolean, IsInteger, type TSchema } from 'typebox';
import { invalid, type RpcError } from './errors.ts';

/** A part of a parameter cannot be accepted: the code names the whole, the message the part. `reason` completes "Days …". */
export function unfit(path: string, reason: string): RpcError {
  const name = topOf(path);
  return invalid(name, path === name ? reason : `(${path}) ${reason}`);
}

/** The rule of a schema in words that complete "Days …". */
export function ruleOf(schema: TSchema): string {
  const facts = schema as {
    enum?: unknown[];
    minimum?: number;
    maximum?: number;
    minLength?: number;
    maxLength?: number;
    'x-rule'?: string;
  };
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
