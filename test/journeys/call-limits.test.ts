// How often may be called: the operator sets it beside a running service, refused callers are told the truth about when
// to come again, and one that is loud does not slow another.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { followed, operator } from './operator.ts';
import { certitude, type Service, startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call, type Reply } from './signed-request.ts';
import type { AccessKey } from './vendor-clients.ts';

const asked = 'DescribeCACertificateCount';

test('limits of an account are set, shown and lifted beside a running service', async (t) => {
  const service = await startService(t, { environment: { CERTITUDE_QPS: '3' } });
  const { url } = service;
  assert.deepEqual(await burst(url, 5), ['OK', 'OK', 'OK', 'Throttling.User', 'Throttling.User']);
  await quota(service, 'set', '--operation', asked, '--qps', '1');
  await quota(service, 'set', '--operation', '*', '--qps', '2');
  await followed(service);
  await setTimeout(1000);
  assert.deepEqual(await burst(url, 2), ['OK', 'Throttling.User']);
  assert.deepEqual(await burst(url, 3, 'ListCert'), ['OK', 'OK', 'Throttling.User']);
  assert.deepEqual(await quota(service, 'show'), [
    { action: `yundun-cert:${asked}`, callsPerSecond: 1, setFor: 'account' },
    { action: '*', callsPerSecond: 2, setFor: 'account' },
    { action: '*', callsPerSecond: 3, setFor: 'all' },
  ]);
  await quota(service, 'set', '--operation', `yundun-cert:${asked}`, '--qps', '0');
  await quota(service, 'set', '--operation', '*', '--unset');
  await followed(service);
  await setTimeout(1000);
  assert.deepEqual(await burst(url, 6), Array(6).fill('OK'));
  assert.deepEqual(await burst(url, 4, 'ListCert'), ['OK', 'OK', 'OK', 'Throttling.User']);
  const { stdout } = await operator(service, 'journal', 'list', '--json');
  const limits = (JSON.parse(stdout) as { event: { kind: string } }[]).filter(
    ({ event }) => event.kind === 'call-limit-set',
  );
  assert.equal(limits.length, 4);
  await operator(service, 'journal', 'verify');

  for (const [args, message] of [
    [['--operation', 'Nothing', '--qps', '1'], /no operation "Nothing"/],
    [['--operation', asked], /--qps with a number, or --unset/],
    [['--operation', asked, '--qps', '1', '--unset'], /or --unset/],
    [['--operation', asked, '--qps', '-1'], /./],
    [['--operation', asked, '--qps', '100001'], /from 0 to 100000/],
    [['--qps', '1'], /--operation/],
  ] as const) {
    const refused = await certitude(['quota', 'calls', 'set', ...args], service.environment);
    assert.deepEqual([refused.status, refused.stdout], [64, ''], args.join(' '));
    assert.match(refused.stderr, message);
  }

  await service.kill('SIGTERM');
  const again = await startService(t, { dataDir: service.dataDir, environment: { CERTITUDE_QPS: '3' } });
  assert.deepEqual(await burst(again.url, 6), Array(6).fill('OK'), 'after a restart');
});

test('the wait that a refused caller is told is the truth', async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_QPS: '2' });
  const replies = await withinASecond(url, 4, asked);
  assert.deepEqual(replies.map(codeOf), ['OK', 'OK', 'Throttling.User', 'Throttling.User']);
  for (const refused of replies.slice(2)) {
    const wait = Number(refused.headers.get('x-acs-retry-after'));
    assert.ok(Number.isInteger(wait) && wait > 0 && wait <= 1000, String(wait));
  }
  await setTimeout(Number(replies.at(-1)?.headers.get('x-acs-retry-after')));
  assert.equal(codeOf(await call(url, asked)), 'OK');
});

test('a limit of all accounts together is one of the API, and keeps room for who calls little', async (t) => {
  const service = await startWithin(t, { CERTITUDE_API_QPS: '16' });
  const { url } = service;
  const other: AccessKey = JSON.parse(
    (await operator(service, 'access', 'account', 'create', 'other', '--json')).stdout,
  );
  await followed(service);
  const loud = await burst(url, 20);
  assert.equal(loud.filter((code) => code === 'OK').length, 12);
  assert.deepEqual(new Set(loud.slice(12)), new Set(['Throttling.Api']));
  assert.equal(codeOf(await call(url, asked, {}, { key: other })), 'OK');
});

async function quota(service: Service, ...args: string[]): Promise<unknown> {
  return JSON.parse((await operator(service, 'quota', 'calls', ...args, '--json')).stdout);
}

async function burst(url: string, calls: number, action = asked): Promise<string[]> {
  return (await withinASecond(url, calls, action)).map(codeOf);
}

/** One after the other, all within a second: again where the machine was too busy for that. */
async function withinASecond(url: string, calls: number, action: string): Promise<Reply[]> {
  for (;;) {
    const began = performance.now();
    const replies: Reply[] = [];
    while (replies.length < calls) replies.push(await call(url, action));
    if (performance.now() - began < 1000) return replies;
    await setTimeout(1000);
  }
}

function codeOf({ status, body }: Reply): string {
  return status === 200 ? 'OK' : String(body['Code']);
}
