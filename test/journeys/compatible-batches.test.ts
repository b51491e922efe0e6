// The compatible call with as many serial numbers as the operator can allow.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { render } from '../../src/protocols/rpc/render.ts';
import { newSeed, type SeededRandom, seededRandom } from './seeded-random.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, revoke, type StatusEntry, statusOf } from './small-pki.ts';

const seed = newSeed('BATCHES_SEED');
const action = 'DescribeClientCertificateStatusForSerialNumber';
const serialsOf = (count: number) => Array.from({ length: count }, (_, index) => (index + 0x100000).toString(16));

test('10,000 serial numbers are answered in one call where that is allowed, 10,001 are not', async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_MAX_STATUS_BATCH: '10000' });
  const { issuing } = await makeAuthorities(url);
  const { identifier, serialNumber } = await issueClient(url, issuing);
  await revoke(url, identifier);
  const [alone] = await statusOf(url, serialNumber);
  for (const count of [9999, 10_000, 10_001]) {
    const serials = serialsOf(count);
    serials[count - 1] = serialNumber;
    const reply = await call(url, action, { SerialNumber: serials.join(',') }, { method: 'POST' });
    if (count > 10_000) {
      assert.deepEqual([reply.status, reply.body['Code']], [400, 'InvalidSerialNumber']);
      assert.match(String(reply.body['Message']), /more than 10000 elements/);
      continue;
    }
    assert.equal(reply.status, 200, reply.text);
    const entries = reply.body['CertificateStatus'] as StatusEntry[];
    assert.deepEqual(
      entries.map((entry) => entry.SerialNumber),
      serials,
    );
    assert.deepEqual(entries.at(-1), alone);
    assert.ok(entries.slice(0, -1).every(({ Status, RevokeTime }) => Status === 'unknown' && RevokeTime === 0));
  }
});

test('without the setting 1,000 are answered, 1,001 are not', async (t) => {
  const { url } = await startWithin(t);
  for (const [count, status] of [
    [999, 200],
    [1000, 200],
    [1001, 400],
  ] as const) {
    const parameters = { SerialNumber: serialsOf(count).join(',') };
    assert.equal((await call(url, action, parameters, { method: 'POST' })).status, status);
  }
});

/** A list of serial numbers, its elements written in all the ways that are allowed; and its elements as they are echoed. */
function anyList(known: readonly string[], size: number, random: SeededRandom): { list: string; elements: string[] } {
  const pairs = (serial: string) => serial.match(/../g)?.join(':') ?? serial;
  const ways = [
    (serial: string) => serial,
    (serial: string) => serial.toUpperCase(),
    (serial: string) => pairs(serial),
    (serial: string) => pairs(serial).toUpperCase(),
    (serial: string) => `${'0'.repeat(random.below(128 - serial.length))}${serial}`,
    (serial: string) => serial.replace(/^0/, ''),
  ];
  const elements = Array.from({ length: size }, () => {
    const isKnown = random.below(3) > 0;
    const serial = isKnown ? random.pick(known) : Buffer.from(random.octets(1 + random.below(20))).toString('hex');
    return random.pick(ways)(serial);
  });
  const blanks = random.pick([[''], ['', '', ' ', '\t', ' \r\n'], ['', ' ', '\u00a0', '\u2003\ufeff']]);
  return { list: elements.map((each) => `${random.pick(blanks)}${each}${random.pick(blanks)}`).join(), elements };
}

async function statesOf(url: string): Promise<string[]> {
  const { issuing } = await makeAuthorities(url);
  const serials: string[] = [];
  for (const isRevoked of [false, true]) {
    const { identifier, serialNumber } = await issueClient(url, issuing);
    serials.push(serialNumber);
    if (isRevoked) await revoke(url, identifier);
  }
  return serials;
}

for (const unit of ['s', 'ms']) {
  test(`a list is answered as its elements are one by one, in JSON and XML (unit ${unit}, BATCHES_SEED=${seed})`, async (t) => {
    const { url } = await startWithin(t, {
      CERTITUDE_MAX_STATUS_BATCH: '10000',
      CERTITUDE_REVOKE_TIME_UNIT: unit,
    });
    const random = seededRandom(seed);
    const known = await statesOf(url);
    const alone = await Promise.all(known.map(async (serial) => (await statusOf(url, serial))[0]));
    assert.deepEqual(
      alone.map((each) => each?.Status),
      ['good', 'revoked'],
    );
    const asNumber = (text: string) => BigInt(`0x${text.replaceAll(':', '')}`);
    for (const size of [1, 2, 30, 60, 100, 1000, 4095, 4096, 4097, 8193]) {
      const { list, elements } = anyList(known, size, random);
      const expected = elements.map((element) => {
        const at = known.findIndex((serial) => asNumber(serial) === asNumber(element));
        return { ...(alone[at] ?? { Status: 'unknown', RevokeTime: 0 }), SerialNumber: element };
      });
      const reply = await call(url, action, { SerialNumber: list }, { method: 'POST' });
      assert.deepEqual(reply.body['CertificateStatus'], expected, `${size}`);
      assert.equal(reply.text, JSON.stringify(reply.body));
      const common = { Format: 'XML' };
      const inXml = await call(url, action, { SerialNumber: list }, { method: 'POST', common });
      const RequestId = inXml.headers.get('x-acs-request-id');
      assert.equal(inXml.text, render('XML', `${action}Response`, { ...reply.body, RequestId }));
    }
  });
}

test(`a list is refused for the same flaw in the same words, few or many (BATCHES_SEED=${seed})`, async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_MAX_STATUS_BATCH: '10000' });
  const random = seededRandom(seed + 1);
  const refusalOf = async (elements: readonly string[]) => {
    const { status, body } = await call(url, action, { SerialNumber: elements.join() }, { method: 'POST' });
    return { status, code: body['Code'], message: String(body['Message']) };
  };
  const flaws = [
    '',
    ' ',
    '\u00a0',
    '0x0a',
    '0g',
    '-1',
    '+1',
    '1.0',
    '0a:1',
    ':0a',
    '0a:',
    '0a::0b',
    '0a b',
    '\u00010a',
  ];
  const longFlaws = [
    '1'.repeat(41),
    '0'.repeat(129),
    `0a\0`,
    '0\u00e9',
    '\u0663',
    '\uff11\uff12',
    '\u0130\u0131',
    '0a"',
    '<0a>',
  ];
  for (const flaw of [...flaws, ...longFlaws]) {
    const alone = await refusalOf(['0a', flaw]);
    assert.deepEqual([alone.status, alone.code], [400, 'InvalidSerialNumber'], flaw);
    for (const size of [300, 5000]) {
      const elements: string[] = Array(size).fill('0123456789abcdef');
      const place = random.below(size);
      elements[place] = flaw;
      const expected = { ...alone, message: alone.message.replace('element 2', `element ${place + 1}`) };
      assert.deepEqual(await refusalOf(elements), expected);
    }
  }
  // What is missing is told before what is no number, wherever they stand.
  const both: string[] = Array(300).fill('0123456789abcdef');
  both[7] = 'zz';
  both[200] = '';
  assert.match((await refusalOf(both)).message, /is empty at element 201/);
});
