// https with certificate and key from files: who is served, by which versions, and how another pair takes its place.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { connect as connectPlain } from 'node:net';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect as connectSecurely } from 'node:tls';
import { loadConfig } from '../../src/app/config.ts';
import { patienceMillis, until } from '../until.ts';
import { certitude, freePort, rootKey, startService, temporaryFolder } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call, encodeForm, send, signedParameters } from './signed-request.ts';
import { makeAuthorities } from './small-pki.ts';
import { ask, callSecurely, handshake } from './tls-asking.ts';
import { clientAuth, encrypted, makeTestAuthority, type Pair, pairFolder, serverAuth } from './tls-pairs.ts';
import { vendorClients } from './vendor-clients.ts';

const asked = 'DescribeCACertificateCount';

type Settings = Record<string, string>;

const start = (t: TestContext) => secure(t, (environment) => startService(t, { environment }));

const startSecurelyWithin = (t: TestContext, more: Settings = {}) =>
  secure(t, (environment) => startWithin(t, { ...environment, ...more }));

/** A service with https, begun with a pair of a test CA in its files. */
async function secure<Started extends object>(t: TestContext, begin: (environment: Settings) => Promise<Started>) {
  const { root: ca, issue } = await makeTestAuthority();
  const folder = pairFolder(join(dirname(temporaryFolder(t)), 'tls'));
  folder.put(await issue());
  const securePort = await freePort();
  const service = await begin({ CERTITUDE_TLS_LISTEN: `127.0.0.1:${securePort}`, ...folder.environment });
  const shown = async () => (await handshake(securePort, { ca })).serialNumber;
  return { ...service, securePort, folder, ca, issue, shown };
}

test('curl, Node.js and the vendor’s unmodified clients are served over https with the CA they are given', async (t) => {
  const service = await start(t);
  const caFile = join(dirname(service.folder.certificate), 'root.pem');
  writeFileSync(caFile, service.ca);
  const url = `https://127.0.0.1:${service.securePort}`;
  await service.printed(new RegExp(`and at ${url}, with the certificate `));
  const curl = (...more: string[]) => spawnSync('curl', ['-sS', ...more, `${url}/readyz`], { encoding: 'utf8' });
  assert.equal(curl('--cacert', caFile).stdout, 'ready\n');
  assert.equal(curl().status, 60, 'a client that does not know the CA refuses');
  assert.equal((await callSecurely(service.securePort, asked, {}, service.ca)).status, 200);
  for (const [name, caller] of vendorClients(service.securePort, rootKey, service.ca)) {
    assert.ok((await caller(asked, {}))['RequestId'], name);
  }
});

test('the command line trusts the CA of --ca-file or CERTITUDE_CA_FILE, and no other', async (t) => {
  const service = await start(t);
  const caFile = join(dirname(service.folder.certificate), 'root.pem');
  writeFileSync(caFile, service.ca);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    CERTITUDE_ENDPOINT: `https://127.0.0.1:${service.securePort}`,
    CERTITUDE_ACCESS_KEY_ID: rootKey.accessKeyId,
    CERTITUDE_ACCESS_KEY_SECRET: rootKey.accessKeySecret,
  };
  const byVariable = { ...environment, CERTITUDE_CA_FILE: caFile };
  assert.equal((await certitude(['call', asked], byVariable)).status, 0);
  assert.equal((await certitude(['call', asked, '--ca-file', caFile], environment)).status, 0);
  assert.equal((await certitude(['status', '0a', '--ca-file', caFile], environment)).status, 2);
  const untrusting = await certitude(['call', asked], environment);
  assert.deepEqual([untrusting.status, /certificate/.test(untrusting.stderr)], [69, true], untrusting.stderr);
  const other = join(dirname(caFile), 'other.pem');
  writeFileSync(other, (await makeTestAuthority()).root);
  assert.equal((await certitude(['call', asked, '--ca-file', other], byVariable)).status, 69);
  for (const unusable of [join(dirname(caFile), 'none.pem'), service.folder.key]) {
    const { status, stderr } = await certitude(['call', asked, '--ca-file', unusable], environment);
    assert.deepEqual([status, stderr.includes(unusable)], [64, true], stderr);
  }
});

