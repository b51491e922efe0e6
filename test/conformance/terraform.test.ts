// What the vendor's Terraform provider does to the API, in its own way of calling: signature V1, POST, the common
// parameters in the URL and every parameter of the operation in the form body, with some the operation does not know.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { type Service, startService } from '../journeys/running-service.ts';
import { encodeForm, formBody, type Reply, send, signedParameters } from '../journeys/signed-request.ts';
import type { Answer } from '../journeys/vendor-clients.ts';
import type { WireParameters } from './world.ts';

const common = [
  'Action',
  'Version',
  'Format',
  'AccessKeyId',
  'SignatureMethod',
  'SignatureVersion',
  'SignatureNonce',
  'Timestamp',
  'Signature',
  'SourceIp',
  'SecureTransport',
];

async function asked({ url }: Service, action: string, parameters: WireParameters): Promise<Reply> {
  const own = { ...parameters, SourceIp: '192.0.2.4', SecureTransport: 'true' };
  const all = [...signedParameters(action, own, { method: 'POST', common: { Format: 'json' } })];
  const inUrl = all.filter(([name]) => common.includes(name));
  const inBody = all.filter(([name]) => !common.includes(name));
  return await send(`${url}/?${encodeForm(inUrl)}`, formBody(encodeForm(inBody)));
}

async function done(service: Service, action: string, parameters: WireParameters): Promise<Answer> {
  const { status, text, body } = await asked(service, action, parameters);
  assert.equal(status, 200, `${action}: ${text}`);
  return body;
}

/** The provider takes a resource for gone on HTTP 404 or Code NotFound. */
async function assertGone(service: Service, action: string, parameters: WireParameters): Promise<void> {
  const { status, text, body } = await asked(service, action, parameters);
  assert.deepEqual([status, body['Code']], [404, 'NotFound'], text);
  assert.ok(body['RequestId'] && body['Message']);
}

const RegionId = 'cn-hangzhou';
const ResourceType = 'PcaCertificate';
const subject = {
  Organization: 'alibaba',
  OrganizationUnit: 'aliyun',
  Locality: 'hangzhou',
  State: 'zhejiang',
  CommonName: 'cbc.certqa.cn',
};

