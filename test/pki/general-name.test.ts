import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { DerReader } from '../../src/pki/der-reader.ts';
import {
  encodeGeneralName,
  encodeGeneralNames,
  type GeneralName,
  parseGeneralName,
  readGeneralName,
  readGeneralNames,
  type TextNameType,
} from '../../src/pki/general-name.ts';
import { formatIpAddress, parseIpAddress } from '../../src/pki/ip-address.ts';
import { generalNames, ipAddresses } from './arbitraries.ts';
import { hex, toHex } from './hex.ts';

function accepts(type: TextNameType, texts: readonly string[]) {
  for (const value of texts) assert.deepEqual(parseGeneralName(type, value), { type, value }, value);
}

function refuses(type: TextNameType, texts: readonly string[]) {
  for (const value of texts) {
    assert.equal(parseGeneralName(type, value), undefined, value);
    assert.throws(() => encodeGeneralName({ type, value }), {
      name: 'EncodingError',
      field: type,
      problem: 'malformed',
    });
  }
}

const label = (length: number) => 'a'.repeat(length);
const domain = (length: number) => `${`${label(63)}.`.repeat(3)}${label(length - 192)}`;

test('a dNSName is labels of letters, digits and hyphens (RFC 1034 §3.5, RFC 1123 §2.1)', () => {
  accepts('dNSName', [
    'example.com',
    'localhost',
    'xn--fiqs8s',
    'A-1.b2',
    '1a.2b',
    '127.0.0.1.nip.io',
    `${label(62)}.a`,
  ]);
  accepts('dNSName', [label(62), label(63), domain(252), domain(253)]);
  refuses('dNSName', [
    '',
    '.',
    'a..b',
    '.a',
    'a.',
    '-a',
    'a-',
    'a_b',
    'a b',
    '例子.cn',
    'a.b\0',
    'a\n',
    'a@b',
    'http://a',
  ]);
  refuses('dNSName', [label(64), domain(254), '10.0.0.1', '1', 'a.1']);
});

test('a wildcard is the whole leftmost label (RFC 9525 §6.3)', () => {
  accepts('dNSName', ['*.example.com', '*.local', `*.${domain(251)}`]);
  refuses('dNSName', ['*', '*.', '*.*.com', 'a.*.com', 'a*.com', '*a.com', 'example.*', `*.${domain(252)}`]);
});

test('an rfc822Name is a mailbox without quotes (RFC 5321 §4.1.2)', () => {
  accepts('rfc822Name', ['a@b', 'first.last+tag@example.com', `${label(64)}@b`, "!#$%&'*+/=?^_`{|}~-@b"]);
  refuses('rfc822Name', [
    '',
    'a',
    '@b',
    'a@',
    'a@@b',
    '.a@b',
    'a.@b',
    'a..b@c',
    '"a"@b',
    'a b@c',
    'ä@b',
    'A <a@b>',
    'a@*.b',
  ]);
  refuses('rfc822Name', [`${label(65)}@b`, 'a@[127.0.0.1]', 'a@b\n']);
});

test('a uniformResourceIdentifier is absolute and has a host where it has an authority (RFC 5280 §4.2.1.6)', () => {
  accepts('uniformResourceIdentifier', [
    'http://127.0.0.1:8080/crl/a.crl',
    'https://user@example.com/a%20b?c=d#e',
    'http://[::1]:80/',
    'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
    'spiffe://example.org/service',
    'ldap://host/cn=a,dc=b?certificateRevocationList;binary',
    'mailto:a@b',
  ]);
  refuses('uniformResourceIdentifier', [
    '',
    'a',
    '/a',
    '//a',
    'http:',
    'http://',
    'http:///a',
    'http://:80/',
    'http://a@/',
  ]);
  refuses('uniformResourceIdentifier', [
    'http://a b',
    'http://a/\n',
    'http://a/%2',
    'http://a/"',
    'http://ä/',
    '1http://a',
    ':a',
  ]);
  const uri = (length: number) => 'http://a/'.padEnd(length, 'x');
  accepts('uniformResourceIdentifier', [uri(2047), uri(2048)]);
  refuses('uniformResourceIdentifier', [uri(2049)]);
});

