import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sequence, setOf, utf8String } from '../../src/pki/der-writer.ts';
import { decodeName, encodeName, formatName, type Name, nameOf, takeOverName } from '../../src/pki/name.ts';
import { type OidName, oidDer } from '../../src/pki/oid.ts';
import { names } from './arbitraries.ts';
import { hex, toHex } from './hex.ts';

const aliyun = nameOf({
  country: 'CN',
  organization: 'Aliyun',
  organizationalUnit: 'Security',
  locality: 'Hangzhou',
  state: 'Zhejiang',
  commonName: 'Aliyun',
});

const one = (type: string, value: string): Name => [{ type, value }];

/** A name of one attribute whose string is written by hand. */
const written = (type: OidName, string: string) => sequence(setOf([sequence(oidDer(type), hex(string))]));

test('a name is made and read in the order C, O, OU, L, ST, CN', () => {
  assert.equal(formatName(aliyun), 'C=CN,O=Aliyun,OU=Security,L=Hangzhou,ST=Zhejiang,CN=Aliyun');
  assert.equal(formatName(nameOf({ commonName: 'a', country: 'DE' })), 'C=DE,CN=a');
  assert.equal(formatName(nameOf({})), '');
});

test('each attribute is one RDN; a country is a PrintableString, the others UTF8String (RFC 5280 §4.1.2.4)', () => {
  const bytes = encodeName(nameOf({ country: 'CN', commonName: '证书' }));
  assert.equal(toHex(bytes), '301e310b300906035504061302434e310f300d06035504030c06e8af81e4b9a6');
  assert.equal(toHex(encodeName([])), '3000');
});

test('serialNumber and dnQualifier are PrintableString, emailAddress and DC IA5String (RFC 5280 §A.1)', () => {
  for (const [type, value, tag] of [
    ['serialNumber', 'A-1', 0x13],
    ['dnQualifier', 'q', 0x13],
    ['emailAddress', 'a@b.cn', 0x16],
    ['domainComponent', 'cn', 0x16],
  ] as const) {
    const bytes = encodeName(one(type, value));
    assert.equal(bytes[bytes.length - value.length - 2], tag, type);
  }
});

test('upper bounds of RFC 5280 §A.1, counted in characters', () => {
  const bounds: [string, number][] = [
    ['commonName', 64],
    ['organizationName', 64],
    ['organizationalUnitName', 64],
    ['serialNumber', 64],
    ['localityName', 128],
    ['stateOrProvinceName', 128],
    ['emailAddress', 255],
  ];
  for (const [type, bound] of bounds) {
    for (const length of [bound - 1, bound]) encodeName(one(type, 'a'.repeat(length)));
    assert.throws(() => encodeName(one(type, 'a'.repeat(bound + 1))), {
      name: 'EncodingError',
      field: type,
      problem: 'too-long',
    });
  }
  for (const letter of ['证', '𠀀']) {
    for (const length of [63, 64]) encodeName(one('commonName', letter.repeat(length)));
    assert.throws(() => encodeName(one('commonName', letter.repeat(65))), { problem: 'too-long' });
  }
});

test('a dotted type is held to the bounds of its name', () => {
  assert.throws(() => encodeName(one('2.5.4.3', 'a'.repeat(65))), { field: 'commonName', problem: 'too-long' });
  assert.deepEqual(encodeName(one('2.5.4.6', 'CN')), encodeName(one('countryName', 'CN')));
});

test('a country has two letters', () => {
  for (const value of ['C', 'CHN'])
    assert.throws(() => encodeName(one('countryName', value)), { problem: 'wrong-length' });
  for (const value of ['C1', '中国', 'C ']) {
    assert.throws(() => encodeName(one('countryName', value)), {
      field: 'countryName',
      problem: 'not-printable-string',
    });
  }
});

test('values that would be misread are not written', () => {
  const cases: [string, string, string][] = [
    ['commonName', '', 'empty'],
    ['commonName', 'a\0b', 'control-character'],
    ['commonName', 'a\nb', 'control-character'],
    ['commonName', 'a\u007f', 'control-character'],
    ['commonName', 'a\u0085', 'control-character'],
    ['commonName', '\ud800', 'not-unicode'],
    ['serialNumber', 'a_b', 'not-printable-string'],
    ['emailAddress', 'ä@b.cn', 'not-ia5-string'],
    ['nickname', 'a', 'unknown-type'],
    ['sha256', 'a', 'unknown-type'],
    ['__proto__', 'a', 'unknown-type'],
    ['1.2.', 'a', 'unknown-type'],
  ];
  for (const [type, value, problem] of cases) {
    assert.throws(() => encodeName(one(type, value)), { name: 'EncodingError', problem }, `${type} ${problem}`);
  }
});

