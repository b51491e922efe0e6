import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ParameterList } from '../../src/protocols/rpc/parameter-list.ts';
import { signV1, stringToSignV1 } from '../../src/protocols/rpc/signature-v1.ts';
import { parseAuthorizationV3, signV3, stringToSignV3 } from '../../src/protocols/rpc/signature-v3.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

test('the published V1 example: DescribeRegions signed with testsecret', () => {
  const stringToSign = stringToSignV1(
    'GET',
    ParameterList.of(
      Object.entries({
        AccessKeyId: 'testid',
        Action: 'DescribeRegions',
        Format: 'XML',
        SignatureMethod: 'HMAC-SHA1',
        SignatureNonce: '3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf',
        SignatureVersion: '1.0',
        Timestamp: '2016-02-23T12:46:24Z',
        Version: '2014-05-26',
      }),
    ),
  );
  const signature = signV1(bytes('testsecret'), 'HMAC-SHA1', stringToSign);
  assert.equal(signature, 'OLeaidS1JvxuMvnyHOwuJ+uX5qY=');
});

test('the published V3 example: RunInstances signed with YourAccessKeySecret', () => {
  const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const stringToSign = stringToSignV3({
    path: '/',
    method: 'POST',
    query: ParameterList.of(
      Object.entries({ ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd', RegionId: 'cn-shanghai' }),
    ),
    headers: new Map(
      Object.entries({
        host: 'ecs.cn-shanghai.aliyuncs.com',
        'x-acs-action': 'RunInstances',
        'x-acs-content-sha256': emptyHash,
        'x-acs-date': '2023-10-26T10:22:32Z',
        'x-acs-signature-nonce': '3156853299f313e23d1673dc12e1703d',
        'x-acs-version': '2014-05-26',
      }),
    ),
    bodyHash: emptyHash,
  });
  assert.equal(
    signV3(bytes('YourAccessKeySecret'), stringToSign),
    '06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0',
  );
});

test('V1 signs empty values, encodes by RFC 3986 and leaves Signature out', () => {
  const stringToSign = stringToSignV1(
    'POST',
    ParameterList.of(Object.entries({ b: "!'()* ~", a: '', Signature: 'x' })),
  );
  assert.equal(stringToSign, 'POST&%2F&a%3D%26b%3D%2521%2527%2528%2529%252A%2520~');
});

test('an Authorization header is read with and without blanks after the commas', () => {
  const signature = 'a'.repeat(64);
  for (const comma of [',', ', ']) {
    const text = `ACS3-HMAC-SHA256 Credential=id${comma}SignedHeaders=Host;x-acs-date${comma}Signature=${signature}`;
    assert.deepEqual(parseAuthorizationV3(text), {
      credential: 'id',
      signedHeaders: ['host', 'x-acs-date'],
      signature,
    });
  }
});

for (const [what, text] of [
  ['another scheme', `Basic Credential=id,SignedHeaders=host,Signature=${'a'.repeat(64)}`],
  ['no signature', 'ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host'],
  ['a signature of another length', 'ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=aa'],
  [
    'a credential given twice',
    `ACS3-HMAC-SHA256 Credential=id,Credential=id,SignedHeaders=host,Signature=${'a'.repeat(64)}`,
  ],
  ['a header signed twice', `ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;Host,Signature=${'a'.repeat(64)}`],
] as const) {
  test(`an Authorization header with ${what} is none`, () => assert.equal(parseAuthorizationV3(text), undefined));
}

test('an Authorization header is read whatever the order of its fields and of the headers it names, and none of either twice', () => {
  const signature = 'A0'.repeat(32);
  const fields = ['Credential=id', 'SignedHeaders=x-acs-date;Host;a', `Signature=${signature}`];
  const read = { credential: 'id', signedHeaders: ['x-acs-date', 'host', 'a'], signature };
  for (const [a = 0, b = 1, c = 2] of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 2, 0],
  ]) {
    assert.deepEqual(parseAuthorizationV3(`ACS3-HMAC-SHA256 ${fields[a]},${fields[b]}, ${fields[c]}`), read);
  }
  for (const more of ['Other=1', 'Credential=id', 'Signature=', 'nothing', '']) {
    assert.equal(parseAuthorizationV3(`ACS3-HMAC-SHA256 ${fields.join(',')},${more}`), undefined, more);
  }
  for (const names of ['a;b;a', 'b;a;b', 'a;a', 'b;A;a']) {
    const text = `ACS3-HMAC-SHA256 Credential=id,SignedHeaders=${names},Signature=${signature}`;
    assert.equal(parseAuthorizationV3(text), undefined, names);
  }
});

test('V3 signs headers sorted and trimmed, in whatever order they are given', () => {
  const headers = ['x-acs-date', 'host', 'b', 'a'].map((name) => [name, ` ${name} `] as const);
  const of = (given: Iterable<readonly [string, string]>) =>
    stringToSignV3({ method: 'GET', path: '/', query: ParameterList.of([]), headers: given, bodyHash: 'h' });
  const canonical = 'GET\n/\n\na:a\nb:b\nhost:host\nx-acs-date:x-acs-date\n\na;b;host;x-acs-date\nh';
  const expected = `ACS3-HMAC-SHA256\n${createHash('sha256').update(canonical).digest('hex')}`;
  for (const given of [headers, headers.toReversed(), new Map(headers)]) assert.equal(of(given), expected);
});
