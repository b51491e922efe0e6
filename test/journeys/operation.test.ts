// Running the service: first start, refusing to start on a store that cannot be trusted, stopping, the command line.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import {
  certitude,
  freePort,
  mainFile,
  rootKey,
  type Service,
  startService,
  temporaryFolder,
} from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call, encodeForm, signedParameters } from './signed-request.ts';
import { issueClient, makeAuthorities, revoke } from './small-pki.ts';

test('the first start makes a demonstration PKI and prints key and commands that work', async (t) => {
  const service = await startService(t, { environment: { CERTITUDE_DEMO: '1' } });
  const output = await service.printed(/Health and metrics/);
  const [, good = '', revoked = ''] = /certitude status ([0-9a-f]+) ([0-9a-f]+) /.exec(output) ?? [];
  assert.ok(!output.includes(rootKey.accessKeySecret), 'a secret from the environment is not printed');
  const asked = await certitude(['status', good, revoked, '0123456789abcdef', '--json'], clientOf(service));
  assert.equal(asked.status, 1);
  const statuses = JSON.parse(asked.stdout).map(({ status }: { status: string }) => status);
  assert.deepEqual(statuses, ['good', 'revoked', 'unknown']);
  for (const [serials, status] of [
    [[good], 0],
    [[revoked], 1],
    [['0a'], 2],
  ] as const) {
    assert.equal((await certitude(['status', ...serials], clientOf(service))).status, status);
  }
  const pem = readFileSync(join(service.dataDir, 'demo', 'server.pem'), 'utf8');
  const mixed = `# a comment\n${revoked}\n\n${pem}`;
  const fromInput = await certitude(['status', '--file', '-', '--json'], clientOf(service), mixed);
  assert.deepEqual(
    JSON.parse(fromInput.stdout).map((each: { serialNumber: string }) => each.serialNumber),
    [revoked, good],
  );
  for (const name of ['certitude.db', 'master.key', 'demo/root.pem']) {
    assert.equal(statSync(join(service.dataDir, name)).mode & 0o777, 0o600, name);
  }
  assert.equal(statSync(service.dataDir).mode & 0o777, 0o700);
});

test('a first start that cannot have its address makes nothing: the next one still shows the key', async (t) => {
  const other = await startService(t);
  const dataDir = temporaryFolder(t);
  const environment = { ...other.environment, CERTITUDE_DATA_DIR: dataDir };
  const { status, stdout, stderr } = await certitude(['serve', '--quickstart'], environment);
  assert.deepEqual([status, stdout], [69, ''], stderr);
  const next = await startService(t, { dataDir });
  assert.match(await next.printed(/answers at/), new RegExp(`access key ${rootKey.accessKeyId}`));
});

test('a first start shows the key even if it fails afterwards', async (t) => {
  const dataDir = temporaryFolder(t);
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(join(dataDir, 'demo'), 'where the folder of the demonstration should be');
  const environment = {
    PATH: process.env['PATH'] ?? '',
    CERTITUDE_DATA_DIR: dataDir,
    CERTITUDE_LISTEN: `127.0.0.1:${await freePort()}`,
  };
  const { status, stdout, stderr } = await certitude(['serve', '--quickstart'], environment);
  assert.notEqual(status, 0);
  assert.match(stderr, /demo/);
  const [, accessKeyId = '', accessKeySecret = ''] = /_ID=(\S+)\s+export .*_SECRET=(\S+)/.exec(stdout) ?? [];
  const service = await startService(t, { dataDir });
  const key = { accessKeyId, accessKeySecret };
  assert.equal((await call(service.url, 'ListClientCertificate', {}, { key })).status, 200);
});

test('init prints a key that works, and does not touch a store that is there', async (t) => {
  const dataDir = temporaryFolder(t);
  const environment = { PATH: process.env['PATH'] ?? '', CERTITUDE_DATA_DIR: dataDir };
  const made = await certitude(['init', '--json'], environment);
  assert.equal(made.status, 0, made.stderr);
  const key = JSON.parse(made.stdout);
  const again = await certitude(['init'], environment);
  assert.equal(again.status, 78);
  const service = await startService(t, { dataDir });
  assert.equal((await call(service.url, 'ListClientCertificate', {}, { key })).status, 200);
});

