// Names whose text is of our choosing, and several names in one text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  encodeGeneralName,
  formatGeneralName,
  type GeneralName,
  type GeneralNameType,
  generalNameTypes,
  parseGeneralName,
} from '../../src/pki/general-name.ts';
import { parseSanValues, splitSanValues } from '../../src/pki/san-values.ts';
import { generalNames } from './arbitraries.ts';
import { hex } from './hex.ts';

function reads(type: GeneralNameType, text: string, name: Omit<Exclude<GeneralName, { value: string }>, 'type'>) {
  assert.deepEqual(parseGeneralName(type, text), { type, ...name }, text);
}

function refuses(type: GeneralNameType, texts: readonly string[]) {
  for (const text of texts) assert.equal(parseGeneralName(type, text), undefined, text);
}

test('the numbers of the types are their tags (RFC 5280 §A.2)', () => {
  const texts: Record<GeneralNameType, string> = {
    otherName: '1.2.3:a',
    rfc822Name: 'a@b',
    dNSName: 'a',
    x400Address: '30023000',
    directoryName: 'CN=a',
    ediPartyName: 'a',
    uniformResourceIdentifier: 'a:b',
    iPAddress: '::1',
    registeredID: '1.2.3',
  };
  for (const [number, type] of generalNameTypes.entries()) {
    const name = parseGeneralName(type, texts[type]) ?? assert.fail(type);
    assert.equal((encodeGeneralName(name)[0] ?? 0) & 0x1f, number, type);
  }
});

test('an otherName is an object identifier and a string or DER', () => {
  reads('otherName', '1.2.3;UTF8:a:b;c', { id: '1.2.3', der: hex('0c05613a623b63') });
  reads('otherName', '1.3.6.1.4.1.311.20.2.3:杭', { id: '1.3.6.1.4.1.311.20.2.3', der: hex('0c03e69dad') });
  reads('otherName', '1.2.3;ia5:a', { id: '1.2.3', der: hex('160161') });
  reads('otherName', '1.2.3;DER:3003020105', { id: '1.2.3', der: hex('3003020105') });
  refuses('otherName', ['', '1.2.3', '1.2.3:', ':a', 'a:b', '1.2.3;BMP:a', '1.2.3;UTF8:', '1.2.3;UTF8:a\n', '3.1:a']);
  refuses('otherName', ['1.2.3;IA5:ä', '1.2.3;DER:', '1.2.3;DER:30', '1.2.3;DER:0500 00', '1.2.3;DER:05000500']);
  for (const length of [1023, 1024]) assert.ok(parseGeneralName('otherName', `1.2.3:${'a'.repeat(length)}`));
  refuses('otherName', [`1.2.3:${'a'.repeat(1025)}`]);
});

test('an x400Address is hexadecimal DER of an ORAddress (X.411: two SEQUENCEs and a SET, the first always)', () => {
  reads('x400Address', '3006300030003100', { der: hex('3006300030003100') });
  reads('x400Address', '3008300661041302434E', { der: hex('3008300661041302434e') }); // a country
  refuses('x400Address', ['', '3000', '30023100', '0500', '3004300030', '300430000500', '30023000 ', 'MAIwAA==']);
  const ofLength = (length: number) => `3082${hex16(length - 4)}3082${hex16(length - 8)}0482${hex16(length - 12)}`;
  const padded = (length: number) => ofLength(length) + '00'.repeat(length - 12);
  for (const length of [4095, 4096]) assert.ok(parseGeneralName('x400Address', padded(length)), String(length));
  refuses('x400Address', [padded(4097)]);
});

test('an ediPartyName is a party, with who named it before a semicolon', () => {
  reads('ediPartyName', 'b', { partyName: 'b' });
  reads('ediPartyName', 'a;b;c', { nameAssigner: 'a', partyName: 'b;c' });
  reads('ediPartyName', ';b;c', { partyName: 'b;c' });
  refuses('ediPartyName', ['', ';', 'a;', 'a\0', '\ud800', 'a'.repeat(257), `${'a'.repeat(257)};b`]);
  assert.ok(parseGeneralName('ediPartyName', `${'a'.repeat(256)};${'b'.repeat(256)}`));
});

