// `certitude status` with long lists: by /v1/status, and by calls of the operation where there is none.

import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { until } from '../until.ts';
import { operator } from './operator.ts';
import { certitude, rootKey, type Service } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { issueClient, makeAuthorities, revoke } from './small-pki.ts';

const clientOf = (endpoint: string) => ({
  PATH: process.env['PATH'] ?? '',
  CERTITUDE_ENDPOINT: endpoint,
  CERTITUDE_ACCESS_KEY_ID: rootKey.accessKeyId,
  CERTITUDE_ACCESS_KEY_SECRET: rootKey.accessKeySecret,
});

/** How many serial numbers each status call so far asked about, the fewest first, once as many calls are in the log. */
async function sizes(service: Pick<Service, 'url' | 'environment'>, calls: number): Promise<number[]> {
  const lines = await until(
    async () => {
      const { stdout } = await operator(service, 'log', '--json');
      return stdout.split('\n').filter((line) => line.includes('StatusForSerialNumber'));
    },
    ({ length }) => length >= calls,
  );
  return lines.map((line) => (JSON.parse(line) as { size: number }).size).toSorted((a, b) => a - b);
}

/** As a service of before has it: only `/` is there. */
async function withoutBulk(t: TestContext, service: Pick<Service, 'url' | 'environment'>): Promise<string> {
  const server = createServer((message, response) => {
    if (message.url !== '/') {
      message.resume();
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end('{"Code":"InvalidApi.NotFound","Message":"The API is served under / only."}');
      return;
    }
    const { method, headers } = message;
    const passed = request(service.url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    message.pipe(passed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
}

test('long lists are asked for in one call of /v1/status, and by the API where there is none', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const { issuing } = await makeAuthorities(url);
  const good = await issueClient(url, issuing);
  const revoked = await issueClient(url, issuing);
  await revoke(url, revoked.identifier);
  const serials = Array.from(
    { length: 2500 },
    (_, index) => `0A:${(index + 0x1000).toString(16).match(/../g)?.join(':')}`,
  );
  serials[7] = good.serialNumber;
  serials[2400] = revoked.serialNumber;
  const list = serials.join('\n');

  const bulk = await certitude(['status', '--file', '-', '--json'], clientOf(url), list);
  assert.equal(bulk.stderr, '');
  assert.equal(bulk.status, 1);
  const answers = JSON.parse(bulk.stdout) as { serialNumber: string; status: string; revokedAt: string | null }[];
  assert.deepEqual(
    answers.map(({ serialNumber }) => serialNumber),
    serials,
    'as they were written, in their order',
  );
  assert.deepEqual(
    answers.flatMap(({ status }, index) => (status === 'unknown' ? [] : [[index, status]])),
    [
      [7, 'good'],
      [2400, 'revoked'],
    ],
  );
  assert.match(answers[2400]?.revokedAt ?? '', /^20\d\d-/);
  assert.deepEqual(await sizes(service, 1), [2500]);

  const inBatches = await certitude(['status', '--file', '-', '--json', '--batch', '900'], clientOf(url), list);
  assert.deepEqual(JSON.parse(inBatches.stdout), answers);
  assert.deepEqual(await sizes(service, 4), [700, 900, 900, 2500]);

  const older = await certitude(['status', '--file', '-', '--json'], clientOf(await withoutBulk(t, service)), list);
  assert.match(older.stderr, /no \/v1\/status/);
  assert.equal(older.status, 1);
  assert.deepEqual(JSON.parse(older.stdout), answers);

  const short = await certitude(['status', '--file', '-', '--json'], clientOf(url), serials.slice(0, 1000).join('\n'));
  assert.equal(short.status, 2);
  assert.deepEqual(
    (await sizes(service, 8)).filter((size) => size === 1000).length,
    3,
    'two of the older service, and one',
  );

  const table = await certitude(['status', '--file', '-'], clientOf(url), list);
  const printed = table.stdout.trimEnd().split('\n');
  const rows = printed.slice(3, -1).map((row) => row.split('│').map((cell) => cell.trim()));
  assert.deepEqual(
    rows.map(([, serialNumber, status]) => ({ serialNumber, status })),
    answers.map(({ serialNumber, status }) => ({ serialNumber, status })),
    'one table for people, however long',
  );
  assert.equal(new Set(printed.map(({ length }) => length)).size, 1, 'all its lines of one width');

  const wrong = { ...clientOf(url), CERTITUDE_ACCESS_KEY_SECRET: 'wrong' };
  assert.equal((await certitude(['status', '--file', '-'], wrong, list)).status, 76);
});