test('a public address that no certificate can carry is refused at the start, not when a certificate is issued', async (t) => {
  const dataDir = temporaryFolder(t);
  const environment = { PATH: process.env['PATH'] ?? '', CERTITUDE_DATA_DIR: dataDir };
  for (const publicUrl of [
    'http://pki.example/a|b',
    `http://pki.example/${'a'.repeat(2048)}`,
    'http://:secret@pki.example',
  ]) {
    const { status, stderr } = await certitude(['init'], { ...environment, CERTITUDE_PUBLIC_URL: publicUrl });
    assert.equal(status, 64);
    assert.match(stderr, /^certitude: CERTITUDE_PUBLIC_URL must be an http:/);
  }
});

test('a store that is missing is not made by serve', async (t) => {
  const dataDir = temporaryFolder(t);
  const { status, stderr } = await serve(dataDir);
  assert.equal(status, 78);
  assert.match(stderr, /certitude init/);
  assert.ok(!existsSync(join(dataDir, 'certitude.db')));
});

test('a store whose database is gone is not replaced by a new one: its key says that there was one', async (t) => {
  const first = await startService(t);
  await first.kill('SIGTERM');
  const { dataDir, environment } = first;
  rmSync(join(dataDir, 'certitude.db'));
  for (const command of [['serve', '--quickstart'], ['serve'], ['init']]) {
    const { status, stdout, stderr } = await certitude([...command], environment);
    assert.deepEqual([status, stdout], [78, ''], stderr);
    if (command[1] !== undefined || command[0] === 'init') {
      assert.match(stderr, /master\.key/);
      assert.match(stderr, /backup/);
      assert.match(stderr, /another data folder/);
    }
    assert.ok(!existsSync(join(dataDir, 'certitude.db')));
  }
  const json = await certitude(['init', '--json'], environment);
  assert.equal(JSON.parse(json.stderr).error.code, 'missing');
});

test('a data folder that is none, and an address that is not this machine’s, are told apart from faults inside', async (t) => {
  const dataDir = temporaryFolder(t);
  const elsewhere = { CERTITUDE_DATA_DIR: join(dataDir, 'file'), CERTITUDE_LISTEN: `127.0.0.1:${await freePort()}` };
  mkdirSync(dataDir, { mode: 0o700 });
  writeFileSync(elsewhere.CERTITUDE_DATA_DIR, '');
  for (const command of [['serve'], ['serve', '--quickstart'], ['init']]) {
    const { status, stderr } = await certitude(command, elsewhere);
    assert.equal(status, 78, `${command}: ${stderr}`);
    assert.match(stderr, /cannot be read and written/);
  }
  // RFC 5737: an address that no machine has.
  const unbindable = { CERTITUDE_DATA_DIR: join(dataDir, 'store'), CERTITUDE_LISTEN: '192.0.2.1:8080' };
  const { status, stderr } = await certitude(['serve', '--quickstart'], unbindable);
  assert.deepEqual(
    [status, /192\.0\.2\.1:8080/.test(stderr), /CERTITUDE_LISTEN/.test(stderr)],
    [69, true, true],
    stderr,
  );
});

const isRoot = process.getuid?.() === 0;
test('a store that can be read but not written is not served', {
  skip: isRoot && 'root may write everything',
}, async (t) => {
  const first = await startService(t);
  await first.kill('SIGTERM');
  chmodSync(join(first.dataDir, 'certitude.db'), 0o400);
  const { status, stderr } = await serve(first.dataDir);
  assert.deepEqual([status, /cannot be read and written/.test(stderr)], [78, true], stderr);
});

