// Parameters and fields of any operation, with the words they are described in.

import { type Static, type TObject, type TSchema, Type } from 'typebox';

/** Text a caller gives, shown back to people: bounded, and without control characters. */
export function text(maxLength: number, description: string, example: string) {
  return Type.String({
    minLength: 1,
    maxLength,
    pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
    description,
    examples: [example],
    'x-rule': `must be 1 to ${maxLength} characters, none of them a control character`,
  });
}

export function integer(minimum: number, maximum: number, description: string, example: number) {
  return Type.Integer({ minimum, maximum, description, examples: [example] });
}

export function oneOf<Value extends string>(values: readonly Value[], description: string, example: NoInfer<Value>) {
  return Type.Enum<Value[]>([...values], { type: 'string', description, examples: [example] });
}

export function answerText(description: string, example: string) {
  return Type.String({ description, examples: [example] });
}

export function answerNumber(description: string, example: number) {
  return Type.Integer({ description, examples: [example] });
}

/** An answer that is its RequestId and nothing more. */
export const noAnswer: TObject<Record<never, TSchema>> = Type.Object({});

/** An answer made of the examples of its fields. */
export function exampleOf<View extends Readonly<Record<string, TSchema>>>(view: View): Static<TObject<View>> {
  return Object.fromEntries(
    Object.entries(view).map(([name, schema]) => [name, (schema as { examples?: unknown[] }).examples?.[0]]),
  ) as Static<TObject<View>>;
}
