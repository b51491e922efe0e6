// From the typed request of an operation to wire parameters: the way back of decode, for examples and the documents made of them.

import type { TObject, TSchema } from 'typebox';
import { isJson } from './json-parameter.ts';

/** Names and texts, in the order of the request: lists counted from 1, objects in parts, or as JSON where they travel so. */
export function encodeRequest(schema: TObject, request: object): [name: string, text: string][] {
  return Object.entries(request).flatMap(([name, value]) => {
    const property: TSchema | undefined = schema.properties[name];
    return property && isJson(property)
      ? [[name, JSON.stringify(value)] as [string, string]]
      : encodeValue(name, value);
  });
}

function encodeValue(path: string, value: unknown): [string, string][] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((element, index) => encodeValue(`${path}.${index + 1}`, element));
  if (typeof value !== 'object' || value === null) return [[path, String(value)]];
  return Object.entries(value).flatMap(([name, member]) => encodeValue(`${path}.${name}`, member));
}
