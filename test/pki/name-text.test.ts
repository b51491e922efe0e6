import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeName, encodeName, formatName, type Name, nameOf } from '../../src/pki/name.ts';
import { parseName } from '../../src/pki/name-text.ts';
import { names } from './arbitraries.ts';

const cn = (value: string): Name => [{ type: 'commonName', value }];

test('a name is read in the order of its text', () => {
  const text = 'C=CN,O=Aliyun,OU=Security,L=Hangzhou,ST=Zhejiang,CN=Aliyun';
  const name = nameOf({
    country: 'CN',
    organization: 'Aliyun',
    organizationalUnit: 'Security',
    locality: 'Hangzhou',
    state: 'Zhejiang',
    commonName: 'Aliyun',
  });
  assert.deepEqual(parseName(text), name);
  assert.deepEqual(parseName('CN=b,CN=a'), [...cn('b'), ...cn('a')]);
});

test('what formatName writes is read as it was', () => {
  const decoded = names.map((name) => decodeName(encodeName(name))).filter((name) => name.length > 0);
  fc.assert(fc.property(decoded, (name) => assert.deepEqual(parseName(formatName(name)), name)));
});

test('white space other than a blank is part of a value, also where it stands alone (RFC 4514 §2.4)', () => {
  for (const value of ['\u00a0', '\u3000 x', 'x\u2003', '\u3000\u00a0']) {
    assert.deepEqual(parseName(formatName(cn(value))), cn(value), JSON.stringify(value));
  }
});

test('types are short or long names in any case, or dotted', () => {
  for (const type of ['CN', 'cn', 'commonName', 'COMMONNAME', '2.5.4.3']) {
    assert.deepEqual(parseName(`${type}=a`), cn('a'), type);
  }
  assert.deepEqual(parseName('S=a'), parseName('ST=a'));
  assert.deepEqual(parseName('E=a@b'), parseName('emailAddress=a@b'));
  assert.deepEqual(parseName('1.2.3=a'), [{ type: '1.2.3', value: 'a' }]);
  assert.deepEqual(parseName('1.3.6.1.4.1.37244.1.1=DEDEDEDE00010001'), [
    { type: 'matter-node-id', value: 'DEDEDEDE00010001' },
  ]);
  for (const type of ['', 'XX', 'sha256', '1.2.', '3.1', '__proto__'])
    assert.equal(parseName(`${type}=a`), undefined, type);
});

test('attributes are separated by commas or semicolons (RFC 2253 §4), those of one RDN by a plus', () => {
  const expected = [{ type: 'countryName', value: 'CN' }, ...cn('a')];
  for (const text of ['C=CN,CN=a', 'C=CN;CN=a', ' C = CN , CN = a ']) assert.deepEqual(parseName(text), expected, text);
  assert.deepEqual(parseName('CN=a+C=CN'), [...cn('a'), { type: 'countryName', value: 'CN', joined: true }]);
});

test('special characters stand behind a backslash, octets as pairs, strings in hexadecimal (RFC 4514 §2.4)', () => {
  for (const [text, value] of [
    ['a\\, b', 'a, b'],
    ['a\\2C b', 'a, b'],
    ['\\ a\\ ', ' a '],
    ['\\20a\\  ', ' a '],
    ['\\#a', '#a'],
    ['a\\\\', 'a\\'],
    ['\\"\\+\\;\\<\\=\\>', '"+;<=>'],
    ['a=b', 'a=b'],
    ['Lu\\C4\\8Di\\C4\\87', 'Lučić'],
    ['\\E6\\9D\\AD州', '杭州'],
    ['#0c0161', 'a'],
    ['#1302434E', 'CN'],
  ] as const) {
    assert.deepEqual(parseName(`CN=${text}`), cn(value), text);
  }
  for (const text of [
    '',
    ' ',
    'a\\',
    '\\x',
    'a"b"',
    '"a"',
    'a<b',
    '#',
    '#0',
    '#0c',
    '#020101',
    '#0c016100',
    '\\ff',
    'a\\00b',
  ]) {
    assert.equal(parseName(`CN=${text}`), undefined, text);
  }
});

test('text that is no name, or one that could not be written, gives none', () => {
  for (const text of ['', ' ', 'a', '=a', 'CN', ',CN=a', 'CN=a,', 'CN=a,,C=CN', 'C=CHN', `CN=${'a'.repeat(65)}`]) {
    assert.equal(parseName(text), undefined, text);
  }
  assert.deepEqual(parseName(`CN=${'a'.repeat(64)}`), cn('a'.repeat(64)));
  const padded = (length: number) => `CN=a${' '.repeat(length - 4)}`;
  for (const length of [8191, 8192]) assert.deepEqual(parseName(padded(length)), cn('a'));
  assert.equal(parseName(padded(8193)), undefined);
});
