// From wire parameters to the typed request of an operation, and the errors when they do not fit.
// The wire knows only text: numbers are decimal, booleans true or false, lists are `Name.1`, `Name.2`, …, objects `Name.Field`,
// or a JSON text in one parameter where `jsonObject` or `jsonList` made their schema.

import {
  IsArray,
  IsBoolean,
  IsInteger,
  IsObject,
  IsOptional,
  IsString,
  type Static,
  type TArray,
  type TObject,
  type TSchema,
} from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import { missing } from './errors.ts';
import { isJson, readJson } from './json-parameter.ts';
import type { Parameters } from './parameter-list.ts';
import { flawOf, isAnyText, ruleOf, unfit } from './schema-rule.ts';

/**
 * @throws {ParameterError} for a required parameter that was not sent, and for one that does not fit.
 *   A parameter that the operation does not know is no error: clients add their own.
 */
export function decode<Request extends TObject>(schema: Request, parameters: Parameters): Static<Request> {
  const request: Record<string, unknown> = {};
  const { properties } = schema;
  // Not by entries: no list is made of them.
  for (const name in properties) {
    const property = properties[name] as TSchema;
    const value = read(property, name, parameters);
    if (value === undefined) {
      if (!IsOptional(property)) throw missing(name);
    } else {
      request[name] = value;
    }
  }
  return request as Static<Request>;
}

/** The value at a path such as `Tags.2.Key`, checked; `undefined` when it was not sent. */
function read(schema: TSchema, path: string, parameters: Parameters): unknown {
  if (isJson(schema)) return readJson(schema, path, parameters);
  if (IsArray(schema)) return readList(schema, path, parameters);
  if (IsObject(schema)) return readObject(schema, path, parameters);
  const text = parameters.get(path);
  if (text === undefined) return undefined;
  // Generated clients send an empty text for an optional one that was not set.
  if (text === '' && IsString(schema) && IsOptional(schema)) return undefined;
  if (isAnyText(schema)) return text;
  const value = fromText(schema, text);
  if (!fits(schema, value)) throw unfit(path, ruleOf(schema), flawOf(schema, value));
  return value;
}

function readObject(schema: TObject, path: string, parameters: Parameters): object | undefined {
  const whole = parameters.get(path);
  // Whoever sends the object as one text would otherwise get an answer to half of his request.
  if (whole) throw unfit(path, `is sent in parts, such as ${path}.${Object.keys(schema.properties)[0]}`);
  const value: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(schema.properties)) {
    const member = read(property, `${path}.${name}`, parameters);
    if (member !== undefined) value[name] = member;
    else if (!IsOptional(property)) {
      if (!hasPrefix(`${path}.`, parameters)) return undefined;
      throw unfit(path, `lacks ${path}.${name}`);
    }
  }
  return Object.keys(value).length === 0 ? undefined : value;
}

function readList(schema: TArray & { maxItems?: number }, path: string, parameters: Parameters): unknown[] | undefined {
  const list: unknown[] = [];
  for (let index = 1; ; index++) {
    const element = read(schema.items, `${path}.${index}`, parameters);
    if (element === undefined) break;
    list.push(element);
  }
  const limit = schema.maxItems ?? 0;
  if (list.length > limit) throw unfit(path, `has more than ${limit} elements`);
  const further = firstBeyond(path, list.length, parameters);
  if (further !== undefined) {
    throw unfit(path, `has ${further} but not ${path}.${list.length + 1}; count without gaps from 1`);
  }
  return list.length === 0 ? undefined : list;
}

/** A caller who counts from 0, leaves a gap or sends a list as one text would otherwise lose elements without a word. */
function firstBeyond(path: string, count: number, parameters: Parameters): string | undefined {
  for (const name of parameters.keys()) {
    // Generated clients send an empty text for a list that was not set.
    if (name === path && parameters.get(name) !== '') return name;
    if (!name.startsWith(`${path}.`)) continue;
    const index = /^\d+/.exec(name.slice(path.length + 1))?.[0];
    // `Tags.01` is no second way to write `Tags.1`: a policy and a certificate must not read two different tags.
    const counts = index !== undefined && !index.startsWith('0') && Number(index) <= count;
    if (!counts) return name;
  }
  return undefined;
}

function hasPrefix(prefix: string, parameters: Parameters): boolean {
  for (const name of parameters.keys()) if (name.startsWith(prefix)) return true;
  return false;
}

function fits(schema: TSchema, value: unknown): boolean {
  let validator = validators.get(schema);
  if (!validator) {
    validator = Compile(schema);
    validators.set(schema, validator);
  }
  return validator.Check(value);
}

/** Each made when it is first needed. To go through the schema anew for each value takes many times as long. */
const validators = new WeakMap<TSchema, Validator>();

function fromText(schema: TSchema, text: string): unknown {
  if (IsInteger(schema)) return /^-?\d{1,16}$/.test(text) ? Number(text) : text;
  if (IsBoolean(schema)) return /^true$/i.test(text) ? true : /^false$/i.test(text) ? false : text;
  return text;
}
