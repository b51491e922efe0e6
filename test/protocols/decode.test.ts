// Parameters with parts: objects sent flat, objects sent as JSON text, and the way back.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type TObject, Type } from 'typebox';
import { decode } from '../../src/protocols/rpc/decode.ts';
import { parametersOf } from '../../src/protocols/rpc/describe.ts';
import { encodeRequest } from '../../src/protocols/rpc/encode.ts';
import { ParameterError } from '../../src/protocols/rpc/errors.ts';
import { jsonObject } from '../../src/protocols/rpc/json-parameter.ts';

const parts = {
  Subject: Type.Optional(
    Type.Object({
      CommonName: Type.Optional(Type.String({ maxLength: 5 })),
      Attributes: Type.Optional(
        Type.Array(Type.Object({ Id: Type.String(), Value: Type.Optional(Type.String()) }), { maxItems: 2 }),
      ),
    }),
  ),
  Usages: Type.Optional(Type.Array(Type.String({ minLength: 1 }), { maxItems: 2 })),
  Length: Type.Optional(Type.Integer({ minimum: 0, maximum: 16 })),
  Flag: Type.Optional(Type.Boolean()),
};
const flat = Type.Object({ Pass: Type.Optional(Type.Object(parts)) });
const json = Type.Object({ Pass: Type.Optional(jsonObject(parts, 'What to pass.')) });

const read = (schema: TObject, parameters: Record<string, string>) =>
  decode(schema, new Map(Object.entries(parameters)));
const asJson = (value: unknown) => read(json, { Pass: typeof value === 'string' ? value : JSON.stringify(value) });

function assertInvalid(work: () => unknown, message: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof ParameterError);
    assert.equal(error.parameter, 'Pass');
    assert.match(error.message, message);
    return true;
  });
}

describe('an object sent flat', () => {
  test('has parts of any depth, lists of objects among them', () => {
    assert.deepEqual(
      read(flat, {
        'Pass.Subject.CommonName': 'a',
        'Pass.Subject.Attributes.1.Id': '2.5.4.3',
        'Pass.Subject.Attributes.1.Value': 'b',
        'Pass.Subject.Attributes.2.Id': '2.5.4.4',
        'Pass.Usages.1': 'serverAuth',
        'Pass.Length': '0',
        'Pass.Flag': 'True',
      }),
      {
        Pass: {
          Subject: { CommonName: 'a', Attributes: [{ Id: '2.5.4.3', Value: 'b' }, { Id: '2.5.4.4' }] },
          Usages: ['serverAuth'],
          Length: 0,
          Flag: true,
        },
      },
    );
    assert.deepEqual(read(flat, {}), {});
  });

  test('is refused by the name of the whole, and the message names the part', () => {
    const cases: [Record<string, string>, RegExp][] = [
      [{ 'Pass.Subject.CommonName': 'abcdef' }, /^Pass \(Pass\.Subject\.CommonName\) must be text/],
      [{ 'Pass.Subject.Attributes.1.Value': 'b' }, /lacks Pass\.Subject\.Attributes\.1\.Id/],
      [{ 'Pass.Usages.1': 'a', 'Pass.Usages.3': 'c' }, /has Pass\.Usages\.3 but not Pass\.Usages\.2/],
      [{ 'Pass.Usages': 'a' }, /has Pass\.Usages but not Pass\.Usages\.1/],
      [{ 'Pass.Usages.1': 'a', 'Pass.Usages.2': 'b', 'Pass.Usages.3': 'c' }, /more than 2/],
      [{ 'Pass.Length': '17' }, /from 0 to 16/],
      [{ 'Pass.Flag': 'yes' }, /true or false/],
    ];
    for (const [parameters, message] of cases) assertInvalid(() => read(flat, parameters), message);
  });

  test('is not sent as one text: half of the request would go unheard', () => {
    assertInvalid(() => read(flat, { Pass: '{"Flag":true}' }), /in parts, such as Pass\.Subject/);
    assert.deepEqual(read(flat, { Pass: '' }), {});
  });
});

