// Reads an operation's declaration back: its parameters one by one, for reference pages, forms and the command line.

import { IsArray, IsObject, IsOptional, type TObject, type TSchema } from 'typebox';
import { isJson } from './json-parameter.ts';

export interface DescribedParameter {
  /** As on the wire: `Tags.N.Key` stands for `Tags.1.Key`, `Tags.2.Key` and so on. */
  readonly path: string;
  readonly type: string;
  readonly required: boolean;
  readonly description: string;
  readonly example: string;
}

export function parametersOf(schema: TObject): DescribedParameter[] {
  return Object.entries(schema.properties).flatMap(([name, property]) =>
    describe(property, name, !IsOptional(property)),
  );
}

function describe(schema: TSchema, path: string, required: boolean): DescribedParameter[] {
  if (IsArray(schema) && isJson(schema)) {
    return [wholeOf(schema, path, required, 'array'), ...describe(schema.items, `${path}[]`, false)];
  }
  if (IsArray(schema)) {
    const own = factsOf(schema).description ?? '';
    const parts = describe(schema.items, `${path}.N`, false);
    const [first] = parts;
    if (parts.length === 1 && first) return [{ ...first, required, description: own || first.description }];
    return parts.map((part, index) =>
      index === 0 ? { ...part, description: `${part.description} ${own}`.trim() } : part,
    );
  }
  if (IsObject(schema)) {
    const whole = isJson(schema) ? [wholeOf(schema, path, required, 'object')] : [];
    const parts = Object.entries(schema.properties).flatMap(([name, property]) =>
      describe(property, `${path}.${name}`, required && !IsOptional(property)),
    );
    return [...whole, ...parts];
  }
  const { type, description = '', examples, enum: choices } = factsOf(schema);
  const example = examples?.[0];
  return [
    {
      path,
      type: choices ? choices.join(', ') : (type ?? ''),
      required,
      description,
      example: example === undefined ? '' : String(example),
    },
  ];
}

/** The parameter that holds the JSON text, before its parts. */
function wholeOf(schema: TSchema, path: string, required: boolean, kind: 'object' | 'array'): DescribedParameter {
  const within = kind === 'object' ? 'with the members below' : 'of the elements below';
  const description = `${factsOf(schema).description ?? ''} One parameter that holds a JSON ${kind} ${within}.`.trim();
  return { path, type: 'JSON text', required, description, example: '' };
}

function factsOf(schema: TSchema) {
  return schema as { type?: string; description?: string; examples?: unknown[]; enum?: unknown[] };
}
