// Programs that others wrote ask our OCSP responder: what each makes of a good, a revoked and a never issued certificate.
// Each is skipped, and says so, where its program is not installed; `.ci/packages` installs them all.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nameOf } from '../../src/pki/name.ts';
import { encodePem } from '../../src/pki/pem.ts';
import { endEntityExtensions } from '../../src/pki/profiles.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import type { Identifier } from '../../src/registry/model.ts';
import { issue, newKeyPair } from '../pki/issuing.ts';
import { until } from '../until.ts';
import { authorityOf } from './asking-ocsp.ts';
import { freePort } from './running-service.ts';
import { type ServiceWithin, startWithin } from './service-within.ts';
import { issueClient, makeAuthorities, ok } from './small-pki.ts';

const folder = mkdtempSync(join(tmpdir(), 'certitude-clients-'));
const afterAll: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
const whole = { after: (work: unknown) => afterAll.push(work as () => unknown) };
test.after(async () => {
  for (const work of afterAll.reverse()) await work();
});
const python = fileURLToPath(new URL('./ask-ocsp.py', import.meta.url));

describe('a relying party sees good, revoked with its reason, and unknown:', () => {
  let service: ServiceWithin;
  let issuing: string;
  let ocsp: string;

  before(async () => {
    service = await startWithin(whole);
    ocsp = `${service.url}/ocsp`;
    const made = await makeAuthorities(service.url);
    issuing = made.issuing;
    const [root, issuer] = [await authorityOf(service.url, made.root), await authorityOf(service.url, issuing)];
    put('issuing.pem', encodePem('CERTIFICATE', issuer.certificate.der));
    put('root.pem', encodePem('CERTIFICATE', root.certificate.der));
    put('cas.pem', read('root.pem') + read('issuing.pem'));
    for (const name of ['good', 'revoked', 'held']) {
      const { identifier } = await issueClient(service.url, issuing);
      const described = await ok(service.url, 'DescribeClientCertificate', { Identifier: identifier });
      put(`${name}.pem`, String((described['Certificate'] as { X509Certificate: string }).X509Certificate));
      if (name === 'revoked') await service.revoke(identifier, 'keyCompromise');
      if (name === 'held') await service.revoke(identifier, 'certificateHold');
    }
    // Of the right name, and a serial number that was never given: no client looks at its signature.
    const keys = newKeyPair('ECC_256');
    const subject = nameOf({ commonName: 'never issued' });
    const never = issue({
      issuer: { name: issuer.certificate.subject, keys },
      subject: { name: subject, spki: keys.spki },
      serialNumber: '5eed' as SerialNumber,
      extensions: endEntityExtensions({
        kind: 'client',
        keyAlgorithm: 'ECC_256',
        spki: keys.spki,
        issuerKeyIdentifier: keys.keyIdentifier,
        subject,
      }),
    });
    put('unknown.pem', encodePem('CERTIFICATE', never));
  });

  const expected = {
    good: ['good', undefined],
    revoked: ['revoked', 'keyCompromise'],
    held: ['revoked', 'certificateHold'],
    unknown: ['unknown', undefined],
  } as const;

  test('openssl ocsp, by POST over HTTP/1.0: with a nonce or none, by SHA-1 and SHA-256', async (t) => {
    if (!(await installed(t, 'openssl', 'version'))) return;
    for (const [name, [status, reason]] of Object.entries(expected)) {
      for (const options of [[], ['-no_nonce'], ['-sha256'], ['-sha256', '-no_nonce']]) {
        const answer = await run(
          'openssl',
          'ocsp',
          '-url',
          ocsp,
          '-CAfile',
          'cas.pem',
          '-issuer',
          'issuing.pem',
          ...options,
          '-cert',
          `${name}.pem`,
        );
        assert.match(answer, /Response verify OK/);
        assert.doesNotMatch(answer, /WARNING: no nonce in response/);
        assert.match(answer, new RegExp(`^${name}\\.pem: ${status}$`, 'm'));
        assert.equal(/Reason: (\w+)/.exec(answer)?.[1], reason);
      }
    }
  });

  test('openssl ocsp, about four certificates in one request', async (t) => {
    if (!(await installed(t, 'openssl', 'version'))) return;
    const certificates = Object.keys(expected).flatMap((name) => ['-cert', `${name}.pem`]);
    const answer = await run(
      'openssl',
      'ocsp',
      '-url',
      ocsp,
      '-CAfile',
      'cas.pem',
      '-issuer',
      'issuing.pem',
      ...certificates,
    );
    for (const [name, [status]] of Object.entries(expected))
      assert.match(answer, new RegExp(`^${name}\\.pem: ${status}$`, 'm'));
  });

  test('ocsptool of GnuTLS (which tells no reason), by POST over HTTP/1.0, with a nonce or none', async (t) => {
    if (!(await installed(t, 'ocsptool', '--version'))) return;
    for (const [name, [status]] of Object.entries(expected)) {
      for (const nonce of [[], ['--nonce']]) {
        const answer = await run(
          'ocsptool',
          `--ask=${ocsp}`,
          ...nonce,
          '--load-cert',
          `${name}.pem`,
          '--load-issuer',
          'issuing.pem',
          '--load-trust',
          'cas.pem',
        );
        assert.match(answer, /Verifying OCSP Response: Success/);
        assert.match(answer, new RegExp(`Certificate Status: ${status}`));
      }
    }
  });

  test('python3-cryptography, by POST and GET, by SHA-1 and SHA-256', async (t) => {
    const interpreter = await pythonWithCryptography();
    if (interpreter === undefined) return t.skip('NOT TESTED: python3-cryptography is not installed');
    const names = { keyCompromise: 'key_compromise', certificateHold: 'certificate_hold' };
    for (const [name, [status, reason]] of Object.entries(expected)) {
      const lines: string[] = (await run(interpreter, python, ocsp, `${name}.pem`, 'issuing.pem')).trim().split('\n');
      assert.deepEqual(
        lines.map((line) => JSON.parse(line)),
        ['sha1', 'sha256'].flatMap((hash) =>
          ['GET', 'POST'].map((method) => ({
            method,
            hash,
            status: status.toUpperCase(),
            reason: reason ? names[reason] : null,
          })),
        ),
      );
    }
  });

  test('nginx staples a good answer (GET, no port in Host), curl --cert-status and openssl s_client take it; a revoked one it does not staple', async (t) => {
    if (!(await installed(t, 'nginx', '-v')) || !(await installed(t, 'curl', '--version'))) return;
    const server = await serverCertificate('good-server');
    const { port, log } = await startNginx(t, 'good-server');
    const curl = () => exit('curl', '-sS', '--cert-status', '--cacert', 'root.pem', `https://localhost:${port}/`);
    // It asks when the first client has come, so the first one is not served a staple.
    await until(curl, ({ status }) => status === 0);
    const seen = await run('openssl', 's_client', '-connect', `localhost:${port}`, '-status', '-CAfile', 'root.pem');
    assert.match(seen, /OCSP Response Status: successful/);
    assert.match(seen, /Cert Status: good/);
    assert.doesNotMatch(log(), /OCSP/i);

    await service.revoke(server, 'keyCompromise');
    const after = await startNginx(t, 'good-server');
    const refused = () =>
      exit('curl', '-sS', '--cert-status', '--cacert', 'root.pem', `https://localhost:${after.port}/`);
    await until(
      async () => {
        await refused();
        return after.log();
      },
      (text) => /certificate status "revoked"/.test(text),
    );
    assert.notEqual((await refused()).status, 0);
  });

  async function serverCertificate(name: string): Promise<string> {
    const answer = await ok(service.url, 'CreateServerCertificate', {
      ParentIdentifier: issuing,
      CommonName: 'localhost',
      Algorithm: 'ECC_256',
      Days: '30',
    });
    const identifier = String(answer['Identifier']) as Identifier;
    const { store, signer } = service.services;
    const record = await store.certificate(service.account, identifier);
    const sealed = await store.sealedKey(identifier);
    assert.ok(record?.der && sealed);
    put(`${name}.pem`, encodePem('CERTIFICATE', record.der) + read('issuing.pem'));
    const passphrase = randomUUID();
    const encrypted = await signer.exportEncrypted({ identifier, algorithm: record.keyAlgorithm, sealed }, passphrase);
    const key = createPrivateKey({ key: encrypted, passphrase }).export({ type: 'pkcs8', format: 'pem' });
    put(`${name}.key`, String(key));
    return identifier;
  }
});

