// What kill -9 leaves: everything that was acknowledged, and no serial number twice.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../src/base/time.ts';
import { CallRefused, type Connection, callOperation } from '../../src/client/rpc-client.ts';
import { until } from '../until.ts';
import { certitude, rootKey, type Service, startService, temporaryFolder } from './running-service.ts';
import { makeAuthorities, statusOf } from './small-pki.ts';

const rounds = 25;
const clients = 8;

/** What the clients were told, kept outside the service. */
class Acknowledged {
  readonly issued: { identifier: string; serialNumber: string }[] = [];
  /** Serial numbers. */
  readonly revoked = new Set<string>();
  /** Asked for, but not answered: either outcome is right, and nobody else may revoke it. */
  readonly uncertain = new Set<string>();
}

test(`${rounds} rounds of kill -9 while ${clients} clients issue and revoke lose nothing that was acknowledged`, async (t) => {
  const dataDir = temporaryFolder(t);
  const acknowledged = new Acknowledged();
  let issuing: string | undefined;
  for (let round = 0; round < rounds; round++) {
    const service = await startService(t, { dataDir });
    issuing ??= (await makeAuthorities(service.url)).issuing;
    await assertAllThere(service, acknowledged);
    const connection = connectionTo(service);
    const work = Array.from({ length: clients }, (_, index) =>
      issueAndRevoke(connection, String(issuing), index, acknowledged),
    );
    const before = acknowledged.revoked.size;
    await until(() => acknowledged.revoked.size > before + 1);
    await pause(250 * Math.random());
    await service.kill('SIGKILL');
    await Promise.all(work);
  }
  const service = await startService(t, { dataDir });
  await assertAllThere(service, acknowledged);
  t.diagnostic(`${acknowledged.issued.length} issued and ${acknowledged.revoked.size} revoked were acknowledged`);

  const verified = await certitude(['journal', 'verify', '--json'], service.environment);
  assert.deepEqual([verified.status, JSON.parse(verified.stdout).sound], [0, true], verified.stdout);
  const entries = await wholeJournal(service);
  const revoked = new Set(
    entries.filter(({ event }) => event.kind === 'certificate-revoked').map(({ event }) => event.serialNumber),
  );
  assert.deepEqual(
    [...acknowledged.revoked].filter((serial) => !revoked.has(serial)),
    [],
  );
  const reserved = entries
    .filter(({ event }) => event.kind === 'certificate-reserved')
    .map(({ event }) => event.serialNumber);
  assert.equal(new Set(reserved).size, reserved.length, 'no serial number twice');
});

async function issueAndRevoke(
  connection: Connection,
  parent: string,
  client: number,
  acknowledged: Acknowledged,
): Promise<void> {
  for (let step = 0; ; step++) {
    const parameters = new Map([
      ['ParentIdentifier', parent],
      ['CommonName', `client ${client}`],
      ['Days', '30'],
    ]);
    const issued = await attempt('CreateClientCertificate', parameters, connection);
    if (!issued) return;
    const made = { identifier: String(issued['Identifier']), serialNumber: String(issued['SerialNumber']) };
    acknowledged.issued.push(made);
    if (step % 2 === 1) continue;
    acknowledged.uncertain.add(made.serialNumber);
    if (!(await attempt('CreateRevokeClientCertificate', new Map([['Identifier', made.identifier]]), connection)))
      return;
    acknowledged.revoked.add(made.serialNumber);
  }
}

/** `undefined` once the service is gone; a refusal is a fault of the test or of the service. */
async function attempt(name: string, parameters: ReadonlyMap<string, string>, connection: Connection) {
  try {
    return await callOperation({ name, version: '2020-06-30' }, parameters, connection);
  } catch (error) {
    if (error instanceof CallRefused) throw error;
    return undefined;
  }
}

async function assertAllThere({ url }: Service, { issued, revoked, uncertain }: Acknowledged): Promise<void> {
  for (let at = 0; at < issued.length; at += 1000) {
    const asked = issued.slice(at, at + 1000).map(({ serialNumber }) => serialNumber);
    for (const { SerialNumber, Status, RevokeTime } of await statusOf(url, asked.join(','))) {
      if (revoked.has(SerialNumber)) assert.deepEqual([Status, RevokeTime > 0], ['revoked', true], SerialNumber);
      else if (uncertain.has(SerialNumber)) assert.notEqual(Status, 'unknown', SerialNumber);
      else assert.equal(Status, 'good', SerialNumber);
    }
  }
}

interface ListedEntry {
  readonly sequence: number;
  readonly event: { readonly kind: string; readonly serialNumber?: string };
}

async function wholeJournal({ environment }: Service): Promise<ListedEntry[]> {
  const entries: ListedEntry[] = [];
  for (;;) {
    const after = String(entries.at(-1)?.sequence ?? 0);
    const { stdout } = await certitude(['journal', 'list', '--json', '--limit', '1000', '--after', after], environment);
    const page: ListedEntry[] = JSON.parse(stdout);
    entries.push(...page);
    if (page.length < 1000) return entries;
  }
}

function connectionTo({ url }: Service): Connection {
  return { endpoint: new URL(url), ...rootKey, clock: systemClock, random: randomBytes };
}
