// POST /v1/status: that it says what the compatible call says, refuses what is not as signed, and leaves nothing behind.

import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { after, type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createAccessKey } from '../../src/access/administration/access-keys.ts';
import { createAccount } from '../../src/access/administration/accounts.ts';
import { operatorActor } from '../../src/app/initialise.ts';
import { ram } from '../../src/protocols/rpc/product.ts';
import { startStillService } from '../conformance/still-service.ts';
import { newSeed, seededRandom } from '../journeys/seeded-random.ts';
import { type ServiceWithin, startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { issueClient, issueExpired, makeAuthorities, ok, revoke, statusOf } from '../journeys/small-pki.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { until } from '../until.ts';
import {
  action,
  askBulk,
  beginBulk,
  bulkHeaders,
  entriesOf,
  linesOf,
  packedEntriesOf,
  recordsOf,
  replyTo,
  responseTo,
  serialsType,
  statusesType,
} from './bulk-asking.ts';

const seed = newSeed('BULK_SEED');
/** For all tests that need no settings of their own. */
const shared = startWithin({ after: (hook) => after(hook as () => void) }, { CERTITUDE_MAX_STATUS_BATCH: '10000' });

async function otherAccount({ services }: ServiceWithin): Promise<AccessKey> {
  const actor = operatorActor();
  const account = await createAccount({ actor, name: 'other' }, services.administration);
  return await createAccessKey({ actor, account }, services.administration);
}

/** Certificates in all the ways they can stand, and serial numbers of none. */
async function certificatesOf(service: ServiceWithin): Promise<string[]> {
  const { url } = service;
  const { issuing } = await makeAuthorities(url);
  const doomed = await makeAuthorities(url);
  const serials: string[] = [];
  for (const state of ['good', 'revoked', 'deleted', 'held', 'released', 'expired', 'under a revoked CA'] as const) {
    const parent = state === 'under a revoked CA' ? doomed.issuing : issuing;
    const made = await (state === 'expired' ? issueExpired : issueClient)(url, parent);
    serials.push(made.serialNumber);
    if (state === 'revoked' || state === 'deleted') await revoke(url, made.identifier);
    if (state === 'deleted') await service.remove(made.identifier);
    if (state === 'held' || state === 'released') await service.revoke(made.identifier, 'certificateHold');
    if (state === 'released') await service.release(made.identifier);
  }
  await ok(url, 'UpdateCACertificateStatus', { Identifier: doomed.root, Status: 'REVOKE' });
  for (const Identifier of [issuing, doomed.root, doomed.issuing]) {
    const described = await ok(url, 'DescribeCACertificate', { Identifier });
    serials.push((described['Certificate'] as { SerialNumber: string }).SerialNumber);
  }
  return serials;
}

test(`its answers are those of the compatible call, in every form and order (BULK_SEED=${seed})`, async () => {
  const service = await shared;
  const { url } = service;
  const random = seededRandom(seed);
  const known = await certificatesOf(service);
  const key = await otherAccount(service);
  const other = await makeAuthorities(url, { key });
  known.push((await issueClient(url, other.issuing, {}, { key })).serialNumber);
  for (const size of [1, 2, 63, 64, 65, 4095, 4096, 4097, 9000]) {
    const serials = Array.from({ length: size }, () =>
      random.below(3) === 0
        ? Buffer.from(random.octets(1 + random.below(20)))
            .toString('hex')
            .replace(/^(?:00)+(?=..)/, '')
        : random.pick(known),
    );
    const own = await statusOf(url, serials.join(','));
    const others = await statusOf(url, serials.join(','), { key });
    const lines = linesOf(serials);
    assert.deepEqual(entriesOf(await askBulk(url, { body: lines })), own);
    assert.deepEqual(entriesOf(await askBulk(url, { body: lines, key })), others);
    const records = recordsOf(serials);
    const headers = { 'content-type': serialsType };
    assert.deepEqual(packedEntriesOf(await askBulk(url, { body: records, headers }), serials), own);
    const asLines = { ...headers, accept: 'application/x-ndjson' };
    assert.deepEqual(entriesOf(await askBulk(url, { body: records, headers: asLines })), own);
    const packed = await askBulk(url, { body: lines, headers: { accept: `text/html, ${statusesType};q=0.9` } });
    assert.equal(packed.headers['content-type'], statusesType);
    assert.deepEqual(packedEntriesOf(packed, serials), own);
  }
  assert.deepEqual(new Set((await statusOf(url, known.join(','))).map(({ Status }) => Status)).size, 3);
});

test('a serial number is read in every way it may be written, and answered as it is written here', async () => {
  const { url } = await shared;
  const body = [
    '"0A:1B"',
    '"a1b"',
    '{"SerialNumber":"0a1b"}',
    '{ "SerialNumber" : " 0a1b " }\r',
    ' "0A1B" ',
    '"\\u0030a1b"',
    `"${'0'.repeat(124)}0a1b"`,
    '"0"',
    `"${'fF'.repeat(20)}"`,
  ].join('\n');
  const entries = entriesOf(await askBulk(url, { body }));
  assert.deepEqual(
    entries.map(({ SerialNumber }) => SerialNumber),
    [...Array(7).fill('0a1b'), '00', 'ff'.repeat(20)],
  );
});

test('what is no serial number is refused with its line or record named, and nothing is answered', async () => {
  const { url } = await shared;
  const good = '"0a1b"\n{"SerialNumber":"0a"}\n';
  for (const line of [
    '',
    '\r',
    '0a1b',
    '12',
    'null',
    '[]',
    '["0a"]',
    '{}',
    '{"serialNumber":"0a"}',
    '{"SerialNumber":"0a","Status":"good"}',
    '{"SerialNumber":10}',
    '"0a',
    '""',
    '"',
    '"0x0a"',
    '"0a:1"',
    '"0a1b" "0a"',
    `"${'1'.repeat(41)}"`,
    `"${'0'.repeat(129)}"`,
    '\ufeff"0a"',
  ]) {
    const reply = await askBulk(url, { body: `${good}${line}\n"0c"\n` });
    assert.deepEqual([reply.status, reply.code], [400, 'InvalidSerialNumber'], line);
    assert.match(reply.message, /^Line 3 /, line);
  }
  const broken = await askBulk(url, { body: Buffer.concat([Buffer.from(good), Uint8Array.of(0x22, 0xff, 0x22)]) });
  assert.match(broken.message, /^Line 3 /);
  for (const [body, where] of [
    [[], 'The body has no serial number'],
    [[0], 'Record 1 has the length 0'],
    [[1, 5, 21, ...Array(21).fill(1)], 'Record 2 has the length 21'],
    [[1, 5, 1], 'Record 2 is cut short'],
    [[1, 5, 2, 1], 'Record 2 is cut short'],
    [[1, 5, 20, ...Array(19).fill(1)], 'Record 2 is cut short'],
  ] as const) {
    const reply = await askBulk(url, { body: Uint8Array.from(body), headers: { 'content-type': serialsType } });
    assert.deepEqual([reply.status, reply.code], [400, 'InvalidSerialNumber'], where);
    assert.ok(reply.message.startsWith(where), reply.message);
  }
  const empty = await askBulk(url, { body: '' });
  assert.deepEqual([empty.code, empty.message], ['InvalidSerialNumber', 'The body has no serial number.']);
});

test('a line of 1,024 octets is read, one of 1,025 is not, wherever the network cuts it', async () => {
  const { url } = await shared;
  for (const [length, status] of [
    [1023, 200],
    [1024, 200],
    [1025, 400],
  ] as const) {
    const line = `${' '.repeat(length - 6)}"0a1b"`;
    const body = `"01"\n${line}\n"02"\n`;
    assert.equal((await askBulk(url, { body })).status, status);
    for (const cut of [3, 5, 6, 600, 5 + length, 6 + length]) {
      const asking = beginBulk(url, { body });
      const replying = replyTo(asking);
      asking.write(body.slice(0, cut));
      await setTimeout(5);
      asking.end(body.slice(cut));
      const reply = await replying;
      assert.equal(reply.status, status);
      if (status === 400) assert.match(reply.message, /^Line 2 is longer than 1024 octets/);
      else
        assert.deepEqual(
          entriesOf(reply).map(({ SerialNumber }) => SerialNumber),
          ['01', '0a1b', '02'],
        );
    }
  }
});

test(`bodies are read the same however the network cuts them (BULK_SEED=${seed})`, async () => {
  const { url } = await shared;
  const random = seededRandom(seed + 1);
  const serials = Array.from({ length: 40 }, () =>
    Buffer.from(random.octets(1 + random.below(20)))
      .toString('hex')
      .replace(/^(?:00)+(?=..)/, ''),
  );
  for (const [body, type] of [
    [Buffer.from(linesOf(serials)), 'application/jsonl'],
    [recordsOf(serials), serialsType],
  ] as const) {
    for (let round = 0; round < 5; round++) {
      const headers = { 'content-type': type, accept: 'application/jsonl' };
      const asking = beginBulk(url, { body, headers });
      asking.setNoDelay(true);
      for (let at = 0; at < body.length; ) {
        const next = at + 1 + random.below(60);
        asking.write(body.subarray(at, next));
        at = next;
        await setTimeout(1);
      }
      asking.end();
      const answered = entriesOf(await replyTo(asking)).map(({ SerialNumber }) => SerialNumber);
      assert.deepEqual(answered, serials);
    }
  }
});

test('as many serial numbers as are allowed are answered, one more is not, whatever length is told', async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_MAX_BULK_STATUS: '5000' });
  for (const size of [4999, 5000, 5001]) {
    const serials = Array.from({ length: size }, (_, index) => (index + 0x10000).toString(16).padStart(6, '0'));
    for (const [body, type] of [
      [linesOf(serials), 'application/jsonl'],
      [recordsOf(serials), serialsType],
    ] as const) {
      const headers = { 'content-type': type, accept: 'application/jsonl' };
      const reply = await askBulk(url, { body, headers });
      if (size <= 5000) assert.equal(entriesOf(reply).length, size);
      else assert.deepEqual([reply.status, reply.code], [413, 'RequestTooLarge']);
    }
  }
  const told = await askBulk(url, { body: ' '.repeat(5000 * 128 + 1025) });
  assert.deepEqual([told.status, told.code], [413, 'RequestTooLarge']);
});

