// `certitude crl`: what is published, and new lists on demand, beside a running service and without one.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { until } from '../until.ts';
import { fetchCrl, untilCrl } from './fetched-crls.ts';
import { certitude, type Service, startService } from './running-service.ts';
import { issueClient, makeAuthorities, revoke } from './small-pki.ts';

interface Listed {
  readonly authority: string;
  readonly name: string;
  readonly number: number;
  readonly nextUpdate: number;
  readonly octets: number;
  readonly address: string;
}

interface Asked {
  readonly authority: string;
  readonly published: boolean;
  readonly number?: number;
}

const slow = { environment: { CERTITUDE_CRL_DELAY: '3600' } };

async function run<Answer>({ environment }: Service, ...args: string[]) {
  const { status, stdout, stderr } = await certitude(['crl', ...args, '--json'], environment);
  return { status, answer: (stdout ? JSON.parse(stdout) : undefined) as Answer, stderr };
}

test('lists are published on demand: those of one CA, or of all; what is waiting goes along', async (t) => {
  const service = await startService(t, slow);
  const { url } = service;
  const { root, issuing } = await makeAuthorities(url);
  const first = new Map<string, number>();
  for (const authority of [root, issuing]) {
    first.set(authority, Number((await untilCrl(url, [authority], () => true)).extensions.number));
  }
  const { identifier, serialNumber } = await issueClient(url, issuing);
  await revoke(url, identifier);
  assert.ok(!(await fetchCrl(url, issuing)).entries.has(serialNumber), 'the delay is an hour');

  const one = await run<Asked[]>(service, 'publish', issuing);
  const crl = await fetchCrl(url, issuing);
  assert.ok(crl.entries.has(serialNumber));
  const number = Number(crl.extensions.number);
  assert.ok(number > (first.get(issuing) ?? 0));
  assert.deepEqual([one.status, one.answer], [0, [{ authority: issuing, name: 'Issuing', published: true, number }]]);
  assert.equal(Number((await fetchCrl(url, root)).extensions.number), first.get(root));

  const all = await run<Asked[]>(service, 'publish');
  assert.equal(all.status, 0);
  const numbers = new Map(all.answer.map((each) => [each.authority, each.number ?? 0]));
  assert.deepEqual([...numbers.keys()].sort(), [root, issuing].sort());
  assert.ok((numbers.get(root) ?? 0) > (first.get(root) ?? 0));
  assert.ok((numbers.get(issuing) ?? 0) > number);

  const listed = await run<Listed[]>(service, 'list');
  assert.equal(listed.status, 0);
  for (const { address, octets, authority, number } of listed.answer) {
    const served = await (await fetch(address)).bytes();
    assert.equal(served.length, octets);
    assert.equal(number, numbers.get(authority));
  }
  assert.deepEqual(
    listed.answer.map(({ address }) => address).sort(),
    [root, issuing].flatMap((each) => ['', '-delta'].map((scope) => `${url}/crl/${each}${scope}.crl`)).sort(),
  );
});

test('what nobody publishes in time ends with 75, and the next start does it', async (t) => {
  const service = await startService(t, slow);
  const { issuing } = await makeAuthorities(service.url);
  const { extensions } = await untilCrl(service.url, [issuing], () => true);
  await service.kill('SIGTERM');
  const asked = await run<Asked[]>(service, 'publish', issuing, '--wait', '1');
  assert.deepEqual([asked.status, asked.answer[0]?.published], [75, false]);
  assert.match(asked.stderr, /next start/);
  assert.equal((await run(service, 'publish', issuing, '--wait', '0')).status, 0, 'asked for and not waited for');
  const again = await startService(t, { ...slow, dataDir: service.dataDir });
  await untilCrl(again.url, [issuing], (crl) => crl.extensions.number > extensions.number);
});

test('a CA that there is not, or a wait that is none, is a usage error', async (t) => {
  const service = await startService(t, slow);
  await makeAuthorities(service.url);
  for (const args of [['0'.repeat(32)], ['--wait', 'long'], ['--wait', '-1'], ['--wait=1.5']]) {
    assert.equal((await run(service, 'publish', ...args)).status, 64, args.join(' '));
  }
});