test('an EncodingError does not repeat the value', () => {
  assert.throws(
    () => encodeName(one('commonName', 'secret\n')),
    (error: Error) => !error.message.includes('secret'),
  );
});

test('special characters are escaped (RFC 4514 §2.4)', () => {
  const cases: [string, string][] = [
    ['James "Jim" Smith, III', 'James \\"Jim\\" Smith\\, III'],
    ['a+b;c<d>e\\f', 'a\\+b\\;c\\<d\\>e\\\\f'],
    ['#a#', '\\#a#'],
    [' a b ', '\\ a b\\ '],
    [' ', '\\ '],
    ['  ', '\\ \\ '],
    ['a=b', 'a=b'],
    ['Lučić', 'Lučić'],
    ['a\0', 'a\\00'],
  ];
  for (const [value, text] of cases) assert.equal(formatName(one('commonName', value)), `CN=${text}`);
});

test('a type without a name is shown by its number and the DER of its value (RFC 4514 §2.4)', () => {
  assert.equal(formatName(one('1.3.6.1.4.1.1466.0', 'Hi')), '1.3.6.1.4.1.1466.0=#0c024869');
});

test('several attributes in one RDN are read, shown with a plus sign and written again (RFC 4514 §2.2)', () => {
  const attribute = (type: OidName, value: string) => sequence(oidDer(type), utf8String(value));
  const bytes = sequence(
    setOf([attribute('organizationalUnitName', 'Sales'), attribute('commonName', 'J')]),
    setOf([attribute('organizationName', 'X')]),
  );
  const name = decodeName(bytes);
  assert.deepEqual(name, [
    { type: 'commonName', value: 'J' },
    { type: 'organizationalUnitName', value: 'Sales', joined: true },
    { type: 'organizationName', value: 'X' },
  ]);
  assert.equal(formatName(name), 'CN=J+OU=Sales,O=X');
  assert.deepEqual(encodeName(name), bytes);
});

test('strings of every type met in names are read', () => {
  for (const [string, text] of [
    ['0c03 e8af81', '证'],
    ['1304 412d2042', 'A- B'],
    ['1604 61406263', 'a@bc'],
    ['1403 4c fc 62', 'Lüb'],
    ['1e04 8bc1 4e66', '证书'],
    ['0c04 efbbbf 61', '\ufeffa'],
  ] as const) {
    assert.deepEqual(decodeName(written('commonName', string)), one('commonName', text));
  }
});

test('strings that are not what their type says are refused', () => {
  for (const string of [
    '0c02 c080', // overlong zero
    '0c03 eda080', // half a surrogate pair
    '0c01 ff',
    '1301 40', // @ is not printable
    '1301 2a',
    '1601 80',
    '1e03 004100', // half a character
    '1e04 d834 dd1e', // surrogates
    '0c00', // empty
    '0c03 610062', // zero octet
    '1303 610a62',
    '1401 85',
  ]) {
    assert.throws(() => decodeName(written('commonName', string)), { problem: 'string-malformed' }, string);
  }
  for (const string of ['0401 61', '1c04 00000061', '020105', '2c03 0c0161']) {
    assert.throws(() => decodeName(written('commonName', string)), { problem: 'unexpected-tag' }, string);
  }
});

test('an RDN is neither empty nor out of order (X.690 §11.6)', () => {
  assert.throws(() => decodeName(hex('30023100')), { problem: 'too-few', at: 2 });
  const unordered = sequence(
    hex(
      `31 14 ${toHex(sequence(oidDer('organizationName'), utf8String('b')))}${toHex(sequence(oidDer('commonName'), utf8String('a')))}`,
    ),
  );
  assert.throws(() => decodeName(unordered), { problem: 'set-not-ordered' });
});

test('names come back as they were written, byte for byte', () => {
  fc.assert(
    fc.property(names, (name) => {
      const bytes = encodeName(name);
      assert.deepEqual(decodeName(bytes), name);
      assert.deepEqual(encodeName(decodeName(bytes)), bytes);
    }),
  );
});

test('the text of a name tells names apart', () => {
  fc.assert(
    fc.property(names, names, (a, b) => {
      const same = toHex(encodeName(a)) === toHex(encodeName(b));
      assert.equal(formatName(a) === formatName(b), same);
    }),
  );
});