test('a body that is not the one signed is refused, and nothing is answered', async () => {
  const { url } = await shared;
  const serials = Array.from({ length: 9000 }, (_, index) => (index + 0x100000).toString(16));
  const body = linesOf(serials);
  for (const sent of [body.replace('"100000"', '"100001"'), body.slice(0, -9), `${body}"01"\n`]) {
    const asking = beginBulk(url, { body });
    asking.end(sent);
    const reply = await replyTo(asking);
    assert.deepEqual([reply.status, reply.code], [400, 'SignatureDoesNotMatch']);
    assert.match(reply.message, /x-acs-content-sha256/);
  }
});

test('who calls is settled before the body is read', async () => {
  const { url } = await shared;
  const body = linesOf(['0a']);
  const stranger = { accessKeyId: 'LTAInobody', accessKeySecret: 'x' };
  const { authorization: _, ...unsigned } = bulkHeaders(url, { body });
  for (const [headers, code] of [
    [bulkHeaders(url, { body, key: stranger }), 'InvalidAccessKeyId.NotFound'],
    [bulkHeaders(url, { body, key: { ...stranger, accessKeyId: 'testRootAccessKey' } }), 'SignatureDoesNotMatch'],
    [unsigned, 'IncompleteSignature'],
    [bulkHeaders(url, { body, path: '/' }), 'SignatureDoesNotMatch'],
    [bulkHeaders(url, { body, headers: { 'x-acs-action': 'ListCert' } }), 'InvalidAction.NotFound'],
    [bulkHeaders(url, { body, headers: { 'x-acs-version': '2015-05-01' } }), 'InvalidVersion'],
    [bulkHeaders(url, { body, headers: { 'x-acs-date': '2020-01-01T00:00:00Z' } }), 'InvalidTimeStamp.Expired'],
    [bulkHeaders(url, { body, headers: { 'content-type': 'text/plain' } }), 'InvalidContentType'],
    [bulkHeaders(url, { body, headers: { 'content-encoding': 'gzip' } }), 'InvalidContentEncoding'],
    [bulkHeaders(url, { body, headers: { accept: 'text/html' } }), 'InvalidAccept'],
  ] as const) {
    const asking = beginBulk(url, { body });
    for (const name of asking.getHeaderNames()) asking.removeHeader(name);
    for (const [name, value] of Object.entries(headers)) asking.setHeader(name, value);
    asking.setHeader('content-length', '1000000');
    asking.flushHeaders(); // and not an octet of the body
    assert.equal((await replyTo(asking)).code, code);
    asking.destroy();
  }
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
    const reply = await askBulk(url, { method });
    assert.equal(reply.status, 400);
    if (method !== 'HEAD') assert.equal(reply.code, 'UnsupportedHTTPMethod');
  }
  assert.equal((await askBulk(url, { body, path: '/v1/status?a=b' })).code, 'InvalidParameter');
  assert.equal((await askBulk(url, { body, path: '/v1/status/' })).code, 'InvalidApi.NotFound');
});