test('the service does not start on a store it cannot trust, and says why', async (t) => {
  const dataDir = temporaryFolder(t);
  const first = await startService(t, { dataDir });
  const { issuing } = await makeAuthorities(first.url);
  const { identifier } = await issueClient(first.url, issuing);
  await revoke(first.url, identifier);

  await t.test('while another service has it', async () => {
    const { status, stderr } = await serve(dataDir);
    assert.deepEqual([status, /served already/.test(stderr)], [78, true], stderr);
  });
  await first.kill('SIGKILL');
  const sound = `${dataDir}-copy`;
  const restore = () => {
    rmSync(dataDir, { recursive: true, force: true });
    mkdirSync(dataDir, { mode: 0o700 });
    for (const name of ['certitude.db', 'certitude.db-wal', 'master.key']) copy(join(sound, name), join(dataDir, name));
  };
  mkdirSync(sound);
  for (const name of ['certitude.db', 'certitude.db-wal', 'master.key']) copy(join(dataDir, name), join(sound, name));

  const damages: [string, (database: () => DatabaseSync) => unknown, RegExp][] = [
    [
      'when a journal entry was altered',
      (open) => open().exec('UPDATE journal SET at = at + 1 WHERE sequence = 5'),
      /entry 5 was altered/,
    ],
    ['when a journal entry is missing', (open) => open().exec('DELETE FROM journal WHERE sequence = 5'), /journal/],
    ['when the journal is gone', (open) => open().exec('DROP TABLE journal'), /its table journal is missing/],
    [
      'when the certificates are gone',
      (open) => open().exec('DROP TABLE certificates'),
      /its table certificates is missing/,
    ],
    ['when it is of a newer release', (open) => newerSchema(open()), /newer/],
    ['when it is no database', () => writeFileSync(join(dataDir, 'certitude.db'), 'x'.repeat(8192)), /database/],
    ['when the key file is missing', () => rmSync(join(dataDir, 'master.key')), /master\.key/],
    [
      'when the key file is another’s',
      () => writeFileSync(join(dataDir, 'master.key'), Buffer.alloc(32, 7), { mode: 0o600 }),
      /key/,
    ],
    ['when the key file can be read by others', () => chmodSync(join(dataDir, 'master.key'), 0o644), /chmod|owner/],
  ];
  for (const [what, damage, message] of damages) {
    await t.test(what, async () => {
      restore();
      damage(() => {
        const database = new DatabaseSync(join(dataDir, 'certitude.db'));
        t.after(() => database.isOpen && database.close());
        setImmediate(() => database.close());
        return database;
      });
      await new Promise((resolve) => setImmediate(resolve));
      if (what.includes('no database')) rmSync(join(dataDir, 'certitude.db-wal'), { force: true });
      const { status, stderr } = await serve(dataDir);
      assert.equal(status, 78, stderr);
      assert.match(stderr, message);
    });
  }
  await t.test('and does start on the store as it was', async () => {
    restore();
    const again = await startService(t, { dataDir });
    const verified = await certitude(['journal', 'verify', '--json'], again.environment);
    assert.deepEqual([verified.status, JSON.parse(verified.stdout).sound], [0, true]);
  });
});

test('journal verify finds a certificate whose row was changed behind the journal’s back', async (t) => {
  const service = await startService(t);
  const { issuing } = await makeAuthorities(service.url);
  const { identifier } = await issueClient(service.url, issuing);
  await revoke(service.url, identifier);
  assert.equal(await service.kill('SIGTERM'), 0);
  const database = new DatabaseSync(join(service.dataDir, 'certitude.db'));
  database.exec(`UPDATE certificates SET state = 'issued', revoked_at = NULL WHERE identifier = '${identifier}'`);
  database.close();
  const { status, stderr } = await certitude(['journal', 'verify'], service.environment);
  assert.equal(status, 78);
  assert.ok(stderr.includes(identifier), stderr);
});

test('a stop lets the call under way finish', async (t) => {
  const service = await startService(t);
  const body = encodeForm(signedParameters('ListClientCertificate', {}, { method: 'POST' }));
  // It is under way when its body is asked for (RFC 9110 §10.1.1).
  const headers = { 'content-type': 'application/x-www-form-urlencoded', expect: '100-continue' };
  const slow = request(service.url, { method: 'POST', headers: { ...headers, 'content-length': body.length } });
  slow.flushHeaders();
  await once(slow, 'continue');
  const status = service.kill('SIGTERM');
  await service.printed(/"msg":"stopping"/);
  slow.end(body);
  const [response] = await once(slow, 'response');
  assert.equal(response.statusCode, 200);
  response.resume();
  assert.equal(await status, 0);
});

test('health, readiness and metrics', async (t) => {
  const { url } = await startWithin(t);
  await call(url, 'ListClientCertificate');
  for (const path of ['/healthz', '/readyz']) assert.equal((await fetch(url + path)).status, 200);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(metrics, /certitude_calls_total\{product="cas",operation="ListClientCertificate",code="OK"\} 1/);
});

