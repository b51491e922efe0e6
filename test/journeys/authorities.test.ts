// What is told of one CA: itself, its chain, its instance, its CRL and its history; and certificates found by serial number.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { decodePemBlocks } from '../../src/pki/pem.ts';
import { until } from '../until.ts';
import { otherAccount } from './other-account.ts';
import { assertRefused } from './refused.ts';
import { csr, named } from './requests.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, ok, revoke } from './small-pki.ts';

type Wire = Readonly<Record<string, unknown>>;
const unlimited = 2_147_483_647;

test('what is told of a CA', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const { root, issuing } = await makeAuthorities(url);
  const external = String(
    (
      await ok(
        url,
        'CreateExternalCACertificate',
        { InstanceId: root, Validity: '3y', Csr: csr({ subject: named('Partner CA') }) },
        { method: 'POST' },
      )
    )['Identifier'],
  );
  const leaf = await issueClient(url, issuing);
  const key = await otherAccount(service);
  const describe = async (Identifier: string) =>
    (await ok(url, 'DescribeCACertificate', { Identifier }))['Certificate'] as Wire;

  await t.test('DescribeCACertificate: what its certificate says, its chain, its quota, its CRL', async () => {
    const shown = await describe(issuing);
    const [block] = decodePemBlocks(String(shown['X509Certificate']));
    const der = block?.der ?? new Uint8Array();
    const { notBefore, notAfter } = parseCertificate(der);
    const hash = (name: string) => createHash(name).update(der).digest('hex');
    const { SerialNumber, X509Certificate, CaCertChain, ...others } = shown;
    assert.deepEqual(others, {
      Identifier: issuing,
      ParentIdentifier: root,
      CertificateType: 'SUB_ROOT',
      Status: 'ISSUE',
      SubjectDN: 'C=CN,O=Example Ltd,OU=Security,L=Hangzhou,ST=Zhejiang,CN=Issuing',
      CommonName: 'Issuing',
      Organization: 'Example Ltd',
      OrganizationUnit: 'Security',
      CountryCode: 'CN',
      State: 'Zhejiang',
      Locality: 'Hangzhou',
      Sans: '',
      Algorithm: 'ECC',
      KeySize: 256,
      FullAlgorithm: 'ECC_256',
      SignAlgorithm: 'SHA256WITHECDSA',
      Md5: hash('md5'),
      Sha2: hash('sha256'),
      BeforeDate: notBefore * 1000,
      AfterDate: notAfter * 1000,
      Years: 5,
      IssuerType: 'local',
      CertTotalCount: unlimited,
      CertIssuedCount: 1,
      CertRemainingCount: unlimited - 1,
      CertMaxTime: 0,
      CrlStatus: 'ACTIVE',
      CrlUrl: `${url}/crl/${issuing}.crl`,
      CrlDay: others['CrlDay'],
      ClusterId: '',
      KeyIndex: 0,
      ResourceGroupId: '',
      Tags: [],
    });
    assert.match(String(SerialNumber), /^[0-9a-f]{32}$/);
    assert.equal(CaCertChain, `${X509Certificate}${(await describe(root))['X509Certificate']}`);
    const top = await describe(root);
    assert.deepEqual([top['ParentIdentifier'], top['CertificateType'], top['Years']], ['', 'ROOT', 10]);
    assert.equal(top['CertIssuedCount'], 2, 'a subordinate and an external CA');
  });

  await t.test('an external CA: no CRL and no key of ours', async () => {
    const shown = await describe(external);
    assert.deepEqual(
      [shown['IssuerType'], shown['CertificateType'], shown['CrlStatus'], shown['CrlUrl'], shown['CrlDay']],
      ['external', 'SUB_ROOT', 'INACTIVE', '', 0],
    );
    const crl = await ok(url, 'GetCaInstanceCrlAddress', { CaIdentifier: external });
    assert.deepEqual([crl['CrlUrl'], crl['HashCode'], crl['NextUpdateTime']], ['', '', '']);
  });

  await t.test('GetCAInstanceStatus: by identifier, by instance, by both where they agree', async () => {
    const list = async (parameters: Record<string, string>) =>
      (await ok(url, 'GetCAInstanceStatus', parameters))['InstanceStatusList'] as Wire[];
    const { BeforeDate, AfterDate } = await describe(issuing);
    const instance = {
      InstanceId: `cas-member-${issuing}`,
      Identifier: issuing,
      Status: 'USED',
      Type: 'SUB_ROOT',
      CertTotalCount: unlimited,
      CertIssuedCount: 1,
      BeforeTime: BeforeDate,
      AfterTime: AfterDate,
      UseExpireTime: AfterDate,
    };
    for (const parameters of [
      { Identifier: issuing },
      { InstanceId: `cas-member-${issuing}` },
      { InstanceId: issuing },
      { Identifier: issuing, InstanceId: `cas-member-${issuing}` },
    ]) {
      assert.deepEqual(await list(parameters as Record<string, string>), [instance]);
    }
    assert.deepEqual(
      (await list({ Identifier: external })).map(({ InstanceId }) => InstanceId),
      [`cas_deposit-cn-${external}`],
    );
    assert.deepEqual(
      (await list({})).map(({ Identifier }) => Identifier),
      [external, issuing, root],
    );
    const disagreeing = { Identifier: issuing, InstanceId: `cas-member-${root}` };
    assertRefused(await call(url, 'GetCAInstanceStatus', disagreeing), 404, 'NotFound');
  });

  await t.test('GetCaInstanceCrlAddress: the CRL that is served, whose hash changes with its entries', async () => {
    const address = async (parameters: Record<string, string>) => {
      const { RequestId: _, ...answer } = await ok(url, 'GetCaInstanceCrlAddress', parameters);
      return answer;
    };
    const addressOnce = (isSo: (answer: Wire) => boolean) => until(() => address({ CaIdentifier: issuing }), isSo);
    const before = await addressOnce(({ HashCode }) => HashCode !== '');
    assert.equal(before['CrlUrl'], `${url}/crl/${issuing}.crl`);
    assert.equal((await fetch(String(before['CrlUrl']))).status, 200);
    assert.match(String(before['NextUpdateTime']), /^\d{13}$/);
    assert.ok(Number(before['NextUpdateTime']) > Date.now());
    assert.deepEqual([before['CaInstanceStatus'], before['CaType']], ['normal', 'SUB_ROOT']);
    assert.deepEqual(await address({ Uuid: issuing }), before);
    assert.deepEqual(await address({ Uuid: `cas-member-${issuing}` }), before);
    assertRefused(await call(url, 'GetCaInstanceCrlAddress', {}), 400, 'MissingCaIdentifier');
    const revoked = await issueClient(url, issuing);
    await revoke(url, revoked.identifier);
    await addressOnce(({ HashCode }) => HashCode !== '' && HashCode !== before['HashCode']);
  });

  await t.test('ListCACertificateLog: what was done with it, oldest first, in milliseconds', async () => {
    const { issuing: busy } = await makeAuthorities(url);
    const began = Date.now();
    await ok(url, 'UpdatePcaCertificate', { Identifier: busy, AliasName: 'renamed' });
    await ok(url, 'UploadPcaCertToCas', { Ids: busy });
    await issueClient(url, busy);
    await ok(url, 'UpdateCACertificateStatus', { Identifier: busy, Status: 'REVOKE' });
    const log = (await ok(url, 'ListCACertificateLog', { Identifier: busy }))['LogList'] as Wire[];
    assert.deepEqual(
      log.map(({ Identifier, OpType, Content }) => [Identifier, OpType, Content]),
      [
        [busy, 'ADD', 'add sub-root ca'],
        [busy, 'UPDATE', 'change alias, tags or resource group'],
        [busy, 'UPDATE', 'put into the inventory'],
        [busy, 'UPDATE', 'revoke ca'],
      ],
    );
    const moments = log.map(({ CreateTime }) => Number(CreateTime));
    assert.deepEqual([...moments].sort(), moments);
    assert.ok(moments.slice(1).every((moment) => moment >= began && moment <= Date.now()));
    const [instance] = (await ok(url, 'GetCAInstanceStatus', { Identifier: busy }))['InstanceStatusList'] as Wire[];
    assert.equal(instance?.['Status'], 'REVOKE');
    const crl = await ok(url, 'GetCaInstanceCrlAddress', { CaIdentifier: busy });
    assert.equal(crl['CaInstanceStatus'], 'revoked');
  });

  await t.test(
    'DescribeClientCertificateForSerialNumber: what is found, oldest first, in any spelling of the number',
    async () => {
      const second = await issueClient(url, issuing);
      const ca = (await describe(issuing))['SerialNumber'] as string;
      const find = async (SerialNumber: string, signing = {}) =>
        (await ok(url, 'DescribeClientCertificateForSerialNumber', { SerialNumber }, signing))[
          'CertificateList'
        ] as Wire[];
      const found = await find(
        `${second.serialNumber}, 00${leaf.serialNumber.toUpperCase()},abcdef,${leaf.serialNumber},${ca}`,
      );
      assert.deepEqual(
        found.map(({ Identifier, CertificateType, ParentIdentifier }) => [
          Identifier,
          CertificateType,
          ParentIdentifier,
        ]),
        [
          [issuing, 'SUB_ROOT', root],
          [leaf.identifier, 'CLIENT', issuing],
          [second.identifier, 'CLIENT', issuing],
        ],
      );
      const { Certificate } = await ok(url, 'DescribeClientCertificate', { Identifier: leaf.identifier });
      const described = Certificate as Wire;
      const minute = (millis: unknown) => `${new Date(Number(millis)).toISOString().slice(0, 16)}Z`;
      assert.deepEqual(
        [found[1]?.['BeforeDate'], found[1]?.['AfterDate'], found[1]?.['Sha2'], found[1]?.['Years']],
        [minute(described['BeforeDate']), minute(described['AfterDate']), described['Sha2'], 0],
      );
      assert.deepEqual(await find(leaf.serialNumber, { key }), [], 'nothing of another account');
      await revoke(url, second.identifier);
      assert.equal((await find(second.serialNumber))[0]?.['Status'], 'REVOKE');
      await ok(url, 'DeleteClientCertificate', { Identifier: second.identifier });
      assert.deepEqual(await find(second.serialNumber), []);
      for (const [SerialNumber, code] of [
        ['', 'MissingSerialNumber'],
        ['xyz', 'InvalidSerialNumber'],
        ['a,,b', 'InvalidSerialNumber'],
      ] as const) {
        const reply = await call(url, 'DescribeClientCertificateForSerialNumber', { SerialNumber });
        assert.equal(reply.status, 400, reply.text);
        if (SerialNumber !== '') assertRefused(reply, 400, code);
      }
    },
  );

  await t.test('is told to its own account alone, and of a CA that is there and not of a certificate', async () => {
    for (const [Identifier, signing] of [
      ['f'.repeat(32), {}],
      [leaf.identifier, {}],
      [issuing, { key }],
    ] as const) {
      for (const [operation, name] of [
        ['DescribeCACertificate', 'Identifier'],
        ['GetCAInstanceStatus', 'Identifier'],
        ['GetCAInstanceStatus', 'InstanceId'],
        ['GetCaInstanceCrlAddress', 'CaIdentifier'],
        ['ListCACertificateLog', 'Identifier'],
      ] as const) {
        assertRefused(await call(url, operation, { [name]: Identifier }, signing), 404, 'NotFound');
      }
    }
    const [instance] = (await ok(url, 'ListAllEndEntityInstance', {}))['List'] as Wire[];
    const Id = String(instance?.['Id']);
    assertRefused(await call(url, 'AssignCertificateCount', { Id, CertTotalCount: '9' }, { key }), 404, 'NotFound');
    const leafId = String(
      ((await ok(url, 'DescribeClientCertificate', { Identifier: leaf.identifier }))['Certificate'] as Wire)['Id'],
    );
    assertRefused(await call(url, 'AssignCertificateCount', { Id: leafId, CertTotalCount: '9' }), 404, 'NotFound');
    for (const [CertTotalCount, code] of [
      ['-1', 'InvalidCertTotalCount'],
      ['2147483646', undefined],
      ['2147483647', 'InvalidCertTotalCount'],
    ] as const) {
      assert.equal((await call(url, 'AssignCertificateCount', { Id, CertTotalCount })).body['Code'], code);
    }
    assertRefused(await call(url, 'AssignCertificateCount', { CertTotalCount: '9' }), 400, 'MissingId');
    assertRefused(await call(url, 'AssignCertificateCount', { Id }), 400, 'MissingCertTotalCount');
  });
});