test('a request sent again is refused, here and as the compatible call', async () => {
  const { url } = await shared;
  const body = linesOf(['0a']);
  const headers = bulkHeaders(url, { body });
  const codes: (string | undefined)[] = [];
  for (let round = 0; round < 3; round++) {
    const asking = beginBulk(url, {});
    for (const [name, value] of Object.entries(headers)) asking.setHeader(name, value);
    asking.end(body);
    codes.push((await replyTo(asking)).code);
  }
  assert.deepEqual(codes, [undefined, 'SignatureNonceUsed', 'SignatureNonceUsed']);
  const nonce = headers['x-acs-signature-nonce'];
  const compatible = await call(url, action, { SerialNumber: '0a' }, { common: { SignatureNonce: nonce } });
  assert.equal(compatible.body['Code'], 'SignatureNonceUsed');
});

test('the body is asked for once the call is admitted, where its sender waits for that (RFC 9110 §10.1.1)', async () => {
  const { url } = await shared;
  const body = linesOf(['0a', '0b']);
  const asking = beginBulk(url, { body });
  asking.setHeader('expect', '100-continue');
  asking.flushHeaders();
  await new Promise((resolve) => asking.once('continue', resolve));
  asking.end(body);
  assert.equal(entriesOf(await replyTo(asking)).length, 2);

  const refused = beginBulk(url, { body, headers: { 'content-type': 'text/plain' } });
  refused.setHeader('expect', '100-continue');
  refused.once('continue', () => assert.fail('the body of a refused call was asked for'));
  refused.flushHeaders();
  assert.equal((await replyTo(refused)).code, 'InvalidContentType');
  refused.destroy();
});