test('numbers of Matter are UTF8String, upper-case hexadecimal and as long as the number (Matter Core §6.5.6.3)', () => {
  for (const [dotted, name, digits] of [
    ['1.3.6.1.4.1.37244.1.1', 'matter-node-id', 16],
    ['1.3.6.1.4.1.37244.1.2', 'matter-firmware-signing-id', 16],
    ['1.3.6.1.4.1.37244.1.3', 'matter-icac-id', 16],
    ['1.3.6.1.4.1.37244.1.4', 'matter-rcac-id', 16],
    ['1.3.6.1.4.1.37244.1.5', 'matter-fabric-id', 16],
    ['1.3.6.1.4.1.37244.1.6', 'matter-noc-cat', 8],
    ['1.3.6.1.4.1.37244.2.1', 'matter-oid-vid', 4],
    ['1.3.6.1.4.1.37244.2.2', 'matter-oid-pid', 4],
  ] as const) {
    const value = '0123456789ABCDEF'.slice(-digits);
    const der = encodeName(one(dotted, value));
    assert.deepEqual(decodeName(der), one(name, value));
    assert.equal(der[der.length - digits - 2], 0x0c);
    for (const wrong of [value.slice(1), `${value}0`]) {
      assert.throws(() => encodeName(one(dotted, wrong)), { field: name, problem: /wrong-length|too-long/ });
    }
    for (const wrong of [value.toLowerCase(), `${value.slice(1)}G`]) {
      assert.throws(() => encodeName(one(name, wrong)), { field: name, problem: 'not-upper-case-hexadecimal' });
    }
  }
});

test('the node certificate subject of the Matter specification comes out (Matter Core §6.5.6.3)', () => {
  const subject = [
    ...one('1.3.6.1.4.1.37244.1.1', 'DEDEDEDE00010001'),
    ...one('1.3.6.1.4.1.37244.1.5', 'FAB000000000001D'),
  ];
  assert.equal(
    toHex(encodeName(subject)),
    '3044' +
      '3120301e060a2b0601040182a27c01010c1044454445444544453030303130303031' +
      '3120301e060a2b0601040182a27c01050c1046414230303030303030303030303144',
  );
  assert.equal(formatName(subject), 'matter-node-id=DEDEDEDE00010001,matter-fabric-id=FAB000000000001D');
});

test('an attribute of any other type is a UTF8String of up to 1,024 characters (chosen)', () => {
  assert.equal(toHex(encodeName(one('1.2.3', 'a'))), '300b3109300706022a030c0161');
  for (const length of [1023, 1024]) encodeName(one('1.2.3', 'a'.repeat(length)));
  assert.throws(() => encodeName(one('1.2.3', 'a'.repeat(1025))), { field: '1.2.3', problem: 'too-long' });
});

test('a name has up to 64 attributes (chosen)', () => {
  const attributes = (count: number) => Array.from({ length: count }, () => ({ type: 'commonName', value: 'a' }));
  for (const count of [63, 64]) encodeName(attributes(count));
  assert.throws(() => encodeName(attributes(65)), { field: 'name', problem: 'too-many' });
});

test('a name is taken over byte for byte, as whatever strings and in whatever sets it comes', () => {
  for (const der of [
    encodeName(aliyun),
    written('commonName', '130161'), // PrintableString
    written('commonName', '1e020061'), // BMPString
    written('countryName', '1302434e'),
    written('emailAddress', '1603614062'),
    hex('3000'),
  ]) {
    assert.deepEqual(takeOverName(der), der);
  }
  const joined = sequence(
    setOf([sequence(oidDer('commonName'), hex('130161')), sequence(oidDer('title'), hex('0c0162'))]),
  );
  assert.deepEqual(takeOverName(joined), joined);
});

test('a name taken over holds to bounds and string types (RFC 5280 §A.1)', () => {
  assert.throws(() => takeOverName(written('commonName', `0c41${'61'.repeat(65)}`)), { problem: 'too-long' });
  assert.throws(() => takeOverName(written('countryName', '130143')), { problem: 'wrong-length' });
  assert.throws(() => takeOverName(hex('3001')), { name: 'DecodingError' });
  assert.throws(() => takeOverName(hex('300000')), { name: 'DecodingError', problem: 'trailing-bytes' });
  assert.deepEqual(takeOverName(written('countryName', '0c02434e')), written('countryName', '1302434e'));
  assert.deepEqual(takeOverName(written('serialNumber', '0c0131')), written('serialNumber', '130131'));
  assert.deepEqual(takeOverName(written('emailAddress', '0c03614062')), written('emailAddress', '1603614062'));
});
