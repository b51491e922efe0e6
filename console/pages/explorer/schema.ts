// A parameter's declaration as the catalog brings it: JSON Schema 2020-12, of the kinds that operations are declared with.

export interface Schema {
  readonly type?: 'string' | 'integer' | 'boolean' | 'array' | 'object';
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly enum?: readonly (string | number)[];
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  /** `json`: an object that travels as one JSON text. */
  readonly 'x-wire'?: string;
}

/** An example value: what is declared as one, or made of the examples of the parts. */
export function exampleOf(schema: Schema): unknown {
  if (schema.examples && schema.examples.length > 0) return schema.examples[0];
  if (schema.type === 'array') return schema.items ? [exampleOf(schema.items)] : [];
  if (schema.type !== 'object') return schema.enum?.[0] ?? '';
  const members = Object.entries(schema.properties ?? {}).map(([name, each]) => [name, exampleOf(each)]);
  return Object.fromEntries(members);
}