test('one connection serves call after call, refused ones in between', async (t) => {
  const { url } = await shared;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const ports = new Set<number | undefined>();
  for (const [body, status] of [
    [linesOf(['0a']), 200],
    [linesOf(['zz']), 400],
    [linesOf(Array(5000).fill('0b')), 200],
    [linesOf(['0c']), 200],
  ] as const) {
    const asking = beginBulk(url, { body, agent });
    asking.once('socket', (socket) => socket.once('connect', () => ports.add(socket.localPort)));
    asking.end(body);
    assert.equal((await replyTo(asking)).status, status);
  }
  assert.equal(ports.size, 1);
});

async function placesAreFree(url: string, key?: AccessKey): Promise<void> {
  const body = linesOf(['0a']);
  for (let tries = 0; ; tries++) {
    const asking = Array.from({ length: 2 }, () => beginBulk(url, { body, ...(key && { key }) }));
    for (const each of asking) each.end(body);
    const replies = await Promise.all(asking.map(replyTo));
    if (replies.every(({ status }) => status === 200)) return;
    assert.ok(tries < 1000, replies.map(({ message }) => message).join());
    await setTimeout(50);
  }
}

test('two calls of an account are answered at a time; others are served meanwhile, and places come free', async () => {
  const service = await shared;
  const { url } = service;
  const key = await otherAccount(service);
  const body = linesOf(Array(1000).fill('0a1b'));
  const slow = Array.from({ length: 2 }, () => beginBulk(url, { body }));
  for (const each of slow) each.write(body.slice(0, 100));
  await setTimeout(100);
  const third = await askBulk(url, { body });
  assert.deepEqual([third.status, third.code], [503, 'ServiceUnavailable']);
  assert.equal((await askBulk(url, { body, key })).status, 200);
  assert.equal((await statusOf(url, '0a')).length, 1);
  for (const each of slow) each.end(body.slice(100));
  for (const each of slow) assert.equal(entriesOf(await replyTo(each)).length, 1000);
  await placesAreFree(url);
});