test('a directoryName is a distinguished name, a registeredID an object identifier', () => {
  reads('directoryName', 'C=CN,CN=a', {
    name: [
      { type: 'countryName', value: 'CN' },
      { type: 'commonName', value: 'a' },
    ],
  });
  refuses('directoryName', ['', 'a', 'C=CHN']);
  reads('registeredID', '1.2.3', { id: '1.2.3' });
  refuses('registeredID', ['', '1', '1.2.', '1.2.03', 'commonName', '3.1']);
});

test('what is not of its type is not encoded either', () => {
  const malformed: GeneralName[] = [
    { type: 'otherName', id: '1.2.', der: hex('0500') },
    { type: 'otherName', id: '1.2.3', der: hex('') },
    { type: 'otherName', id: '1.2.3', der: hex('05000500') },
    { type: 'x400Address', der: hex('3000') },
    { type: 'ediPartyName', partyName: '' },
    { type: 'ediPartyName', nameAssigner: '', partyName: 'a' },
    { type: 'registeredID', id: 'a' },
  ];
  for (const name of malformed) {
    assert.throws(() => encodeGeneralName(name), { name: 'EncodingError', field: name.type, problem: 'malformed' });
  }
});

test('the text of a name is read as the name', () => {
  const unnamed = (name: GeneralName) => name.type === 'directoryName' && name.name.length === 0;
  fc.assert(
    fc.property(generalNames, (name) => {
      if (unnamed(name)) return;
      const again = parseGeneralName(name.type, formatGeneralName(name)) ?? assert.fail(formatGeneralName(name));
      assert.deepEqual(encodeGeneralName(again), encodeGeneralName(name));
    }),
    { numRuns: 500 },
  );
});

test('values are separated by commas; a backslash makes a comma or a backslash part of one', () => {
  for (const [text, values] of [
    ['a', ['a']],
    [' a , b ', ['a', 'b']],
    ['', ['']],
    ['a,', ['a', '']],
    ['a\\,b,c', ['a,b', 'c']],
    ['a\\\\,b', ['a\\', 'b']],
    ['a\\\\\\,b', ['a\\,b']],
    ['a\\+b\\', ['a\\+b\\']],
    ['杭𠀀,b', ['杭𠀀', 'b']],
  ] as const) {
    assert.deepEqual(splitSanValues(text), values, text);
  }
});

test('several distinguished names in one text: with commas escaped, or with semicolons', () => {
  const expected = { names: ['C=CN,CN=a', 'CN=b'].map((text) => parseGeneralName('directoryName', text)) };
  assert.deepEqual(parseSanValues('directoryName', 'C=CN\\,CN=a,CN=b'), expected);
  assert.deepEqual(parseSanValues('directoryName', 'C=CN;CN=a,CN=b'), expected);
  assert.deepEqual(parseSanValues('directoryName', 'CN=a\\\\\\, b'), {
    names: [{ type: 'directoryName', name: [{ type: 'commonName', value: 'a, b' }] }],
  });
});

test('the value that is no name is told; 100 names are enough (chosen)', () => {
  assert.deepEqual(parseSanValues('dNSName', 'a, b_,c_'), { problem: 'malformed', value: 'b_' });
  assert.deepEqual(parseSanValues('dNSName', 'a,'), { problem: 'malformed', value: '' });
  const many = (count: number) => parseSanValues('dNSName', Array(count).fill('a').join(','));
  for (const count of [99, 100]) assert.ok('names' in many(count));
  assert.deepEqual(many(101), { problem: 'too-many', value: 'a' });
});

function hex16(number: number): string {
  return number.toString(16).padStart(4, '0');
}