test('the help teaches: addresses, exit statuses, examples', async (t) => {
  const { environment } = await startService(t, slow);
  const help = async (...args: string[]) => (await certitude(['crl', ...args, '--help'], environment)).stdout;
  assert.match(await help(), /certitude crl publish/);
  assert.match(await help('publish'), /Exit status/);
  assert.match(await help('list'), /Exit status/);
});

test('a list that cannot be published is told by log, metric and readiness; the one before is served on', async (t) => {
  const service = await startService(t, { environment: { CERTITUDE_CRL_DELAY: '0' } });
  const { url, dataDir } = service;
  const { issuing } = await makeAuthorities(url);
  await revoke(url, (await issueClient(url, issuing)).identifier);
  const { serialNumber } = await issueClient(url, issuing);
  const before = await untilCrl(url, [issuing], ({ entries }) => entries.size === 1);
  assert.equal(await (await fetch(`${url}/readyz`)).text(), 'ready\n');

  // Somebody writes to the database: a certificate has been revoked for long, it says, and was on no list.
  const database = new DatabaseSync(join(dataDir, 'certitude.db'), { timeout: 60_000 });
  const { sequence } = database.prepare('SELECT sequence FROM certificates WHERE serial = ?').get(serialNumber) ?? {};
  const alter = database.prepare('UPDATE certificates SET state = ?, sequence = ? WHERE serial = ?');
  alter.run('revoked', 1, serialNumber);
  await revoke(url, (await issueClient(url, issuing)).identifier);
  const told = await until(
    async () => await (await fetch(`${url}/readyz`)).text(),
    (text) => text !== 'ready\n',
  );
  assert.match(told, new RegExp(`^ready\nCRLs of ${issuing}: .*journal verify.*\n$`));
  assert.doesNotMatch(told, /expected/, 'what was found is for the log');
  assert.equal((await fetch(`${url}/readyz`)).status, 200, 'everything else is served');
  const metrics = async () => await (await fetch(`${url}/metrics`)).text();
  const failed = Number(/certitude_crl_publications_total\{outcome="failed"\} (\d+)/.exec(await metrics())?.[1]);
  assert.ok(failed >= 1);
  const left = Number(/^certitude_crl_seconds_to_expiry (\S+)/m.exec(await metrics())?.[1]);
  assert.ok(left > 6 * 86_400 && left <= 7 * 86_400, `${left}`);
  await service.printed(/"level":50.*3 entries expected, 2 found.*CRLs could not be published/);
  assert.deepEqual((await fetchCrl(url, issuing)).der, before.der);

  alter.run('issued', Number(sequence), serialNumber);
  database.close();
  await untilCrl(url, [issuing], ({ entries }) => entries.size === 2);
  await until(
    async () => await (await fetch(`${url}/readyz`)).text(),
    (text) => text === 'ready\n',
  );
});

test('a list of a later moment than now is told of by log and readiness, with what to do, and stays while the clock is not believed', async (t) => {
  const service = await startService(t);
  const { issuing } = await makeAuthorities(service.url);
  const before = await untilCrl(service.url, [issuing], () => true);
  await service.kill('SIGTERM');
  // As the clock would have it that has been set back by a day.
  const database = new DatabaseSync(join(service.dataDir, 'certitude.db'));
  database.prepare('UPDATE crls SET this_update = this_update + 86400 WHERE authority = ?').run(issuing);
  database.close();
  const again = await startService(t, { dataDir: service.dataDir });
  const told = await until(
    async () => await (await fetch(`${again.url}/readyz`)).text(),
    (text) => text !== 'ready\n',
  );
  assert.match(told, new RegExp(`^ready\nCRLs of ${issuing}: .*The clock is behind .*\n$`), 'of no other CA');
  await again.printed(
    /"level":50.*the clock is behind the list published last, which is of 20.*CRLs could not be published/,
  );
  assert.deepEqual((await fetchCrl(again.url, issuing)).der, before.der);
});
