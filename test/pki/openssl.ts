// Runs openssl in a folder of its own, and writes chains of certificates there for it to judge.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { type Name, nameOf } from '../../src/pki/name.ts';
import { encodePem } from '../../src/pki/pem.ts';
import { authorityExtensions, endEntityExtensions } from '../../src/pki/profiles.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { issue, type KeyPair } from './issuing.ts';

const installed = spawnSync('openssl', ['version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'certitude-pki-'));
after(() => rmSync(folder, { recursive: true, force: true }));

export const file = (name: string) => join(folder, name);

export function put(name: string, content: string | Uint8Array): string {
  writeFileSync(file(name), content);
  return file(name);
}

/** Runs openssl in the folder and gives what it printed; fails with its words when it does not succeed. */
export function openssl(...parameters: string[]): string {
  const { status, stdout, stderr } = spawnSync('openssl', parameters, { encoding: 'utf8', cwd: folder });
  assert.equal(status, 0, `openssl ${parameters[0]}: ${stdout}${stderr}`);
  return stdout;
}

export function needsOpenssl(t: TestContext): boolean {
  if (!installed) t.skip('openssl is not installed');
  return installed;
}

const addresses = { crl: 'http://a/crl', issuer: 'http://a/issuer', ocsp: 'http://a/ocsp' };
const rootName = nameOf({ country: 'CN', organization: 'Certitude', commonName: 'Root' });
const subordinateName = nameOf({ country: 'CN', organization: 'Certitude', commonName: 'Subordinate' });
export const leafName = nameOf({ country: 'CN', locality: '杭州', commonName: 'a, "b" + c' });

export interface Chain {
  readonly root: KeyPair;
  readonly subordinate: KeyPair;
  readonly leaf: KeyPair;
}

/** Writes root.pem, subordinate.pem, client.pem, server.pem and nameless.pem under a prefix. */
export function writeChain(prefix: string, { root, subordinate, leaf }: Chain): void {
  const certify = (file: string, order: Parameters<typeof issue>[0]) =>
    put(`${prefix}-${file}.pem`, encodePem('CERTIFICATE', issue(order)));
  const rootIssuer = { name: rootName, keys: root };
  const issuer = { name: subordinateName, keys: subordinate };
  certify('root', {
    issuer: rootIssuer,
    subject: { name: rootName, spki: root.spki },
    serialNumber: '01' as SerialNumber,
    extensions: authorityExtensions({ spki: root.spki, pathLength: 1 }),
  });
  certify('subordinate', {
    issuer: rootIssuer,
    subject: { name: subordinateName, spki: subordinate.spki },
    serialNumber: 'ff'.repeat(16) as SerialNumber,
    extensions: authorityExtensions({
      spki: subordinate.spki,
      issuerKeyIdentifier: root.keyIdentifier,
      pathLength: 0,
      extendedKeyUsages: ['clientAuth', 'serverAuth'],
      addresses,
    }),
  });
  const endEntity = (kind: 'client' | 'server', subject: Name) => ({
    issuer,
    subject: { name: subject, spki: leaf.spki },
    serialNumber: 'c0ffee' as SerialNumber,
    extensions: endEntityExtensions({
      kind,
      keyAlgorithm: leaf.algorithm,
      spki: leaf.spki,
      issuerKeyIdentifier: subordinate.keyIdentifier,
      subject,
      subjectAlternativeNames: [
        { type: 'dNSName', value: '*.example.com' },
        { type: 'iPAddress', value: '2001:db8::1' },
        { type: 'rfc822Name', value: 'a@example.com' },
        { type: 'uniformResourceIdentifier', value: 'urn:a:b' },
      ],
      addresses,
    }),
  });
  certify('client', endEntity('client', leafName));
  certify('server', endEntity('server', leafName));
  certify('nameless', endEntity('server', []));
}
