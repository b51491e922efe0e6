// A parameter that holds a JSON text (RFC 8259): one object or list, read strictly and as its schema says.

import { IsArray, IsObject, IsOptional, IsString, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { Check } from 'typebox/value';
import { PolicyError } from '../../access/policy-error.ts';
import { parseStrictJson } from '../../access/strict-json.ts';
import type { Parameters } from './parameter-list.ts';
import { flawOf, ruleOf, unfit } from './schema-rule.ts';

/** An object that travels as a JSON text in one parameter. */
export function jsonObject<Properties extends TProperties>(properties: Properties, description: string) {
  return Type.Object(properties, { description, 'x-wire': 'json' });
}

/** A list that travels as a JSON text in one parameter. */
export function jsonList<Element extends TSchema>(element: Element, maxItems: number, description: string) {
  return Type.Array(element, { maxItems, description, 'x-wire': 'json' });
}

export function isJson(schema: TSchema): boolean {
  return (schema as { 'x-wire'?: string })['x-wire'] === 'json';
}

/**
 * The object or list in the parameter; `undefined` when it was not sent. A member that the schema does not know is passed over, as
 * an unknown parameter is; one that is null counts as left out. Types are those of JSON: a number in quotes is a text.
 * @throws {ParameterError}
 */
export function readJson(schema: TSchema, name: string, parameters: Parameters): unknown {
  for (const each of parameters.keys()) {
    if (each.startsWith(`${name}.`)) throw unfit(name, `is sent as one JSON text, not in parts as ${each}`);
  }
  const text = parameters.get(name);
  // Generated clients send an empty text for an optional one that was not set.
  return text === undefined || text === '' ? undefined : readValue(schema, parse(name, text), name);
}

function parse(name: string, text: string): unknown {
  try {
    return parseStrictJson(text, bounds);
  } catch (error) {
    if (error instanceof PolicyError) throw unfit(name, error.problem);
    throw error;
  }
}

function readValue(schema: TSchema, value: unknown, path: string): unknown {
  if (value === null) return undefined;
  if (IsArray(schema)) return readList(schema, value, path);
  if (IsObject(schema)) return readObject(schema, value, path);
  if (value === '' && IsString(schema) && IsOptional(schema)) return undefined;
  if (!Check(schema, value)) throw unfit(path, ruleOf(schema), flawOf(schema, value));
  return value;
}

function readList(
  { items, maxItems = 0 }: TSchema & { items: TSchema; maxItems?: number },
  value: unknown,
  path: string,
): unknown[] | undefined {
  if (!Array.isArray(value)) throw unfit(path, 'must be a JSON array');
  if (value.length > maxItems) throw unfit(path, `has more than ${maxItems} elements`);
  const list = value.map((element, index) => {
    const read = readValue(items, element, `${path}[${index}]`);
    if (read === undefined) throw unfit(`${path}[${index}]`, 'is empty');
    return read;
  });
  return list.length === 0 ? undefined : list;
}

function readObject(schema: TObject, value: unknown, path: string): object | undefined {
  if (typeof value !== 'object' || Array.isArray(value)) throw unfit(path, 'must be a JSON object');
  const read: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const given = Object.hasOwn(value as object, name) ? (value as Record<string, unknown>)[name] : null;
    const member = readValue(property, given, `${path}.${name}`);
    if (member !== undefined) read[name] = member;
    else if (!IsOptional(property)) throw unfit(path, `lacks ${name}`);
  }
  return Object.keys(read).length === 0 ? undefined : read;
}

/** A hundred usages and a subject with room to spare. */
const bounds = { length: 16_384, depth: 8 };