test('the resources of the Terraform provider are created, read, updated, tagged and destroyed', async (t) => {
  const service = await startService(t);
  const seconds = Math.floor(Date.now() / 1000);

  // alicloud_ssl_certificates_service_pca_certificate: the algorithm is left out, the country in lower case.
  const root = await done(service, 'CreateRootCACertificate', { ...subject, CountryCode: 'cn', Years: '1' });
  const sub = await done(service, 'CreateSubCACertificate', {
    ...subject,
    CommonName: 'sub.certqa.cn',
    CountryCode: 'cn',
    Years: '1',
    Algorithm: 'RSA_2048',
    ParentIdentifier: String(root['Identifier']),
    EnableCrl: 'true',
    CrlDay: '30',
    'ExtendedKeyUsages.1': 'clientAuth',
  });
  const [rootId, subId] = [String(root['Identifier']), String(sub['Identifier'])];

  // alicloud_ssl_certificates_service_pca_cert: every way to say how long at once, SanType as text.
  const client = await done(service, 'CreateClientCertificate', {
    ParentIdentifier: subId,
    SanType: '1',
    SanValue: 'somebody@example.com',
    CommonName: 'cbc.certqa.cn',
    Organization: 'alibaba',
    OrganizationUnit: 'aliyun',
    Country: 'cn',
    State: 'zhejiang',
    Locality: 'hangzhou',
    Algorithm: 'RSA_2048',
    Years: '1',
    Months: '1',
    Days: '1',
    BeforeTime: String(seconds),
    AfterTime: String(seconds + 2 * 86_400),
    EnableCrl: '1',
    Immediately: '2',
    AliasName: 'first',
    CustomIdentifier: 'tf-test-1',
    'Tags.1.Key': 'Created',
    'Tags.1.Value': 'TF',
    'Tags.2.Key': 'For',
    'Tags.2.Value': 'Test',
  });
  const clientId = String(client['Identifier']);

  await t.test('what was created is read back', async () => {
    const { Certificate: ca } = (await done(service, 'DescribeCACertificate', { Identifier: rootId })) as Described;
    assert.deepEqual(
      [ca['Algorithm'], ca['FullAlgorithm'], ca['KeySize'], ca['CountryCode'], ca['Status'], ca['CertificateType']],
      ['RSA', 'RSA_2048', 2048, 'CN', 'ISSUE', 'ROOT'],
    );
    const { Certificate: leaf } = (await done(service, 'DescribeClientCertificate', {
      Identifier: clientId,
    })) as Described;
    assert.deepEqual(
      [leaf['Status'], leaf['ParentIdentifier'], leaf['AliasName'], leaf['CustomIdentifier'], leaf['FullAlgorithm']],
      ['ISSUE', subId, 'first', 'tf-test-1', 'RSA_2048'],
    );
    assert.deepEqual(leaf['Tags'], [
      { TagKey: 'Created', TagValue: 'TF' },
      { TagKey: 'For', TagValue: 'Test' },
    ]);
    assert.deepEqual(JSON.parse(String(leaf['Sans'])), [{ Type: 1, Value: 'somebody@example.com' }]);
    // Days win over everything else.
    const { validFromDate, validToDate } = new X509Certificate(String(client['X509Certificate']));
    assert.equal(validToDate.getTime() - validFromDate.getTime(), 86_400_000);
  });

  for (const [what, Identifier] of [
    ['a CA', rootId],
    ['a client certificate', clientId],
  ] as const) {
    await t.test(`alias, group and tags of ${what} change`, async () => {
      await done(service, 'UpdatePcaCertificate', { Identifier, AliasName: 'second', ResourceGroupId: 'rg-tf' });
      await done(service, 'MoveResourceGroup', {
        RegionId,
        ResourceType,
        ResourceId: Identifier,
        ResourceGroupId: 'rg-moved',
      });
      const tag = { RegionId, ResourceType, 'ResourceId.1': Identifier };
      await done(service, 'TagResources', { ...tag, 'Tag.1.Key': 'For', 'Tag.1.Value': 'Update', 'Tag.2.Key': 'New' });
      await done(service, 'UntagResources', { ...tag, 'TagKey.1': 'Created' });
      const operation = Identifier === rootId ? 'DescribeCACertificate' : 'DescribeClientCertificate';
      const { Certificate } = (await done(service, operation, { Identifier })) as Described;
      assert.equal(Certificate['ResourceGroupId'], 'rg-moved');
      // The vendor's answer about a CA has no alias.
      if (Identifier === clientId) assert.equal(Certificate['AliasName'], 'second');
      const { Data } = await done(service, 'ListTagResources', tag);
      const { TagResources } = (Data as { TagResources: Answer }).TagResources;
      assert.deepEqual(
        (TagResources as Answer[]).map((each) => [
          each['ResourceId'],
          each['ResourceType'],
          each['TagKey'],
          each['TagValue'],
        ]),
        [
          [Identifier, ResourceType, 'For', 'Update'],
          [Identifier, ResourceType, 'New', ''],
        ],
      );
    });
  }

  await t.test('UploadPcaCertToCas takes the identifier', async () => {
    await done(service, 'UploadPcaCertToCas', { Ids: clientId });
    const { Certificate } = (await done(service, 'DescribeClientCertificate', { Identifier: clientId })) as Described;
    assert.equal(Certificate['UploadFlag'], 1);
  });

  await t.test('a client certificate is destroyed once its status is REVOKE, and not before', async () => {
    const early = await asked(service, 'DeleteClientCertificate', { Identifier: clientId });
    assert.deepEqual([early.status, early.body['Code']], [400, 'InvalidStatus']);
    await done(service, 'CreateRevokeClientCertificate', { Identifier: clientId });
    await done(service, 'DeleteClientCertificate', { Identifier: clientId });
    await assertGone(service, 'DescribeClientCertificate', { Identifier: clientId });
    await assertGone(service, 'DeleteClientCertificate', { Identifier: clientId });
  });

  for (const [what, Identifier] of [
    ['subordinate', subId],
    ['root', rootId],
  ] as const) {
    await t.test(`a ${what} CA is destroyed without being revoked`, async () => {
      await done(service, 'DeleteClientCertificate', { Identifier });
      await assertGone(service, 'DescribeCACertificate', { Identifier });
      await assertGone(service, 'DeleteClientCertificate', { Identifier });
      await assertGone(service, 'UpdatePcaCertificate', { Identifier, AliasName: 'gone' });
    });
  }

  await t.test('what never was is not found', async () => {
    const Identifier = 'ffffffffffffffffffffffffffffffff';
    for (const operation of ['DescribeCACertificate', 'DescribeClientCertificate', 'DeleteClientCertificate']) {
      await assertGone(service, operation, { Identifier });
    }
  });
});

type Described = { readonly Certificate: Answer };