test('who breaks off, sending or reading, leaves no call behind', async () => {
  const { url } = await shared;
  const body = linesOf(Array(100_000).fill('0a1b0a1b0a1b0a1b'));
  for (let round = 0; round < 3; round++) {
    const sending = beginBulk(url, { body });
    sending.on('error', () => {});
    sending.write(body.slice(0, 1_000_000));
    await setTimeout(20);
    sending.destroy();

    const reading = beginBulk(url, { body });
    reading.on('error', () => {});
    reading.end(body);
    const response = await responseTo(reading);
    response.on('error', () => {});
    response.once('data', () => reading.destroy());
    await new Promise((resolve) => response.once('close', resolve));
    await placesAreFree(url);
  }
});

test('a body that does not come in its time is refused, and its place comes free', async (t) => {
  // As the service has it, but for the 15 seconds.
  const { url } = await startStillService(t, { bodyMillis: 300 });
  const body = linesOf(Array(2000).fill('0a1b'));
  for (const isTold of [true, false]) {
    for (const sent of [0, 1, body.length - 1]) {
      const asking = beginBulk(url, { body });
      asking.on('error', () => {});
      if (isTold) asking.setHeader('content-length', String(body.length));
      asking.flushHeaders();
      if (sent > 0) asking.write(body.slice(0, sent));
      const reply = await replyTo(asking);
      assert.deepEqual([reply.status, reply.code], [408, 'RequestTimeout'], `${sent} of ${body.length}`);
      assert.equal(reply.headers.connection, 'close');
      asking.destroy();
    }
  }
  await placesAreFree(url);
});

test('a body has a second more for every 256 KiB that it was told to have', async (t) => {
  const { url } = await startStillService(t, { bodyMillis: 1 });
  const body = linesOf(Array(100_000).fill('0a1b0a1b0a1b0a1b'));
  const asking = beginBulk(url, { body, headers: { 'content-length': String(body.length) } });
  const replying = replyTo(asking);
  for (let at = 0; at < body.length; at += body.length / 4) {
    asking.write(body.slice(at, at + body.length / 4));
    await setTimeout(20);
  }
  asking.end();
  assert.equal(entriesOf(await replying).length, 100_000);
});

test('an answer that is read slowly waits for its reader, and calls are answered meanwhile', async () => {
  const { url } = await shared;
  const body = linesOf(Array(100_000).fill('0a1b0a1b0a1b0a1b'));
  const asking = beginBulk(url, { body });
  asking.end(body);
  const response = await responseTo(asking);
  response.pause();
  await setTimeout(200);
  assert.equal((await statusOf(url, '0a')).length, 1);
  assert.equal(entriesOf(await askBulk(url, { body: linesOf(['0a']) })).length, 1);
  let octets = 0;
  let last = Buffer.alloc(0);
  for await (const chunk of response) {
    octets += chunk.length;
    last = Buffer.concat([last, chunk]).subarray(-200);
  }
  assert.ok(octets > 6_000_000);
  assert.match(last.toString(), /\{"RequestId":"[0-9A-F-]{36}","Count":100000\}\n$/);
});

