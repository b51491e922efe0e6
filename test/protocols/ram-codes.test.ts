// Base32 and QR codes for authenticator apps, and the flaws of a parameter that the access management has codes for.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { crc32, inflateSync } from 'node:zlib';
import { Type } from 'typebox';
import { base32 } from '../../src/base/base32.ts';
import { decode } from '../../src/protocols/rpc/decode.ts';
import { ParameterError } from '../../src/protocols/rpc/errors.ts';
import { jsonList } from '../../src/protocols/rpc/json-parameter.ts';
import { userName } from '../../src/protocols/rpc/operations/ram/parameters.ts';
import { qrCodePng } from '../../src/protocols/rpc/operations/ram/qr-code.ts';
import { cas, ram } from '../../src/protocols/rpc/product.ts';
import { parameterError } from '../../src/protocols/rpc/wording.ts';

test('Base32 is that of RFC 4648 §10, without padding', () => {
  const vectors = {
    '': '',
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  };
  for (const [text, encoded] of Object.entries(vectors)) assert.equal(base32(new TextEncoder().encode(text)), encoded);
  assert.equal(base32(Uint8Array.from([0xff, 0xff, 0xff, 0xff, 0xff])), '77777777');
});

test('a QR code is a grayscale PNG with its quiet zone and its three finder patterns (RFC 2083, ISO/IEC 18004)', () => {
  const file = Buffer.from(qrCodePng('otpauth://totp/a?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'), 'base64');
  assert.equal(file.subarray(0, 8).toString('hex'), '89504e470d0a1a0a');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    assert.equal(file.readUInt32BE(at + 8 + length), crc32(body));
    chunks.set(body.subarray(0, 4).toString('latin1'), body.subarray(4));
    at += 12 + length;
  }
  assert.deepEqual([...chunks.keys()], ['IHDR', 'IDAT', 'IEND']);
  const header = chunks.get('IHDR') ?? Buffer.alloc(0);
  const width = header.readUInt32BE(0);
  assert.deepEqual([header.readUInt32BE(4), ...header.subarray(8)], [width, 8, 0, 0, 0, 0]);
  const pixels = inflateSync(chunks.get('IDAT') ?? '');
  assert.equal(pixels.length, width * (width + 1));
  const isDark = (x: number, y: number) => pixels[y * 4 * (width + 1) + 1 + x * 4] === 0;
  const modules = width / 4;
  for (let place = 0; place < modules; place++) assert.ok(!isDark(place, 3) && !isDark(3, place));
  for (const [x, y] of [
    [4, 4],
    [modules - 11, 4],
    [4, modules - 11],
  ] as const) {
    for (let step = 0; step < 7; step++) assert.ok(isDark(x + step, y) && isDark(x, y + step));
    assert.ok(!isDark(x + 1, y + 1) && isDark(x + 3, y + 3));
  }
});

describe('a parameter that does not fit', () => {
  const schema = Type.Object({ UserName: userName(), Count: Type.Optional(Type.Integer({ minimum: 1, maximum: 3 })) });
  const codesOf = (parameters: Record<string, string>) => {
    try {
      decode(schema, new Map(Object.entries(parameters)));
    } catch (error) {
      assert.ok(error instanceof ParameterError);
      return [cas, ram].map((product) => parameterError(product, error).code);
    }
    return [];
  };

  for (const [told, parameters, codes] of [
    ['of 64 characters is taken', { UserName: 'a'.repeat(64) }, []],
    ['of 65 is too long', { UserName: 'a'.repeat(65) }, ['InvalidUserName', 'InvalidParameter.UserName.Length']],
    [
      'with a blank has a character too many',
      { UserName: 'a b' },
      ['InvalidUserName', 'InvalidParameter.UserName.InvalidChars'],
    ],
    ['that is empty is too short', { UserName: '' }, ['InvalidUserName', 'InvalidParameter.UserName.Length']],
    ['that is not there is missed', {}, ['MissingUserName', 'MissingUserName']],
    ['beyond its range', { UserName: 'a', Count: '4' }, ['InvalidCount', 'InvalidParameter.Count.Range']],
    ['that is no number', { UserName: 'a', Count: 'four' }, ['InvalidCount', 'InvalidParameter.Count.Range']],
  ] as const) {
    test(`${told}, in the words of each product`, () => assert.deepEqual(codesOf(parameters), codes));
  }
});

test('a list that travels as JSON is one text, of as many elements as there may be', () => {
  const schema = Type.Object({ Names: Type.Optional(jsonList(Type.String({ minLength: 1 }), 2, 'Names.')) });
  const read = (text: string) => decode(schema, new Map([['Names', text]])).Names;
  assert.deepEqual(read('["a","b"]'), ['a', 'b']);
  assert.equal(read(''), undefined);
  for (const wrong of ['a', '{"a":1}', '["a","b","c"]', '["a",1]', '["a",""]', '["a",null]']) {
    assert.throws(() => read(wrong), ParameterError, wrong);
  }
  assert.throws(() => decode(schema, new Map([['Names.1', 'a']])), ParameterError);
});
