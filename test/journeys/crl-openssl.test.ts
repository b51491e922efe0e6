// openssl as a relying party: full lists, partitions and deltas, fetched from the addresses that certificates name.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { encodePem } from '../../src/pki/pem.ts';
import { fetchCrl, fetchIssuer, untilCrl } from './fetched-crls.ts';
import { startService } from './running-service.ts';
import { makeAuthorities, ok } from './small-pki.ts';

const isMissing = spawnSync('openssl', ['version']).status !== 0 && 'openssl is not installed';
const folder = mkdtempSync(join(tmpdir(), 'certitude-crl-openssl-'));
const revokeCall = 'CreateRevokeClientCertificate';
const subject = { Organization: 'Example Ltd', OrganizationUnit: 'Security', Locality: 'Hangzhou', State: 'Zhejiang' };

interface Leaf {
  readonly identifier: string;
  readonly file: string;
}

describe('openssl verify', { skip: isMissing }, () => {
  const cleanUp: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  let url: string;
  let root: string;
  let issuing: string;
  let leaves = 0;
  before(async () => {
    const environment = { CERTITUDE_CRL_DELAY: '0' };
    ({ url } = await startService({ after: (work) => cleanUp.push(work as () => unknown) }, { environment }));
    ({ root, issuing } = await makeAuthorities(url));
    for (const authority of [root, issuing]) await untilCrl(url, [authority], () => true);
    writeFileSync(join(folder, 'root.pem'), encodePem('CERTIFICATE', await fetchIssuer(url, root)));
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  const issue = async (parent: string): Promise<Leaf> => {
    const parameters = { ParentIdentifier: parent, CommonName: 'device', Days: '30', EnableCrl: '1', Immediately: '2' };
    const issued = await ok(url, 'CreateClientCertificate', parameters);
    const file = `leaf-${leaves++}.pem`;
    writeFileSync(join(folder, file), String(issued['X509Certificate']));
    return { identifier: String(issued['Identifier']), file };
  };
  const revoke = async ({ identifier }: Leaf, Reason = 'superseded') => {
    const { number } = (await fetchCrl(url, issuing)).extensions;
    await ok(url, revokeCall, { Identifier: identifier, Reason });
    await untilCrl(url, [issuing], ({ extensions }) => extensions.number > number);
  };
  const save = async (name: string, authority: string, scope = '') => {
    const { der } = await fetchCrl(url, authority, scope);
    writeFileSync(join(folder, name), encodePem('X509 CRL', der));
    return name;
  };
  const put = async (authority: string) => {
    writeFileSync(join(folder, `${authority}.pem`), encodePem('CERTIFICATE', await fetchIssuer(url, authority)));
  };
  const judge = async ({ file }: Leaf, parent: string, ...options: string[]) => {
    await put(parent);
    const chain = ['-CAfile', 'root.pem', '-untrusted', `${parent}.pem`];
    const { status, stdout, stderr } = spawnSync('openssl', ['verify', '-x509_strict', ...chain, ...options, file], {
      cwd: folder,
      encoding: 'utf8',
    });
    return status === 0 ? 'good' : (/error \d+ at \d+ depth lookup: ?(.*)/.exec(stderr)?.[1] ?? stdout + stderr);
  };
  const lists = (...names: string[]) => names.flatMap((name) => ['-CRLfile', name]);

  test('-crl_download: fetches the list the certificate names, and finds who is revoked', async () => {
    const [good, bad] = [await issue(issuing), await issue(issuing)];
    await revoke(bad);
    assert.equal(await judge(good, issuing, '-crl_check', '-crl_download'), 'good');
    assert.equal(await judge(bad, issuing, '-crl_check', '-crl_download'), 'certificate revoked');
  });

  test('-crl_check_all: the subordinate CA’s certificate is looked up on the root’s list', async () => {
    const made = await ok(url, 'CreateSubCACertificate', {
      ...subject,
      CommonName: 'To be revoked',
      Years: '5',
      Algorithm: 'ECC_256',
      ParentIdentifier: root,
    });
    const authority = String(made['Identifier']);
    await untilCrl(url, [authority], () => true);
    const leaf = await issue(authority);
    // The root’s own certificate names no list: openssl asks for one all the same.
    const all = async () =>
      judge(leaf, authority, '-crl_check_all', '-crl_download', ...lists(await save('root.crl', root)));
    assert.equal(await all(), 'good');
    await ok(url, 'UpdateCACertificateStatus', { Identifier: authority, Status: 'REVOKE' });
    await untilCrl(url, [root], ({ entries }) => entries.size === 1);
    assert.equal(await all(), 'certificate revoked');
  });

  test('-use_deltas: base and delta together say what the new full list says', async () => {
    const [good, bad, held] = [await issue(issuing), await issue(issuing), await issue(issuing)];
    await revoke(held, 'certificateHold');
    const base = await save('base.crl', issuing);
    await revoke(bad);
    await revoke(held, 'removeFromCRL');
    const delta = await save('delta.crl', issuing, '-delta');
    const full = await save('full.crl', issuing);
    const outcomes = async (...options: string[]) =>
      await Promise.all([good, bad, held].map((leaf) => judge(leaf, issuing, '-crl_check', ...options)));
    assert.deepEqual(await outcomes(...lists(base)), ['good', 'good', 'certificate revoked']);
    const withDelta = ['-extended_crl', '-use_deltas', ...lists(base, delta)];
    assert.deepEqual(await outcomes(...withDelta), ['good', 'certificate revoked', 'good']);
    assert.deepEqual(await outcomes(...lists(full)), ['good', 'certificate revoked', 'good']);
  });

  test('a partition counts for the certificates that name it and for no others (RFC 5280 §5.2.5)', async () => {
    const made = await ok(url, 'CreateSubCACertificate', {
      ...subject,
      CommonName: 'Partitioned',
      Years: '5',
      Algorithm: 'ECC_256',
      ParentIdentifier: root,
      CrlPartitions: '2',
    });
    const authority = String(made['Identifier']);
    await untilCrl(url, [authority], () => true);
    const both = await Promise.all(['-p0', '-p1'].map((scope) => save(`partition${scope}.crl`, authority, scope)));
    const leaf = await issue(authority);
    assert.equal(await judge(leaf, authority, '-crl_check', '-crl_download'), 'good');
    const alone = await Promise.all(both.map((file) => judge(leaf, authority, '-crl_check', ...lists(file))));
    assert.deepEqual(alone.map((outcome) => outcome.toLowerCase()).sort(), ['different crl scope', 'good']);
    await ok(url, revokeCall, { Identifier: leaf.identifier });
    await untilCrl(url, [authority], ({ entries }) => entries.size === 1);
    assert.equal(await judge(leaf, authority, '-crl_check', '-crl_download'), 'certificate revoked');
    assert.equal(
      await judge(leaf, authority, '-crl_check', ...lists(await save('complete.crl', authority))),
      'certificate revoked',
    );
  });
});