async function startNginx(t: TestContext, name: string): Promise<{ port: number; log: () => string }> {
  const port = await freePort();
  const work = `nginx-${port}`;
  mkdirSync(join(folder, work));
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${folder}/${work};`,
  );
  put(
    `${work}/nginx.conf`,
    `daemon off; master_process off; pid ${folder}/${work}/pid; error_log ${folder}/${work}/error.log warn; events {}
     http { access_log off; ${temporary.join(' ')}
       server { listen 127.0.0.1:${port} ssl; ssl_certificate ${folder}/${name}.pem; ssl_certificate_key ${folder}/${name}.key;
         ssl_stapling on; ssl_stapling_verify on; ssl_trusted_certificate ${folder}/cas.pem; location / { return 200 "served"; } } }`,
  );
  const nginx = spawn('nginx', ['-p', folder, '-c', `${work}/nginx.conf`, '-e', `${work}/error.log`], {
    stdio: 'ignore',
  });
  t.after(() => ended(nginx));
  const log = () => read(`${work}/error.log`);
  await until(
    () => exit('curl', '-sk', `https://localhost:${port}/`),
    ({ status }) => status === 0,
  ).catch((cause) => {
    throw new Error(log(), { cause });
  });
  return { port, log };
}

async function ended(child: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  if (child.exitCode === null && child.kill('SIGKILL')) await gone;
}

function put(name: string, content: string): void {
  writeFileSync(join(folder, name), content);
}

function read(name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

/** Runs a program in the folder to its end; the service in this process goes on meanwhile. */
async function exit(command: string, ...args: string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const status = await new Promise<number | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', resolve);
  });
  return { status, output };
}

async function run(command: string, ...args: string[]): Promise<string> {
  const { status, output } = await exit(command, ...args);
  assert.equal(status, 0, `${command} ${args.join(' ')}: ${output}`);
  return output;
}

async function installed(t: TestContext, command: string, version: string): Promise<boolean> {
  const isThere = (await exit(command, version)).status === 0;
  if (!isThere) t.skip(`NOT TESTED: ${command} is not installed`);
  return isThere;
}

/** Debian's, or whichever comes first. */
async function pythonWithCryptography(): Promise<string | undefined> {
  for (const interpreter of ['/usr/bin/python3', 'python3']) {
    if ((await exit(interpreter, '-c', 'import cryptography.x509.ocsp')).status === 0) return interpreter;
  }
  return undefined;
}