describe('an object sent as JSON', () => {
  test('has parts of any depth; unknown members and null are passed over', () => {
    assert.deepEqual(
      asJson({
        Subject: { CommonName: 'a', Attributes: [{ Id: '1.2', Value: null, Other: 1 }] },
        Usages: [],
        Length: null,
        Flag: false,
        Unknown: { deep: [1] },
      }),
      { Pass: { Subject: { CommonName: 'a', Attributes: [{ Id: '1.2' }] }, Flag: false } },
    );
    assert.deepEqual(asJson(''), {});
    assert.deepEqual(asJson('null'), {});
    assert.deepEqual(asJson('{"__proto__":{"Flag":true}}'), {});
  });

  test('is JSON, of 16,384 characters and 8 levels at most, and names a member once (RFC 8259 §4)', () => {
    const padded = (length: number) => `{"x":"${'y'.repeat(length - 8)}"}`;
    assert.deepEqual(asJson(padded(16_384)), {});
    assertInvalid(() => asJson(padded(16_385)), /16384/);
    assert.deepEqual(asJson(`{"x":${'['.repeat(7)}${']'.repeat(7)}}`), {});
    assertInvalid(() => asJson(`{"x":${'['.repeat(8)}${']'.repeat(8)}}`), /nested deeper than 8/);
    assertInvalid(() => asJson('{"Flag":true,"Flag":false}'), /twice/);
    for (const text of ['{', "{'Flag':true}", '{"Flag":true,}', 'Flag', '{} {}', '{"a":NaN}']) {
      assertInvalid(() => asJson(text), /is not JSON/);
    }
  });

  test('has the types of JSON: nothing is guessed', () => {
    const cases: [unknown, RegExp][] = [
      [[], /must be a JSON object/],
      [1, /must be a JSON object/],
      [{ Subject: 'CN=a' }, /^Pass \(Pass\.Subject\) must be a JSON object/],
      [{ Usages: 'a' }, /\(Pass\.Usages\) must be a JSON array/],
      [{ Usages: [1] }, /\(Pass\.Usages\[0\]\)/],
      [{ Usages: [null] }, /\(Pass\.Usages\[0\]\) is empty/],
      [{ Usages: ['a', 'b', 'c'] }, /more than 2/],
      [{ Subject: { Attributes: [{}] } }, /\(Pass\.Subject\.Attributes\[0\]\) lacks Id/],
      [{ Length: '1' }, /\(Pass\.Length\) must be a whole number/],
      [{ Length: 1.5 }, /\(Pass\.Length\)/],
      [{ Length: -1 }, /\(Pass\.Length\)/],
      [{ Flag: 'true' }, /\(Pass\.Flag\)/],
    ];
    for (const [value, message] of cases) assertInvalid(() => asJson(value), message);
  });

  test('is not sent in parts', () => {
    assertInvalid(() => read(json, { 'Pass.Flag': 'true' }), /as one JSON text, not in parts as Pass\.Flag/);
  });
});

test('what decode reads encodeRequest writes, and the description says which way it travels', () => {
  const request = { Pass: { Subject: { Attributes: [{ Id: '1.2' }] }, Usages: ['a', 'b'], Length: 3, Flag: true } };
  for (const schema of [flat, json]) {
    assert.deepEqual(decode(schema, new Map(encodeRequest(schema, request))), request);
  }
  assert.deepEqual(
    encodeRequest(flat, request).map(([name]) => name),
    ['Pass.Subject.Attributes.1.Id', 'Pass.Usages.1', 'Pass.Usages.2', 'Pass.Length', 'Pass.Flag'],
  );
  assert.deepEqual(
    encodeRequest(json, request).map(([name]) => name),
    ['Pass'],
  );
  assert.match(parametersOf(json)[0]?.description ?? '', /What to pass\. .*JSON object/);
  assert.ok(parametersOf(flat).some(({ path }) => path === 'Pass.Subject.Attributes.N.Id'));
});