test('TLS 1.2 and 1.3 are spoken, with forward secrecy and authenticated encryption; nothing older (RFC 9325)', async (t) => {
  const { securePort, ca } = await startSecurelyWithin(t);
  // SECLEVEL=0 lets the client offer what it would not by itself; so the refusal is the server's.
  const only = (version: string, more = {}) =>
    handshake(securePort, { ca, minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0', ...more });
  assert.equal((await only('TLSv1.3', { ciphers: undefined })).protocol, 'TLSv1.3');
  const older = await only('TLSv1.2');
  assert.equal(older.protocol, 'TLSv1.2');
  assert.match(older.cipher, /^ECDHE-.*(?:GCM|POLY1305)/);
  for (const version of ['TLSv1.1', 'TLSv1']) await assert.rejects(only(version), /alert|EPROTO|ECONNRESET/i, version);
  for (const ciphers of ['ECDHE-ECDSA-AES128-SHA', 'AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-SHA384']) {
    await assert.rejects(only('TLSv1.2', { ciphers: `${ciphers}:@SECLEVEL=0` }), /alert|EPROTO|ECONNRESET/i, ciphers);
  }
});

// RFC 8446 §6.1: to say that no more is sent says nothing of what is received.
test('who ends his side after his last request still gets his answer (RFC 9112 §9.6)', async (t) => {
  const { securePort, ca } = await start(t);
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    // Read directly, and by node:http.
    for (const method of ['GET', 'DELETE']) {
      const options = { host: '127.0.0.1', port: securePort, ca, maxVersion, allowHalfOpen: true };
      const socket = connectSecurely(options);
      socket.end(`${method} /healthz HTTP/1.1\r\nHost: x\r\n\r\n`);
      let text = '';
      for await (const chunk of socket) text += chunk;
      assert.match(
        text,
        method === 'GET' ? /^HTTP\/1\.1 200 .*alive\n$/s : /^HTTP\/1\.1 405 /,
        `${maxVersion} ${method}`,
      );
    }
  }
});

test('a TLS 1.2 client cannot renegotiate', async (t) => {
  const { securePort } = await start(t);
  const { stdout, stderr } = spawnSync('openssl', ['s_client', '-connect', `127.0.0.1:${securePort}`, '-tls1_2'], {
    input: 'R\n',
    encoding: 'utf8',
    timeout: patienceMillis,
  });
  assert.match(`${stdout}${stderr}`, /no renegotiation/i);
});

test('a session is resumed, but not across a change of certificate', async (t) => {
  const service = await start(t);
  const session = join(dirname(service.folder.certificate), 'session');
  for (const version of ['-tls1_2', '-tls1_3']) {
    const connect = (...more: string[]) =>
      execFileSync('openssl', ['s_client', '-connect', `127.0.0.1:${service.securePort}`, version, ...more], {
        input: 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
        encoding: 'utf8',
        stdio: ['pipe', 'pipe', 'ignore'],
        timeout: patienceMillis,
      });
    assert.match(connect('-sess_out', session, '-ign_eof'), /^New, /m);
    assert.match(connect('-sess_in', session, '-ign_eof'), /^Reused, /m);
    const before = await service.shown();
    service.folder.put(await service.issue());
    await until(async () => (await service.shown()) !== before);
    assert.match(connect('-sess_in', session, '-ign_eof'), /^New, /m);
  }
});

test('who speaks http to https, or nothing at all, is cut off and keeps nobody else from being served', async (t) => {
  const { securePort, ca } = await start(t);
  const silent = connectPlain(securePort, '127.0.0.1');
  t.after(() => silent.destroy());
  const answer = await new Promise<string>((resolve) => {
    let got = '';
    const socket = connectPlain(securePort, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'));
    socket.on('data', (chunk) => (got += chunk.toString('latin1')));
    socket.on('error', () => resolve(got));
    socket.on('close', () => resolve(got));
  });
  assert.ok(!answer.startsWith('HTTP'), answer);
  assert.equal((await ask(securePort, '/healthz', ca)).body, 'alive\n');
  const garbage = await ask(securePort, `/?${'x'.repeat(70_000)}`, ca);
  assert.deepEqual([garbage.status, garbage.json['Code']], [431, 'RequestTooLarge']);
});

test('beside https, plain http serves what relying parties fetch, and health; the rest is told to come over https', async (t) => {
  const service = await startSecurelyWithin(t);
  for (const path of ['/healthz', '/readyz']) assert.equal((await send(`${service.url}${path}`)).status, 200, path);
  for (const path of ['/crl/none.crl', '/issuer/none.cer'])
    assert.equal((await send(`${service.url}${path}`)).status, 404);
  const ocsp = await fetch(`${service.url}/ocsp`, {
    method: 'POST',
    body: 'none',
    headers: { 'content-type': 'application/ocsp-request' },
  });
  assert.equal(ocsp.headers.get('content-type'), 'application/ocsp-response');
  for (const reply of [
    await call(service.url, asked),
    await call(service.url, asked, {}, { method: 'POST' }),
    await send(`${service.url}/metrics`),
    await send(`${service.url}/`),
  ]) {
    assert.deepEqual([reply.status, reply.body['Code']], [400, 'InvalidProtocol.NeedSsl']);
    assert.equal(reply.body['RequestId'], reply.headers.get('x-acs-request-id'));
  }
  assert.match(
    (await ask(service.securePort, '/metrics', service.ca)).body,
    /^certitude_tls_seconds_to_expiry 3\d{3}$/m,
  );
});

test('operations that require TLS are refused over plain http, after the signature; all others are not', async (t) => {
  const service = await startSecurelyWithin(t, {
    CERTITUDE_PLAIN_HTTP: 'all',
    CERTITUDE_TLS_REQUIRED_FOR: `ListCert, ${asked}`,
  });
  const refused = await call(service.url, asked);
  assert.deepEqual([refused.status, refused.body['Code']], [400, 'InvalidProtocol.NeedSsl']);
  const unsigned = await call(service.url, asked, {}, { common: { Signature: 'AAAA' } });
  assert.equal(unsigned.body['Code'], 'SignatureDoesNotMatch');
  assert.equal((await call(service.url, 'ListCACertificateLog', { Identifier: 'x' })).body['Code'], 'NotFound');
  assert.equal((await call(service.url, 'DescribeCACertificateList')).status, 200);
  assert.equal((await callSecurely(service.securePort, asked, {}, service.ca)).status, 200);
  // A header that anybody can send is no TLS.
  const claimed = await send(`${service.url}/?${encodeForm(signedParameters(asked, {}))}`, {
    headers: { 'x-forwarded-proto': 'https' },
  });
  assert.equal(claimed.body['Code'], 'InvalidProtocol.NeedSsl');
});

test('a name that several products have requires TLS of all of them; with its product, of that one', async (t) => {
  const [cas, ram] = ['2020-06-30', '2015-05-01'];
  const codeOf = async (url: string, version: string) =>
    (await call(url, 'TagResources', {}, { common: { Version: version } })).body['Code'];
  const both = await startSecurelyWithin(t, {
    CERTITUDE_PLAIN_HTTP: 'all',
    CERTITUDE_TLS_REQUIRED_FOR: 'TagResources',
  });
  for (const version of [cas, ram]) assert.equal(await codeOf(both.url, version), 'InvalidProtocol.NeedSsl', version);
  const one = await startSecurelyWithin(t, {
    CERTITUDE_PLAIN_HTTP: 'all',
    CERTITUDE_TLS_REQUIRED_FOR: 'ram:TagResources',
  });
  assert.equal(await codeOf(one.url, ram), 'InvalidProtocol.NeedSsl');
  assert.notEqual(await codeOf(one.url, cas), 'InvalidProtocol.NeedSsl');
});

test('with * every operation requires TLS', async (t) => {
  const service = await startSecurelyWithin(t, { CERTITUDE_PLAIN_HTTP: 'all', CERTITUDE_TLS_REQUIRED_FOR: '*' });
  for (const operation of [asked, 'ListCert', 'CreateRootCACertificate']) {
    assert.equal((await call(service.url, operation)).body['Code'], 'InvalidProtocol.NeedSsl');
  }
  assert.equal((await callSecurely(service.securePort, 'ListCert', {}, service.ca)).status, 200);
});

test('another pair takes the place of the one before while calls go on, and none of them is lost', async (t) => {
  const service = await start(t);
  const kept = new Agent({ keepAlive: true, maxSockets: 4 });
  t.after(() => kept.destroy());
  const statuses = new Map<number, number>();
  let over = false;
  const caller = async (agent: Agent | false) => {
    while (!over) {
      const { status } = await callSecurely(service.securePort, asked, {}, service.ca, agent);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  const callers = [kept, kept, false, false].map((each) => caller(each as Agent | false));
  const seen = new Set([await service.shown()]);
  for (let round = 0; round < 5; round++) {
    service.folder.put(await service.issue());
    if (round % 2 === 0) service.signal('SIGHUP');
    await until(async () => {
      const serial = await service.shown();
      return !seen.has(serial) && seen.add(serial);
    });
  }
  const answered = () => [...statuses.values()].reduce((sum, count) => sum + count, 0);
  await until(() => answered() > 50);
  over = true;
  await Promise.all(callers);
  assert.deepEqual([...statuses.keys()], [200]);
  assert.equal(seen.size, 6);
});

test('a pair that will not do is kept out, told of in /readyz, metrics and log; a good one clears it', async (t) => {
  const service = await start(t);
  const { securePort, ca, folder, issue } = service;
  const first = await service.shown();
  const good = await issue();
  const bad: readonly (readonly [string, Pair, RegExp])[] = [
    ['a key of another certificate', { ...good, key: (await issue()).key }, /not that of the first certificate/],
    ['expired a second ago', await issue({ from: -60, to: -1 }), /expired at /],
    ['not valid for half an hour', await issue({ from: 1800 }), /not valid before /],
    ['for clients', await issue({ purpose: clientAuth }), /not for servers/],
    ['no certificate', { ...good, certificate: 'nothing' }, /no PEM block CERTIFICATE/],
    ['a broken one', { ...good, certificate: broken(good.certificate) }, /certificate 1 .* cannot be read/],
    ['no key', { ...good, key: '' }, /the key cannot be read/],
    ['a key that is encrypted', encrypted(good, 'secret'), /it is encrypted/],
  ];
  for (const [what, pair, reason] of bad) {
    folder.put(pair);
    const line = await until(async () => {
      const { status, body } = await ask(securePort, '/readyz', ca);
      assert.equal(status, 200);
      return body.split('\n').find((each) => reason.test(each));
    });
    assert.match(line, /^TLS certificate: .*; the one in use ends at /);
    assert.ok(!line.includes(dirname(folder.key)), 'no path');
    assert.equal(await service.shown(), first, what);
  }
  const failures = async () => {
    const { body } = await ask(securePort, '/metrics', ca);
    return Number(/^certitude_tls_certificate_changes_total\{outcome="failed"\} (\d+)/m.exec(body)?.[1]);
  };
  assert.ok((await failures()) >= bad.length);
  await service.printed(/"level":50.*TLS certificate could not be replaced/);
  folder.put(good);
  await until(async () => (await service.shown()) !== first);
  assert.equal((await ask(securePort, '/readyz', ca)).body, 'ready\n');
  assert.equal(await service.shown(), new X509Certificate(good.certificate).serialNumber);
});

test('an encrypted key is opened with its passphrase file; a wrong passphrase is no start, and is not shown', async (t) => {
  const { root, issue } = await makeTestAuthority();
  const folder = pairFolder(join(dirname(temporaryFolder(t)), 'tls'));
  const passphraseFile = join(dirname(folder.key), 'passphrase');
  folder.put(encrypted(await issue({ purpose: serverAuth }), 'open sesame'));
  const securePort = await freePort();
  const environment = {
    CERTITUDE_TLS_LISTEN: `127.0.0.1:${securePort}`,
    CERTITUDE_TLS_KEY_PASSPHRASE_FILE: passphraseFile,
    ...folder.environment,
  };
  writeFileSync(passphraseFile, 'open sesame\n');
  const service = await startService(t, { environment });
  assert.equal((await ask(securePort, '/healthz', root)).status, 200);
  await service.kill('SIGTERM');
  writeFileSync(passphraseFile, 'open barley\n');
  const { status, stderr } = await certitude(['serve'], service.environment);
  assert.deepEqual(
    [status, /is the passphrase right\?/.test(stderr), /barley/.test(stderr)],
    [64, true, false],
    stderr,
  );
});

test('settings of https that do not fit together stop the start, by name', async (t) => {
  const base = { PATH: process.env['PATH'] ?? '', CERTITUDE_DATA_DIR: temporaryFolder(t) };
  const listen = { CERTITUDE_TLS_LISTEN: '127.0.0.1:0' };
  const files = { CERTITUDE_TLS_CERTIFICATE_FILE: '/none', CERTITUDE_TLS_KEY_FILE: '/none' };
  const own = { CERTITUDE_TLS_ISSUER: 'x', CERTITUDE_TLS_NAMES: 'localhost' };
  const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
    [listen, /CERTITUDE_TLS_LISTEN needs/],
    [files, /CERTITUDE_TLS_LISTEN is not set/],
    [{ ...listen, CERTITUDE_TLS_CERTIFICATE_FILE: '/none' }, /CERTITUDE_TLS_KEY_FILE must be set/],
    [{ ...listen, CERTITUDE_TLS_KEY_FILE: '/none' }, /CERTITUDE_TLS_CERTIFICATE_FILE must be set/],
    [{ ...listen, ...files, ...own }, /both set/],
    [{ ...listen, CERTITUDE_TLS_ISSUER: 'x' }, /CERTITUDE_TLS_NAMES must be set/],
    [{ ...listen, CERTITUDE_TLS_NAMES: 'x' }, /CERTITUDE_TLS_ISSUER must be set/],
    [{ ...listen, ...own, CERTITUDE_TLS_NAMES: 'a b' }, /CERTITUDE_TLS_NAMES has "a b"/],
    [{ ...listen, ...own, CERTITUDE_TLS_NAMES: ' , ' }, /CERTITUDE_TLS_NAMES must have from 1/],
    [{ ...listen, ...own, CERTITUDE_TLS_NAMES: `${'a'.repeat(60)}.test` }, /CERTITUDE_TLS_NAMES must begin/],
    [{ CERTITUDE_TLS_LISTEN: 'x', ...files }, /CERTITUDE_TLS_LISTEN must be host:port/],
    [{ CERTITUDE_PLAIN_HTTP: 'publication' }, /CERTITUDE_PLAIN_HTTP publication leaves/],
    [{ CERTITUDE_PLAIN_HTTP: 'none' }, /CERTITUDE_PLAIN_HTTP must be one of/],
    [{ CERTITUDE_TLS_REQUIRED_FOR: 'ListCert,Listcert' }, /CERTITUDE_TLS_REQUIRED_FOR has "Listcert"/],
  ];
  for (const [environment, message] of wrong) assert.throws(() => loadConfig({ ...base, ...environment }), message);
  const { status, stderr } = await certitude(['serve', '--quickstart'], { ...base, ...listen });
  assert.deepEqual([status, /CERTITUDE_TLS_LISTEN needs/.test(stderr)], [64, true], stderr);
  const unreadable = await certitude(['serve', '--quickstart'], {
    ...base,
    ...listen,
    ...files,
    CERTITUDE_LISTEN: `127.0.0.1:${await freePort()}`,
  });
  assert.equal(unreadable.status, 64, unreadable.stderr);
  assert.match(unreadable.stderr, /CERTITUDE_TLS_CERTIFICATE_FILE cannot be read \(ENOENT\)/);
});

test('with a CA of its own https starts; one that is not there is named in log and /readyz, and the certificate before serves on', async (t) => {
  const dataDir = temporaryFolder(t);
  const plain = await startService(t, { dataDir });
  const { issuing } = await makeAuthorities(plain.url);
  await plain.kill('SIGTERM');
  const serials: string[] = [];
  for (const [issuer, health] of [
    [issuing, /^ready\n$/],
    ['missing', /^ready\nTLS certificate: there is no CA missing \(CERTITUDE_TLS_ISSUER\); the one in use ends at /],
  ] as const) {
    const port = await freePort();
    const service = await startService(t, {
      dataDir,
      environment: {
        CERTITUDE_TLS_LISTEN: `127.0.0.1:${port}`,
        CERTITUDE_TLS_ISSUER: issuer,
        CERTITUDE_TLS_NAMES: 'localhost,127.0.0.1',
      },
    });
    const ca = readFileSync(join(dataDir, 'tls-root.pem'), 'utf8');
    assert.match((await ask(port, '/readyz', ca)).body, health);
    serials.push((await handshake(port, { ca })).serialNumber);
    const told = /^\{"level":50,.*CERTITUDE_TLS_ISSUER.*the one before is still served/m;
    if (issuer === 'missing') await service.printed(told);
    await service.kill('SIGTERM');
    if (issuer !== 'missing') assert.doesNotMatch(service.output(), told);
  }
  assert.equal(serials[0], serials[1]);
});

test('SIGTERM lets calls over https finish and ends, though somebody never finishes a handshake', async (t) => {
  const service = await start(t);
  const silent = connectPlain(service.securePort, '127.0.0.1');
  t.after(() => silent.destroy());
  const kept = new Agent({ keepAlive: true });
  t.after(() => kept.destroy());
  assert.equal((await callSecurely(service.securePort, asked, {}, service.ca, kept)).status, 200);
  assert.equal(await service.kill('SIGTERM'), 0);
});

/** PEM as it should be, with something else in it. */
function broken(pem: string): string {
  return pem.replace(/\n[A-Za-z0-9+/]{20}/, `\n${'A'.repeat(20)}`);
}