test('the command line explains what is wrong and leaves with a status that means no certificate', async (t) => {
  const service = await startService(t);
  const cases: [string[], Record<string, string>, number, RegExp][] = [
    [['status', 'xyz'], clientOf(service), 65, /no serial number/],
    [['status'], clientOf(service), 64, /serial numbers/],
    [['status', '0a'], { ...clientOf(service), CERTITUDE_ACCESS_KEY_ID: '' }, 64, /CERTITUDE_ACCESS_KEY_ID/],
    [['status', '0a'], { ...clientOf(service), CERTITUDE_ACCESS_KEY_SECRET: 'wrong' }, 76, /secret/],
    [['status', '0a'], { ...clientOf(service), CERTITUDE_ENDPOINT: 'http://127.0.0.1:1' }, 69, /certitude serve/],
    [['status', '--file', '/nowhere'], clientOf(service), 65, /\/nowhere/],
    [['call', 'ListClientCertificate', 'ShowSize'], clientOf(service), 64, /--Parameter value/],
    [['call', 'Nothing'], clientOf(service), 64, /no operation Nothing/],
    [['frobnicate'], clientOf(service), 64, /unknown command/],
    [['journal', 'list', '--limit', '1.5'], service.environment, 64, /--limit/],
    [['serve'], { ...service.environment, CERTITUDE_QPS: 'many' }, 64, /CERTITUDE_QPS/],
    [['serve'], { ...service.environment, CERTITUDE_LISTEN: 'nowhere' }, 64, /CERTITUDE_LISTEN/],
  ];
  for (const [args, environment, status, message] of cases) {
    const result = await certitude(args, environment);
    assert.equal(result.status, status, `${args.join(' ')}: ${result.stderr}`);
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /at \w+ \(|\.ts:\d/);
  }
  const help = await certitude(['call', 'CreateClientCertificate', '--help'], clientOf(service));
  assert.match(help.stdout, /--ParentIdentifier/);
});

test('serial numbers from a slow pipe, the first beginning with the digit 0, which is also how DER begins', async (t) => {
  const service = await startWithin(t);
  const child = spawn(process.execPath, [mainFile, 'status', '--file', '-', '--json'], { env: clientOf(service) });
  let stdout = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stdin.write('0123456789abcdef\n');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  child.stdin.end('0a\n');
  assert.equal(await new Promise((resolve) => child.once('close', resolve)), 2);
  assert.deepEqual(
    JSON.parse(stdout).map((each: { serialNumber: string }) => each.serialNumber),
    ['0123456789abcdef', '0a'],
  );
});

test('a reader that goes away, as in a pipe to head, is no revoked certificate and no stack trace', async () => {
  for (const args of [
    ['serve', '--help'],
    ['call', '--help'],
  ]) {
    const child = spawn(process.execPath, [mainFile, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += chunk));
    assert.deepEqual([await new Promise((resolve) => child.once('close', resolve)), stderr], [74, '']);
  }
});

function clientOf({ url, environment }: Pick<Service, 'url' | 'environment'>): Record<string, string> {
  return {
    PATH: environment['PATH'] ?? '',
    CERTITUDE_ENDPOINT: url,
    CERTITUDE_ACCESS_KEY_ID: rootKey.accessKeyId,
    CERTITUDE_ACCESS_KEY_SECRET: rootKey.accessKeySecret,
  };
}

async function serve(dataDir: string) {
  const environment = {
    PATH: process.env['PATH'] ?? '',
    CERTITUDE_DATA_DIR: dataDir,
    CERTITUDE_LISTEN: `127.0.0.1:${await freePort()}`,
  };
  return await certitude(['serve'], environment);
}

function copy(from: string, to: string): void {
  if (existsSync(from)) copyFileSync(from, to);
  if (to.endsWith('master.key')) chmodSync(to, 0o600);
}

function newerSchema(database: DatabaseSync): void {
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE name = 'kysely_migration'").all();
  if (tables.length > 0)
    database.exec("INSERT INTO kysely_migration (name, timestamp) VALUES ('9999-from-the-future', '2030')");
  else database.exec('PRAGMA user_version = 9999');
}
