// Checks a form as the service will: by its own decoder, on the declarations brought back to what it reads.

import { type TProperties, type TSchema, Type } from 'typebox';
import { decode } from '../../../src/protocols/rpc/decode.ts';
import type { SampleCall } from '../../../src/protocols/rpc/samples/sample.ts';
import type { Schema } from './schema.ts';
import { filled, type Values } from './values.ts';

/** What the service would say of each parameter, by its name; nothing of those that it would accept. */
export function problemsOf(request: Schema, values: Values): ReadonlyMap<string, string> {
  const parameters = new Map(Object.entries(filled(values)));
  const problems = new Map<string, string>();
  for (const [name, property] of Object.entries(propertiesOf(request))) {
    try {
      decode(Type.Object({ [name]: property }), parameters);
    } catch (error) {
      problems.set(name, error instanceof Error ? error.message : String(error));
    }
  }
  return problems;
}

/** What the service will read of a form; `undefined` where it would refuse it. */
export function valuesRead(request: Schema, values: Values): SampleCall['values'] {
  try {
    const shape = Type.Object(propertiesOf(request));
    return decode(shape, new Map(Object.entries(filled(values)))) as SampleCall['values'];
  } catch {
    return undefined;
  }
}

function propertiesOf({ properties = {}, required = [] }: Schema): TProperties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, each]) => {
      const schema = revived(each);
      return [name, required.includes(name) ? schema : Type.Optional(schema)];
    }),
  );
}

/** JSON keeps all of a schema but the marks that TypeBox tells its kinds by. */
function revived(schema: Schema): TSchema {
  const { type, properties: _properties, required: _required, items, ...options } = schema;
  const { enum: choices } = schema;
  if (choices && type === 'string') return Type.Enum([...choices], { ...options, type });
  switch (type) {
    case 'object':
      return Type.Object(propertiesOf(schema), options);
    case 'array':
      return Type.Array(items ? revived(items) : Type.Unknown(), options);
    case 'integer':
      return Type.Integer(options);
    case 'boolean':
      return Type.Boolean(options);
    default:
      return Type.String(options);
  }
}
