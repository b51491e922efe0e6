// CreateExternalCACertificate: a CA whose key is held elsewhere, signed by a root here.

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { printableString, sequence, setOf } from '../../src/pki/der-writer.ts';
import {
  basicConstraints,
  crlDistributionPoint,
  extendedKeyUsage,
  keyIdentifierOf,
  keyUsage,
  subjectKeyIdentifier,
} from '../../src/pki/extensions.ts';
import { formatName } from '../../src/pki/name.ts';
import { oidDer } from '../../src/pki/oid.ts';
import { newKeyPair } from '../pki/issuing.ts';
import { needsOpenssl } from '../pki/openssl-cli.ts';
import { assertRefused } from './refused.ts';
import { certificateIn, csr, ecKeys, named, verifyChain } from './requests.ts';
import { startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { makeAuthorities, ok, statusOf } from './small-pki.ts';

const action = 'CreateExternalCACertificate';
const post = { method: 'POST' } as const;
const rsaKeys = newKeyPair('RSA_2048');

describe('an external CA', () => {
  let url: string;
  let root: string;
  let issuing: string;
  const afterAll: (() => unknown)[] = [];
  before(async () => {
    ({ url } = await startWithin({ after: (work) => afterAll.push(work as () => unknown) }));
    ({ root, issuing } = await makeAuthorities(url));
  });
  test.after(async () => {
    for (const work of afterAll.reverse()) await work();
  });

  const asked = (more: Record<string, string> = {}) => ({
    InstanceId: root,
    Validity: '3y',
    Csr: csr({ subject: named('Partner CA') }),
    ...more,
  });
  const sign = (more: Record<string, string> = {}) => ok(url, action, asked(more), post);
  const refuse = async (more: Record<string, string>, code: string, message?: RegExp) =>
    assertRefused(await call(url, action, asked(more), post), code === 'NotFound' ? 404 : 400, code, message);

  test('has identifiers, usages and addresses of ours, whatever its request says', async () => {
    const extensions = [
      subjectKeyIdentifier(Uint8Array.of(1, 2, 3)),
      crlDistributionPoint('http://elsewhere.example/crl'),
      keyUsage(['digitalSignature']),
      basicConstraints({ cA: true, pathLenConstraint: 5 }),
    ];
    const { extensions: given } = certificateIn(
      await sign({ Csr: csr({ subject: named('Partner CA'), extensions }) }),
      'Certificate',
    );
    assert.deepEqual(given.basicConstraints, { cA: true, pathLenConstraint: 0 });
    assert.deepEqual(given.keyUsage, ['keyCertSign', 'cRLSign']);
    assert.deepEqual(given.subjectKeyIdentifier, keyIdentifierOf(ecKeys.spki));
    assert.ok(given.authorityKeyIdentifier);
    assert.deepEqual(
      given.crlDistributionPoints?.map((address) => address.endsWith(`/crl/${root}.crl`)),
      [true],
    );
    assert.equal(given.extendedKeyUsages, undefined);
  });

  test('has subject, path length and purposes of ApiPassthrough, which is JSON; else its request’s', async () => {
    const request = csr({ subject: named('Partner CA'), extensions: [extendedKeyUsage(['serverAuth'])] });
    const passed = certificateIn(
      await sign({
        Csr: request,
        ApiPassthrough: JSON.stringify({
          Subject: { CommonName: 'Other CA', Organization: 'Other', Country: 'it' },
          Extensions: { ExtendedKeyUsages: ['clientAuth', '1.2.3.4'], PathLenConstraint: 2, Unknown: true },
        }),
      }),
      'Certificate',
    );
    assert.equal(formatName(passed.subject), 'C=IT,O=Other,CN=Other CA');
    assert.deepEqual(passed.extensions.basicConstraints, { cA: true, pathLenConstraint: 2 });
    assert.deepEqual(passed.extensions.extendedKeyUsages, ['clientAuth', '1.2.3.4']);
    const silent = certificateIn(await sign({ Csr: request, ApiPassthrough: '{}' }), 'Certificate');
    assert.deepEqual(silent.extensions.extendedKeyUsages, ['serverAuth']);
    const subject = sequence(setOf([sequence(oidDer('commonName'), printableString('printable'))]));
    const taken = certificateIn(await sign({ Csr: csr({ subject }) }), 'Certificate');
    assert.deepEqual(Buffer.from(taken.subjectDer), Buffer.from(subject), 'byte for byte');
  });

  test('is InvalidApiPassthrough where that is no JSON, in parts, or says what cannot be', async () => {
    const cases: [Record<string, string>, RegExp][] = [
      [{ ApiPassthrough: '{' }, /is not JSON/],
      [{ ApiPassthrough: '{"Subject":{},"Subject":{}}' }, /twice/],
      [{ ApiPassthrough: '{"Extensions":{"PathLenConstraint":"0"}}' }, /PathLenConstraint\) must be a whole number/],
      [{ ApiPassthrough: '{"Extensions":{"PathLenConstraint":17}}' }, /from 0 to 16/],
      [{ ApiPassthrough: '{"Extensions":{"ExtendedKeyUsages":["x"]}}' }, /element 1/],
      [{ ApiPassthrough: '{"Subject":{"Country":"ITA"}}' }, /two letters/],
      [{ 'ApiPassthrough.Subject.CommonName': 'x' }, /one JSON text/],
    ];
    for (const [parameters, message] of cases) await refuse(parameters, 'InvalidApiPassthrough', message);
  });

  test('is signed by the root that InstanceId names: by instance id or identifier, and by no other CA', async () => {
    for (const InstanceId of [root, `cas-member-${root}`]) {
      const { CertificateChain } = await sign({ InstanceId });
      assert.equal(String(CertificateChain).match(/BEGIN CERTIFICATE/g)?.length, 2);
    }
    await refuse({ InstanceId: issuing }, 'InvalidParentIdentifier', /not a root/);
    await refuse({ InstanceId: 'cas_deposit-cn-1234abcd' }, 'NotFound', /1234abcd/);
  });

  test('needs no InstanceId where there is one root in use; MissingInstanceId says why otherwise', async (t) => {
    const service = await startService(t);
    const { InstanceId: _, ...unnamed } = asked();
    const reply = () => call(service.url, action, unnamed, post);
    assertRefused(await reply(), 400, 'MissingInstanceId', /no root CA/);
    const first = await makeAuthorities(service.url);
    assert.equal((await reply()).status, 200);
    await makeAuthorities(service.url);
    assertRefused(await reply(), 400, 'MissingInstanceId', /2 root CAs/);
    await ok(service.url, 'UpdateCACertificateStatus', { Identifier: first.root, Status: 'REVOKE' });
    assert.equal((await reply()).status, 200);
    assertRefused(
      await call(service.url, action, { ...unnamed, InstanceId: first.root }, post),
      400,
      'InvalidParentIdentifier',
      /revoked/,
    );
  });

  test('is refused without a proven request, a subject, a validity, or with the name of its root', async () => {
    for (const name of ['Csr', 'Validity']) {
      const others = Object.fromEntries(Object.entries(asked()).filter(([each]) => each !== name));
      assertRefused(await call(url, action, others, post), 400, `Missing${name}`);
    }
    await refuse({ Csr: csr({ subject: named('x'), signer: rsaKeys }) }, 'InvalidCsr', /signature/);
    await refuse({ Csr: csr() }, 'InvalidCsr', /no subject/);
    await refuse({ Validity: '11y' }, 'InvalidValidity', /after its issuing CA/);
    await refuse({ CertMaxTime: '0' }, 'InvalidCertMaxTime');
    const rootName = await ok(url, action, asked(), post).then(
      (answer) => certificateIn(answer, 'Certificate').issuerDer,
    );
    await refuse({ Csr: csr({ subject: rootName }) }, 'InvalidCsr', /that of the root/);
  });

  test('issues nothing here', async () => {
    const external = String((await sign())['Identifier']);
    const leaf = { ParentIdentifier: external, CommonName: 'x', Days: '1' };
    assertRefused(await call(url, 'CreateClientCertificate', leaf), 400, 'InvalidParentIdentifier', /external/);
    const under = asked({ InstanceId: external });
    assertRefused(await call(url, action, under, post), 400, 'InvalidParentIdentifier', /not a root/);
    const key = await call(url, 'DescribeCertificatePrivateKey', { Identifier: external, EncryptedCode: 'x' });
    assertRefused(key, 404, 'NotFound');
  });

  test('is revoked and deleted like every CA', async () => {
    const answer = await sign({ CertMaxTime: '30', 'Tags.1.Key': 'a' });
    const Identifier = String(answer['Identifier']);
    const { serialNumber } = certificateIn(answer, 'Certificate');
    const status = async () => (await statusOf(url, serialNumber))[0]?.Status;
    assert.equal(await status(), 'good');
    await ok(url, 'UpdateCACertificateStatus', { Identifier, Status: 'REVOKE' });
    assert.equal(await status(), 'revoked');
    await ok(url, 'DeleteClientCertificate', { Identifier });
    assertRefused(await call(url, 'UpdateCACertificateStatus', { Identifier }), 404, 'NotFound');
    assert.equal(await status(), 'revoked');
  });

  test('is accepted by openssl, its key of any family', async (t) => {
    if (!needsOpenssl(t)) return;
    for (const algorithm of ['ECC_256', 'ECC_384', 'ECC_512', 'RSA_2048', 'RSA_3072', 'SM2_256'] as const) {
      const request = csr({ keys: newKeyPair(algorithm), subject: named('Partner CA') });
      verifyChain(String((await sign({ Csr: request }))['CertificateChain']));
    }
  });
});
