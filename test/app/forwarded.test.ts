import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRange } from '../../src/access/ip-range.ts';
import { throughProxies } from '../../src/app/forwarded.ts';
import { HeaderLines } from '../../src/app/http/header-lines.ts';
import type { EdgeRequest } from '../../src/protocols/edge.ts';

const trusted = ['10.0.0.0/8', '2001:db8::/32'].map((text) => parseRange(text) ?? assert.fail(text));

function from(peer: string, headers: Record<string, readonly string[]>, secure = false): EdgeRequest {
  const request: EdgeRequest = {
    method: 'GET',
    path: '/',
    query: '',
    headers: new HeaderLines(
      Object.entries(headers).flatMap(([name, values]) => values.flatMap((value) => [name, value])),
    ),
    body: new Uint8Array(),
    sourceAddress: () => peer,
    secure,
  };
  return throughProxies(request, trusted);
}

const source = (peer: string, ...forwarded: string[]) => from(peer, { 'x-forwarded-for': forwarded }).sourceAddress();

test('a stranger says what he likes in the headers of proxies, and is who he is', () => {
  const told = from('192.0.2.9', { 'x-forwarded-for': ['10.1.1.1'], 'x-forwarded-proto': ['https'] });
  assert.deepEqual([told.sourceAddress(), told.secure], ['192.0.2.9', false]);
  assert.equal(source('::ffff:192.0.2.9', '10.1.1.1'), '::ffff:192.0.2.9');
  assert.equal(from('', { 'x-forwarded-for': ['10.1.1.1'] }).sourceAddress(), '');
});

test('without trusted proxies nobody is listened to', () => {
  const request = { ...from('10.0.0.1', {}), headers: new HeaderLines(['x-forwarded-for', '192.0.2.1']) };
  assert.equal(throughProxies(request, []), request);
});

test('the list is read from its end, past trusted proxies, to the first address that is none', () => {
  for (const [list, caller] of [
    ['192.0.2.1', '192.0.2.1'],
    ['192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['192.0.2.1,10.0.0.2,2001:db8::5', '192.0.2.1'],
    // What the caller sent himself stands before what the proxy wrote.
    ['10.9.9.9, 192.0.2.1', '192.0.2.1'],
    ['127.0.0.1, nonsense, 192.0.2.1, 10.0.0.2', '192.0.2.1'],
    // All of them are trusted: the first called for itself.
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['2001:4860::7', '2001:4860::7'],
    ['2001:4860:0:0:0:0:0:7', '2001:4860::7'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['192.0.2.1, ::ffff:10.0.0.2', '192.0.2.1'],
    ['192.0.2.1:4711', '192.0.2.1'],
    ['[2001:4860::7]:4711', '2001:4860::7'],
    ['[2001:4860::7]', '2001:4860::7'],
  ] as const) {
    assert.equal(source('10.0.0.1', list), caller, list);
  }
  assert.equal(source('10.0.0.1', '192.0.2.7', '192.0.2.1'), '192.0.2.1', 'two lines are one list');
  assert.equal(source('::ffff:10.0.0.1', '192.0.2.1'), '192.0.2.1', 'a peer in the mapped form');
});

test('an entry that is no address makes the source unknown, never the address of the proxy', () => {
  for (const list of [
    '',
    ' ',
    'nonsense',
    'unknown',
    '192.0.2.1,',
    '192.0.2.1,,',
    '192.0.2',
    '1.2.3.4.5',
    '[::1',
    '_x',
  ]) {
    assert.equal(source('10.0.0.1', list), 'unknown', list);
    assert.equal(source('10.0.0.1', `192.0.2.1, ${list}, 10.0.0.2`), 'unknown', list);
  }
  assert.equal(source('10.0.0.1', Array(31).fill('10.0.0.2').concat('10.0.0.3').join(',')), '10.0.0.2');
  assert.equal(source('10.0.0.1', `192.0.2.1,${Array(31).fill('10.0.0.2').join(',')}`), '192.0.2.1');
  assert.equal(source('10.0.0.1', `192.0.2.1,${Array(32).fill('10.0.0.2').join(',')}`), 'unknown');
});

test('a trusted proxy without the header calls for itself, over the connection it has', () => {
  for (const secure of [true, false]) {
    const itself = from('10.0.0.1', { 'x-forwarded-proto': ['https'] }, secure);
    assert.deepEqual([itself.sourceAddress(), itself.secure], ['10.0.0.1', secure]);
  }
});

test('TLS is what every leg says; a leg that says nothing was none', () => {
  for (const [proto, secure] of [
    [['https'], true],
    [['HTTPS'], true],
    [['https, https'], true],
    [['https', 'https'], true],
    [['http, https'], false],
    [['https', 'http'], false],
    [['https,'], false],
    [['httpss'], false],
    [undefined, false],
  ] as const) {
    const headers = { 'x-forwarded-for': ['192.0.2.1'], ...(proto && { 'x-forwarded-proto': proto }) };
    assert.equal(from('10.0.0.1', headers, true).secure, secure, String(proto));
  }
});

test('whatever a caller puts before, the address his proxy appended is found', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }), fc.ipV4(), (made, address) => {
      fc.pre(!address.startsWith('10.'));
      assert.equal(source('10.0.0.1', [...made, address].join(',')), address);
    }),
  );
});
