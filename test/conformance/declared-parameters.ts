// The parameters of an operation one by one, as its declaration has them and as the reference does, in the same words.

import { IsArray, IsBoolean, IsInteger, IsObject, IsOptional, type TObject, type TSchema } from 'typebox';
import { isJson } from '../../src/protocols/rpc/json-parameter.ts';
import type { ReferenceOperation, Shape } from './reference.ts';

export interface Parameter {
  /** `string`, `integer` or `boolean`; for what has parts, the way it travels. */
  readonly type: string;
  readonly isRequired: boolean;
}

/** By path: `Tags[].Key`. */
export type Parameters = ReadonlyMap<string, Parameter>;

export function declaredParameters(request: TObject): Parameters {
  const found = new Map<string, Parameter>();
  for (const [name, schema] of Object.entries(request.properties)) declare(schema, name, found);
  return found;
}

function declare(schema: TSchema, path: string, into: Map<string, Parameter>): void {
  const isRequired = !IsOptional(schema);
  if (IsArray(schema)) {
    into.set(path, { type: 'list', isRequired });
    declare(schema.items, `${path}[]`, into);
  } else if (IsObject(schema)) {
    into.set(path, { type: isJson(schema) ? 'json' : 'flat', isRequired });
    for (const [name, member] of Object.entries(schema.properties)) declare(member, `${path}.${name}`, into);
  } else {
    into.set(path, { type: IsInteger(schema) ? 'integer' : IsBoolean(schema) ? 'boolean' : 'string', isRequired });
  }
}

export function referenceParameters({ request, required, styles }: ReferenceOperation): Parameters {
  const found = new Map<string, Parameter>();
  for (const [name, shape] of Object.entries(request)) refer(shape, name, styles[name] ?? 'flat', found);
  for (const [path, { type }] of found) found.set(path, { type, isRequired: required.includes(path) });
  return found;
}

function refer(shape: Shape, path: string, style: string, into: Map<string, Parameter>): void {
  if (typeof shape === 'string') {
    into.set(path, { type: shape, isRequired: false });
  } else if (Array.isArray(shape)) {
    into.set(path, { type: 'list', isRequired: false });
    for (const element of shape as readonly Shape[]) refer(element, `${path}[]`, 'flat', into);
  } else {
    into.set(path, { type: style === 'json' ? 'json' : 'flat', isRequired: false });
    for (const [name, member] of Object.entries(shape)) refer(member, `${path}.${name}`, 'flat', into);
  }
}