test('a revocation that was answered is in every answer from then on', async () => {
  const { url } = await shared;
  const { issuing } = await makeAuthorities(url);
  for (let round = 0; round < 5; round++) {
    const { identifier, serialNumber } = await issueClient(url, issuing);
    const body = linesOf([serialNumber]);
    const before = await askBulk(url, { body });
    assert.equal(entriesOf(before)[0]?.Status, 'good');
    await revoke(url, identifier);
    const after = await askBulk(url, { body });
    assert.equal(entriesOf(after)[0]?.Status, 'revoked');
    const position = ({ headers }: typeof after) => Number(headers['x-certitude-journal-position']);
    assert.ok(position(after) > position(before));
  }
});

test('a user needs the permission of the compatible call', async () => {
  const { url } = await shared;
  const inRam = { product: ram };
  await ok(url, 'CreateUser', { UserName: 'ann' }, inRam);
  const made = await ok(url, 'CreateAccessKey', { UserName: 'ann' }, inRam);
  const { AccessKeyId, AccessKeySecret } = made['AccessKey'] as Record<string, string>;
  const key = { accessKeyId: AccessKeyId ?? '', accessKeySecret: AccessKeySecret ?? '' };
  const body = linesOf(['0a']);
  const denied = await askBulk(url, { body, key });
  assert.deepEqual([denied.status, denied.code], [403, 'NoPermission']);
  for (const [name, Effect, code] of [
    ['may', 'Allow', undefined],
    ['may-not', 'Deny', 'NoPermission'],
  ] as const) {
    const statement = { Effect, Action: `yundun-cert:${action}`, Resource: '*' };
    const PolicyDocument = JSON.stringify({ Version: '1', Statement: [statement] });
    await ok(url, 'CreatePolicy', { PolicyName: name, PolicyDocument }, inRam);
    await ok(url, 'AttachPolicyToUser', { PolicyType: 'Custom', PolicyName: name, UserName: 'ann' }, inRam);
    assert.equal((await askBulk(url, { body, key })).code, code);
  }
});

test('a long call counts as several against its account, whose later calls are told how long to wait', async (t) => {
  const service = await startWithin(t, { CERTITUDE_QPS: '4', CERTITUDE_STATUS_WEIGHT: '1000' });
  const { url } = service;
  const key = await otherAccount(service);
  // Five calls of four a second. On a busy machine the second may be over before the next is asked.
  const refused = await until(
    async () => {
      const long = await askBulk(url, { body: linesOf(Array(4001).fill('0a')) });
      return long.status === 200 && (await askBulk(url, { body: linesOf(['0a']) }));
    },
    (reply) => reply !== false && reply.status !== 200,
  );
  assert.deepEqual([refused.status, refused.code], [400, 'Throttling.User']);
  const wait = Number(refused.headers['x-acs-retry-after']);
  assert.ok(wait > 0 && wait <= 1000, String(wait));
  const compatible = await call(url, action, { SerialNumber: '0a' });
  assert.equal(compatible.body['Code'], 'Throttling.User');
  assert.equal((await askBulk(url, { body: linesOf(['0a']), key })).status, 200);
  await setTimeout(wait);
  assert.equal((await askBulk(url, { body: linesOf(['0a']) })).status, 200);
});

async function answered(t: TestContext, environment: Record<string, string>, size: number): Promise<number> {
  const { url } = await startWithin(t, { CERTITUDE_QPS: '1', ...environment });
  const began = performance.now();
  assert.equal((await askBulk(url, { body: linesOf(Array(size).fill('0a')) })).status, 200);
  await setTimeout(1000);
  const { status } = await askBulk(url, { body: linesOf(['0a']) });
  // Who took two seconds has paid for two calls.
  return performance.now() - began < 2000 ? status : await answered(t, environment, size);
}

test('with the weight 0 any number counts as one call', async (t) => {
  assert.equal(await answered(t, { CERTITUDE_STATUS_WEIGHT: '0' }, 20_000), 200);
  assert.equal(await answered(t, { CERTITUDE_STATUS_WEIGHT: '10000' }, 10_000), 200);
  assert.equal(await answered(t, { CERTITUDE_STATUS_WEIGHT: '10000' }, 10_001), 400);
});
