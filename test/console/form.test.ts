// The form's checks are the service's: whatever is filled in, both say the same of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Type } from 'typebox';
import { problemsOf } from '../../console/pages/explorer/check.ts';
import type { Schema } from '../../console/pages/explorer/schema.ts';
import { rowsOf, withoutRow, withRow } from '../../console/pages/explorer/values.ts';
import { catalog } from '../../src/protocols/rpc/catalog.ts';
import { decode } from '../../src/protocols/rpc/decode.ts';
import { encodeRequest } from '../../src/protocols/rpc/encode.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';

const operations = [...catalog.values()].flatMap((each) => [...each.values()]);

/** As the console gets it: through JSON. */
const declared = ({ request }: Operation): Schema => JSON.parse(JSON.stringify(request));

function serviceSays({ request }: Operation, values: Readonly<Record<string, string>>): Map<string, string> {
  const parameters = new Map(Object.entries(values));
  const said = new Map<string, string>();
  for (const [name, property] of Object.entries(request.properties)) {
    try {
      decode(Type.Object({ [name]: property }), parameters);
    } catch (error) {
      said.set(name, (error as Error).message);
    }
  }
  return said;
}

test('no operation’s own example is complained of', () => {
  for (const operation of operations) {
    const values = Object.fromEntries(encodeRequest(operation.request, operation.example.request));
    assert.deepEqual([...problemsOf(declared(operation), values)], [], operation.name);
  }
});

test('an empty form and a spoilt one are complained of in the service’s words', () => {
  const spoil = fc.constantFrom('', 'x', '-1', '99999999999', '{', '{"a":1}', 'true', '\u0000', 'é'.repeat(300));
  fc.assert(
    fc.property(fc.constantFrom(...operations), fc.nat(), spoil, (operation, at, text) => {
      const example = encodeRequest(operation.request, operation.example.request);
      const values: Record<string, string> = Object.fromEntries(example);
      const name = example[at % Math.max(1, example.length)]?.[0];
      if (name !== undefined) {
        if (text === '') delete values[name];
        else values[name] = text;
      }
      assert.deepEqual([...problemsOf(declared(operation), values)], [...serviceSays(operation, values)]);
    }),
    { numRuns: 500 },
  );
});

test('rows are added at the end, and those behind a removed one move up', () => {
  let values: Readonly<Record<string, string>> = {
    'Tags.1.Key': 'a',
    'Tags.2.Key': 'b',
    'Tags.10.Key': 'c',
    TagsX: 'd',
  };
  assert.equal(rowsOf(values, 'Tags'), 10);
  values = withRow(values, 'Tags', '.Key');
  assert.equal(values['Tags.11.Key'], '');
  values = withoutRow(values, 'Tags', 2);
  assert.deepEqual(values, { 'Tags.1.Key': 'a', 'Tags.9.Key': 'c', 'Tags.10.Key': '', TagsX: 'd' });
});