test('an iPAddress is parsed to octets and shown in its canonical text (RFC 5952 §4)', () => {
  for (const [text, octets, canonical] of [
    ['192.0.2.1', 'c0000201', '192.0.2.1'],
    ['0.0.0.0', '00000000', '0.0.0.0'],
    ['::', '00'.repeat(16), '::'],
    ['::1', `${'00'.repeat(15)}01`, '::1'],
    ['2001:DB8:0:0:1:0:0:1', '20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['2001:db8::1:1:1:1:1', '20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1::1', '20010000000000010000000000000001', '2001:0:0:1::1'],
    ['1:2:3:4:5:6:7::', '00010002000300040005000600070000', '1:2:3:4:5:6:7:0'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '0064ff9b0000000000000000c0000221', '64:ff9b::c000:221'],
  ] as const) {
    assert.equal(toHex(parseIpAddress(text) ?? hex('')), octets, text);
    assert.equal(formatIpAddress(hex(octets)), canonical);
    assert.deepEqual(parseGeneralName('iPAddress', text), { type: 'iPAddress', value: canonical });
  }
});

test('text that is no address, or has two readings, is refused', () => {
  refuses('iPAddress', [
    '',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4/8',
    '0x7f.1',
    '127.1',
    '1..2.3',
  ]);
  refuses('iPAddress', [
    ':',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::',
    'fe80::1%eth0',
  ]);
  refuses('iPAddress', ['1.2.3.4::', '::1.2.3.4:5', '::1.2.3', '1:', ':1', '[::1]', '::1/64', '1:2:3:4:5:6:7:1.2.3.4']);
});

test('names have the tags of RFC 5280 §A.2', () => {
  for (const [name, bytes] of [
    [{ type: 'rfc822Name', value: 'a@b' }, '8103614062'],
    [{ type: 'dNSName', value: 'a.b' }, '8203612e62'],
    [{ type: 'directoryName', name: [{ type: 'countryName', value: 'CN' }] }, 'a40f300d310b300906035504061302434e'],
    [{ type: 'uniformResourceIdentifier', value: 'a:b' }, '8603613a62'],
    [{ type: 'iPAddress', value: '127.0.0.1' }, '87047f000001'],
    [{ type: 'registeredID', id: '1.2.3' }, '88022a03'],
    [{ type: 'otherName', id: '1.2.3', der: hex('0c0161') }, 'a009 06022a03 a003 0c0161'],
    [{ type: 'x400Address', der: hex('3002 3000') }, 'a302 3000'],
    [{ type: 'ediPartyName', partyName: 'b' }, 'a505 a103 0c0162'],
    [{ type: 'ediPartyName', nameAssigner: 'a', partyName: 'b' }, 'a50a a003 0c0161 a103 0c0162'],
  ] as [GeneralName, string][]) {
    assert.equal(toHex(encodeGeneralName(name)), bytes.replaceAll(' ', ''));
    assert.deepEqual(readGeneralName(new DerReader(hex(bytes))), name);
  }
});

test('names that are not what their type says are refused on reading', () => {
  for (const [bytes, problem] of [
    ['8200', 'string-malformed'],
    ['820161'.replace('61', 'ff'), 'string-malformed'],
    ['82036100 62', 'string-malformed'],
    ['8703 7f0001', 'value-malformed'],
    ['8708 7f000001ff000000', 'value-malformed'], // with a mask, as in name constraints only
    ['a200', 'unexpected-tag'],
    ['8900', 'unexpected-tag'],
    ['0c0161', 'unexpected-tag'],
    ['a404 3000 3000', 'trailing-bytes'],
    ['a003 020200', 'unexpected-tag'],
    ['a004 06022a03', 'missing-element'],
    ['a00b 06022a03 a005 0c0161 0500', 'trailing-bytes'],
    ['a00b 06022a03 a003 0c0161 0500', 'trailing-bytes'],
    ['a303 020200', 'truncated'],
    ['a500', 'missing-element'],
    ['a505 a103 020101', 'unexpected-tag'],
    ['a505 a103 0c0100', 'string-malformed'],
    ['8800', 'oid-malformed'],
    ['880180', 'oid-malformed'],
  ] as const) {
    assert.throws(() => readGeneralName(new DerReader(hex(bytes))), { name: 'DecodingError', problem }, bytes);
  }
});

test('GeneralNames is not empty (RFC 5280 §4.2.1.6)', () => {
  assert.throws(() => encodeGeneralNames([]), { problem: 'empty' });
  assert.throws(() => readGeneralNames(new DerReader(hex('3000'))), { problem: 'too-few' });
});

test('general names come back as they were written, byte for byte', () => {
  fc.assert(
    fc.property(fc.array(generalNames, { minLength: 1, maxLength: 5 }), (list) => {
      const bytes = encodeGeneralNames(list);
      const read = readGeneralNames(new DerReader(bytes));
      assert.deepEqual(read, list);
      assert.deepEqual(encodeGeneralNames(read), bytes);
    }),
  );
});

test('addresses come back from their text, which is the one the URL standard writes too', () => {
  fc.assert(
    fc.property(ipAddresses, (octets) => {
      const text = formatIpAddress(octets);
      assert.deepEqual(parseIpAddress(text), octets);
      if (octets.length === 4 || text.startsWith('::ffff:')) return;
      assert.equal(new URL(`http://[${text}]/`).hostname, `[${text}]`);
    }),
  );
});

test('text is an address here exactly if node:net says so', () => {
  const pieces = fc.constantFrom(':', '::', '.', '0', '1', '9', 'a', 'F', 'ffff', '255', '256', '1.2.3.4', 'g', '%1');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      if (!text.includes('%')) assert.equal(parseIpAddress(text) !== undefined, isIP(text) !== 0, text);
    }),
    { numRuns: 1000 },
  );
});
