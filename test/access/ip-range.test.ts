// Addresses and ranges in conditions.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isWithin, parseAddress, parseRange } from '../../src/access/ip-range.ts';

test('an IPv4 block holds its first and last address and not their neighbours (RFC 4632 §3.1)', () => {
  const block = '192.0.2.64/26';
  assert.deepEqual(
    ['192.0.2.63', '192.0.2.64', '192.0.2.127', '192.0.2.128'].map((address) => within(address, block)),
    [false, true, true, false],
  );
});

test('an IPv6 block that ends inside an octet holds its first and last address and not their neighbours', () => {
  const block = '2001:db8:8000::/33';
  assert.deepEqual(
    ['2001:db8:7fff:ffff::', '2001:db8:8000::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', '2001:db9::'].map((address) =>
      within(address, block),
    ),
    [false, true, true, false],
  );
});

test('a lone address is a block of one', () => {
  assert.equal(within('192.0.2.1', '192.0.2.1'), true);
  assert.equal(within('192.0.2.2', '192.0.2.1'), false);
  assert.equal(within('2001:db8::1', '2001:db8:0::1'), true);
  assert.equal(within('2001:db8::2', '2001:db8::1'), false);
});

test('a caller seen as IPv4-mapped IPv6 is in the ranges of its IPv4 address and in no other (RFC 4291 §2.5.5.2)', () => {
  assert.equal(within('::ffff:10.1.2.3', '10.0.0.0/8'), true);
  assert.equal(within('::ffff:a01:203', '10.0.0.0/8'), true);
  assert.equal(within('::ffff:11.1.2.3', '10.0.0.0/8'), false);
  assert.equal(within('::10.1.2.3', '10.0.0.0/8'), false);
  assert.equal(within('10.1.2.3', '::ffff:10.0.0.0/104'), true);
});

test('0.0.0.0/0 is every IPv4 caller, ::/0 is every caller', () => {
  assert.equal(within('192.0.2.1', '0.0.0.0/0'), true);
  assert.equal(within('::ffff:192.0.2.1', '0.0.0.0/0'), true);
  assert.equal(within('2001:db8::1', '0.0.0.0/0'), false);
  assert.equal(within('2001:db8::1', '::/0'), true);
  assert.equal(within('192.0.2.1', '::/0'), true);
});

test('bits after the prefix of a block do not count', () => {
  assert.equal(within('10.200.0.1', '10.1.2.3/8'), true);
});

test('the zone of a caller is left out (RFC 4007 §11), and has no place in a policy', () => {
  assert.equal(within('fe80::1%eth0', 'fe80::/10'), true);
  assert.equal(parseRange('fe80::1%eth0'), undefined);
});

test('what is no address is no address', () => {
  for (const text of [
    '',
    'localhost',
    '1.2.3',
    '1.2.3.256',
    '010.0.0.1',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '1.2.3.4:80',
    '::1::',
    '%eth0',
  ]) {
    assert.equal(parseAddress(text), undefined, text);
    assert.equal(parseRange(text), undefined, text);
  }
});

test('a prefix length is a plain number from 0 to the width of the address', () => {
  for (const accepted of ['1.2.3.4/0', '1.2.3.4/31', '1.2.3.4/32', '::1/127', '::1/128'])
    assert.ok(parseRange(accepted), accepted);
  for (const refused of [
    '1.2.3.4/33',
    '::1/129',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/08',
    '1.2.3.4/+8',
    '1.2.3.4/8/8',
    '1.2.3.4/255.0.0.0',
    '/8',
  ]) {
    assert.equal(parseRange(refused), undefined, refused);
  }
});

test('ranges agree with arithmetic on 128-bit numbers', () => {
  // Two addresses that share a random number of leading bits, so that both answers are frequent.
  const bits = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });
  fc.assert(
    fc.property(
      bits,
      bits,
      fc.integer({ min: 0, max: 128 }),
      fc.integer({ min: 0, max: 128 }),
      (base, other, shared, prefix) => {
        const low = (1n << BigInt(128 - shared)) - 1n;
        const address = (base & ~low) | (other & low);
        const shift = BigInt(128 - prefix);
        assert.equal(within(toText(address), `${toText(base)}/${prefix}`), address >> shift === base >> shift);
      },
    ),
    { numRuns: 20_000 },
  );
});

function within(address: string, range: string): boolean {
  const parsedAddress = parseAddress(address);
  const parsedRange = parseRange(range);
  assert.ok(parsedAddress && parsedRange, `${address} in ${range}`);
  return isWithin(parsedAddress, parsedRange);
}

function toText(address: bigint): string {
  const groups = address.toString(16).padStart(32, '0').match(/.{4}/g);
  assert.ok(groups);
  return groups.join(':');
}
