// Every refusal of a call: the right code and status, a RequestId, the offending name, and nothing changed.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ParameterList } from '../../src/protocols/rpc/parameter-list.ts';
import { stringToSignV1 } from '../../src/protocols/rpc/signature-v1.ts';
import { assertRefused } from './refused.ts';
import { rootKey, type Service, startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { call, encodeForm, formBody, type Reply, type Signing, send, signedParameters } from './signed-request.ts';
import { issueClient, makeAuthorities, ok } from './small-pki.ts';

const statusCall = 'DescribeClientCertificateStatusForSerialNumber';
const utc = (offsetSeconds: number) => `${new Date(Date.now() + offsetSeconds * 1000).toISOString().slice(0, 19)}Z`;

describe('a refused call', () => {
  let service: Service;
  let url: string;
  let issuing: string;
  const afterAll: (() => unknown)[] = [];
  before(async () => {
    service = await startService({ after: (work) => afterAll.push(work as () => unknown) });
    url = service.url;
    ({ issuing } = await makeAuthorities(url));
  });
  test.after(async () => {
    for (const work of afterAll.reverse()) await work();
  });

  const commonCases: [string, Signing['common'], number, string, RegExp?][] = [
    ['no Action', { Action: undefined }, 400, 'MissingAction', /^Action is mandatory/],
    ['no Version', { Version: undefined }, 400, 'MissingVersion'],
    ['no AccessKeyId', { AccessKeyId: undefined }, 400, 'MissingAccessKeyId'],
    ['no Timestamp', { Timestamp: undefined }, 400, 'MissingTimestamp'],
    ['no SignatureNonce', { SignatureNonce: undefined }, 400, 'MissingSignatureNonce'],
    ['an empty Signature', { Signature: '' }, 400, 'IncompleteSignature', /Signature/],
    ['an unknown SignatureMethod', { SignatureMethod: 'HMAC-MD5' }, 400, 'InvalidSignatureMethod'],
    ['an unknown SignatureVersion', { SignatureVersion: '2.0' }, 400, 'InvalidSignatureVersion'],
    ['an unknown Format', { Format: 'YAML' }, 400, 'InvalidParameter.Format', /JSON or XML/],
    ['an unknown Action', { Action: 'Nothing' }, 404, 'InvalidAction.NotFound'],
    ['an Action of Object.prototype', { Action: 'constructor' }, 404, 'InvalidAction.NotFound'],
    ['an unknown Version', { Version: '2020-06-31' }, 400, 'InvalidVersion'],
    ['an unknown key', { AccessKeyId: 'nobody-knows-it' }, 404, 'InvalidAccessKeyId.NotFound'],
    ['a signature that is wrong', { Signature: 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, 400, 'SignatureDoesNotMatch'],
    ['a signature that is no Base64', { Signature: '***' }, 400, 'SignatureDoesNotMatch'],
    ['a timestamp of another form', { Timestamp: '2026-01-01 00:00:00' }, 400, 'InvalidTimeStamp.Format'],
    ['a timestamp that is no day', { Timestamp: '2026-02-30T00:00:00Z' }, 400, 'InvalidTimeStamp.Format'],
    ['a security token nobody issued', { SecurityToken: 'x' }, 400, 'InvalidSecurityToken.Malformed'],
  ];
  for (const [what, common, status, code, message] of commonCases) {
    test(`with ${what} is ${code}`, async () => {
      for (const method of ['GET', 'POST'] as const) {
        const signing = { method, ...(common && { common }) };
        assertRefused(await call(url, statusCall, { SerialNumber: '0a' }, signing), status, code, message);
      }
    });
  }

  test('is InvalidTimeStamp.Expired from 15 minutes away on, in both directions', async () => {
    for (const [offset, refused] of [
      [-898, false],
      [898, false],
      [-903, true],
      [903, true],
    ] as const) {
      const reply = await call(url, statusCall, { SerialNumber: '0a' }, { common: { Timestamp: utc(offset) } });
      if (refused) assertRefused(reply, 400, 'InvalidTimeStamp.Expired');
      else assert.equal(reply.status, 200, `${offset} s: ${reply.text}`);
    }
  });

  test('is SignatureNonceUsed when the same request is sent again', async () => {
    const form = encodeForm(signedParameters(statusCall, { SerialNumber: '0a' }));
    assert.equal((await send(`${url}/?${form}`)).status, 200);
    assertRefused(await send(`${url}/?${form}`), 400, 'SignatureNonceUsed');
  });

  test('echoes the string to sign byte for byte when the secret is wrong, in JSON', async () => {
    const key = { ...rootKey, accessKeySecret: 'wrong' };
    const parameters = signedParameters(statusCall, { SerialNumber: '0a,"<&>ü' }, { key });
    const reply = await send(`${url}/?${encodeForm(parameters)}`);
    assertRefused(reply, 400, 'SignatureDoesNotMatch');
    const echoed = String(reply.body['Message']).split('server string to sign is:')[1];
    assert.equal(echoed, stringToSignV1('GET', ParameterList.of(parameters)));
  });

  test('does not repeat a string to sign of more than 64 KiB: a stranger gets no more back than he sends', async () => {
    const key = { ...rootKey, accessKeySecret: 'wrong' };
    const parameters = { SerialNumber: '0a', RegionId: ','.repeat(200_000) };
    const reply = await call(url, statusCall, parameters, { key, method: 'POST' });
    assertRefused(reply, 400, 'SignatureDoesNotMatch');
    assert.ok(reply.text.length < 1000, `${reply.text.length}`);
  });

  test('takes HMAC-SHA256 as well', async () => {
    const reply = await call(url, statusCall, { SerialNumber: '0a' }, { common: { SignatureMethod: 'HMAC-SHA256' } });
    assert.equal(reply.status, 200, reply.text);
  });

  test('tolerates parameters it does not know, and an empty SignatureType', async () => {
    const more = {
      SerialNumber: '0a',
      RegionId: 'cn-hangzhou',
      SourceIp: '1.2.3.4',
      SecureTransport: 'false',
      __proto__x: '1',
    };
    const reply = await call(url, statusCall, more, { common: { SignatureType: '' } });
    assert.equal(reply.status, 200, reply.text);
  });

  test('has one value for each name: query and body may not both give one', async () => {
    const parameters = signedParameters(statusCall, { SerialNumber: '0a' }, { method: 'POST' });
    const twice = await send(`${url}/?SerialNumber=0b`, formBody(encodeForm(parameters)));
    assertRefused(twice, 400, 'InvalidSerialNumber', /more than once/);
    assertRefused(await send(`${url}/?Action=a&Action=b`), 400, 'InvalidAction', /more than once/);
  });

  test('has one source of credentials: V3 header with V1 parameters is refused', async () => {
    const form = encodeForm(signedParameters(statusCall, { SerialNumber: '0a' }));
    const authorization = `ACS3-HMAC-SHA256 Credential=x,SignedHeaders=host,Signature=${'a'.repeat(64)}`;
    assertRefused(
      await send(`${url}/?${form}`, { headers: { authorization } }),
      400,
      'IncompleteSignature',
      /one place/,
    );
  });

  test('names a parameter that is badly encoded', async () => {
    for (const value of ['%', '%f', '%zz', '%ff', '%c3%28']) {
      assertRefused(await send(`${url}/?SerialNumber=${value}`), 400, 'InvalidSerialNumber', /percent-encoded/);
    }
  });

  test('may have 1,000 parameters and not 1,001', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => `p${index}=`).join('&');
    assertRefused(await send(`${url}/`, formBody(many(1000))), 400, 'MissingAction');
    assertRefused(await send(`${url}/`, formBody(many(1001))), 400, 'InvalidParameter', /1000/);
  });

  test('has a body of 1 MiB at most, told or chunked', async () => {
    const body = (length: number) => `a=${'x'.repeat(length - 2)}`;
    assertRefused(await send(`${url}/`, formBody(body(1_048_576))), 400, 'MissingAction');
    const tooLarge = await raw(service.port, `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1048577\r\n\r\n`);
    assert.match(tooLarge, /^HTTP\/1\.1 413 .*RequestTooLarge/s);
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const chunked = await raw(
      service.port,
      `POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(17)}`,
    );
    assert.match(chunked, /^HTTP\/1\.1 413 .*RequestTooLarge/s);
  });

  test('with a body that is too large is told so also when it is still being sent (RFC 9112 §9.6)', async () => {
    const body = 'x'.repeat(4 * 1024 * 1024);
    for (let round = 0; round < 20; round++) {
      assertRefused(await send(`${url}/`, formBody(body)), 413, 'RequestTooLarge');
    }
  });

  test('has headers of 64 KiB at most, and is otherwise told so with a RequestId', async () => {
    const reply = await raw(service.port, `GET /?a=${'x'.repeat(70_000)} HTTP/1.1\r\nhost: x\r\n\r\n`);
    assert.match(reply, /^HTTP\/1\.1 431 .*x-acs-request-id: [0-9A-F-]{36}.*POST body/s);
    const many = await raw(service.port, `GET / HTTP/1.1\r\nhost: x\r\n${'a: b\r\n'.repeat(250)}\r\n`);
    assert.match(many, /^HTTP\/1\.1 431 .*200 headers/s);
  });

  test('must be GET or POST under /', async () => {
    assertRefused(await send(`${url}/`, { method: 'PUT' }), 400, 'UnsupportedHTTPMethod');
    assertRefused(await send(`${url}/elsewhere`), 404, 'InvalidApi.NotFound');
  });

  test('must have a form as its body', async () => {
    const init = { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } };
    assertRefused(await send(`${url}/`, init), 400, 'InvalidParameter', /x-www-form-urlencoded/);
  });

  const subject = { Organization: 'O', OrganizationUnit: 'U', Locality: 'L', State: 'S', CommonName: 'C', Years: '10' };
  const leaf = () => ({ ParentIdentifier: issuing, CommonName: 'device', Days: '30' });
  const parameterCases: [string, () => [string, Record<string, string>], string, RegExp][] = [
    ['a missing parameter', () => ['CreateRootCACertificate', { ...subject, State: '' }], 'InvalidState', /State/],
    ['a parameter not sent', () => ['CreateRevokeClientCertificate', {}], 'MissingIdentifier', /Identifier/],
    [
      'Years that are no number',
      () => ['CreateRootCACertificate', { ...subject, Years: 'ten' }],
      'InvalidYears',
      /whole number from 1 to 100/,
    ],
    [
      'Years out of range',
      () => ['CreateRootCACertificate', { ...subject, Years: '101' }],
      'InvalidYears',
      /from 1 to 100/,
    ],
    [
      'an unknown Algorithm',
      () => ['CreateRootCACertificate', { ...subject, Algorithm: 'DSA' }],
      'InvalidAlgorithm',
      /RSA_2048/,
    ],
    [
      'RSA_1024',
      () => ['CreateRootCACertificate', { ...subject, Algorithm: 'RSA_1024' }],
      'InvalidAlgorithm',
      /CERTITUDE_ALLOW_RSA_1024/,
    ],
    [
      'a name of 65 characters',
      () => ['CreateRootCACertificate', { ...subject, CommonName: 'x'.repeat(65) }],
      'InvalidCommonName',
      /64/,
    ],
    [
      'a control character in a name',
      () => ['CreateRootCACertificate', { ...subject, CommonName: 'a\u0000b' }],
      'InvalidCommonName',
      /control/,
    ],
    [
      'a country of three letters',
      () => ['CreateRootCACertificate', { ...subject, CountryCode: 'CHN' }],
      'InvalidCountryCode',
      /two letters/,
    ],
    [
      'an algorithm of another family',
      () => ['CreateClientCertificate', { ...leaf(), Algorithm: 'RSA_2048' }],
      'InvalidAlgorithm',
      /family/,
    ],
    [
      'no validity',
      () => ['CreateClientCertificate', { ParentIdentifier: issuing, CommonName: 'x' }],
      'MissingDays',
      /Days/,
    ],
    [
      'half a validity',
      () => ['CreateClientCertificate', { ParentIdentifier: issuing, BeforeTime: '1' }],
      'MissingAfterTime',
      /AfterTime/,
    ],
    [
      'a validity beyond the CA',
      () => ['CreateClientCertificate', { ...leaf(), Days: '36500' }],
      'InvalidValidity',
      /after its issuing CA/,
    ],
    [
      'SanType 2',
      () => ['CreateClientCertificate', { ...leaf(), SanType: '2', SanValue: 'a' }],
      'InvalidSanType',
      /1, 6/,
    ],
    [
      'an address that is none',
      () => ['CreateClientCertificate', { ...leaf(), SanType: '1', SanValue: 'a@b.c,x' }],
      'InvalidSanValue',
      /"x"/,
    ],
    [
      'tags counted from 0',
      () => ['CreateClientCertificate', { ...leaf(), 'Tags.0.Key': 'a' }],
      'InvalidTags',
      /from 1/,
    ],
    [
      'tags with a gap',
      () => ['CreateClientCertificate', { ...leaf(), 'Tags.1.Key': 'a', 'Tags.3.Key': 'b' }],
      'InvalidTags',
      /Tags\.3\.Key/,
    ],
    [
      'a host that is none',
      () => ['CreateServerCertificate', { ...leaf(), Algorithm: 'ECC_256', CommonName: 'a b' }],
      'InvalidCommonName',
      /host name/,
    ],
    ['a page 0', () => ['ListClientCertificate', { CurrentPage: '0' }], 'InvalidCurrentPage', /from 1/],
  ];
  for (const [what, make, code, message] of parameterCases) {
    test(`with ${what} is ${code} and changes nothing`, async () => {
      const count = async () => (await ok(url, 'ListClientCertificate', {}))['TotalCount'];
      const earlier = await count();
      const [action, parameters] = make();
      assertRefused(await call(url, action, parameters), 400, code, message);
      assert.equal(await count(), earlier);
    });
  }

  test('is a root asked to issue, or a subordinate asked to sign a CA', async () => {
    const { root } = await makeAuthorities(url);
    assertRefused(
      await call(url, 'CreateClientCertificate', { ...leaf(), ParentIdentifier: root }),
      400,
      'InvalidParentIdentifier',
      /root/,
    );
    const sub = await call(url, 'CreateSubCACertificate', {
      ...subject,
      Algorithm: 'ECC_256',
      ParentIdentifier: issuing,
    });
    assertRefused(sub, 400, 'InvalidParentIdentifier', /only a root/);
  });

  test('is two ways to write one tag: a policy and the certificate must read the same', async () => {
    const twice = {
      ...leaf(),
      'Tags.1.Key': 'env',
      'Tags.1.Value': 'prod',
      'Tags.2.Key': 'env',
      'Tags.2.Value': 'dev',
    };
    assertRefused(await call(url, 'CreateClientCertificate', twice), 400, 'InvalidTags', /twice/);
    const padded = { ...leaf(), 'Tags.1.Key': 'env', 'Tags.01.Key': 'env', 'Tags.01.Value': 'dev' };
    assertRefused(await call(url, 'CreateClientCertificate', padded), 400, 'InvalidTags', /Tags\.01\.Key/);
  });

  test('is a list sent as one parameter: a CA would otherwise be made without the restriction asked for', async () => {
    const { root } = await makeAuthorities(url);
    const sub = { ...subject, Algorithm: 'ECC_256', ParentIdentifier: root };
    for (const name of ['ExtendedKeyUsages', 'ExtendedKeyUsages.x', 'ExtendedKeyUsages.']) {
      const reply = await call(url, 'CreateSubCACertificate', { ...sub, [name]: 'clientAuth' });
      assertRefused(reply, 400, 'InvalidExtendedKeyUsages', /ExtendedKeyUsages\.1/);
    }
    // What generated clients send for one that was not set.
    await ok(url, 'CreateSubCACertificate', { ...sub, ExtendedKeyUsages: '' });
  });

  test('is a server certificate from a CA restricted to clients', async () => {
    const { root } = await makeAuthorities(url);
    const restricted = {
      ...subject,
      Algorithm: 'ECC_256',
      ParentIdentifier: root,
      'ExtendedKeyUsages.1': 'clientAuth',
    };
    const sub = await ok(url, 'CreateSubCACertificate', restricted);
    const parameters = {
      ParentIdentifier: String(sub['Identifier']),
      CommonName: 'a.example',
      Days: '1',
      Algorithm: 'ECC_256',
    };
    assertRefused(await call(url, 'CreateServerCertificate', parameters), 400, 'InvalidParentIdentifier', /serverAuth/);
    assert.equal((await call(url, 'CreateClientCertificate', parameters)).status, 200);
  });

  test('is the second of two revocations, even at the same moment; and deleting what is not revoked', async () => {
    const { identifier } = await issueClient(url, issuing);
    assertRefused(
      await call(url, 'DeleteClientCertificate', { Identifier: identifier }),
      400,
      'InvalidStatus',
      /not revoked/,
    );
    const action = 'CreateRevokeClientCertificate';
    const replies = await Promise.all(Array.from({ length: 5 }, () => call(url, action, { Identifier: identifier })));
    assert.equal(replies.filter(({ status }) => status === 200).length, 1);
    for (const reply of replies.filter(({ status }) => status !== 200))
      assertRefused(reply, 400, 'InvalidStatus', /already/);
  });

  test('is the second certificate with a CustomIdentifier', async () => {
    await issueClient(url, issuing, { CustomIdentifier: 'mine' });
    assertRefused(
      await call(url, 'CreateClientCertificate', { ...leaf(), CustomIdentifier: 'mine' }),
      400,
      'InvalidCustomIdentifier',
      /mine/,
    );
  });

  test('is answered as XML when asked so, markup escaped', async () => {
    const reply = await call(url, statusCall, { SerialNumber: '<a>&' }, { common: { Format: 'xml' } });
    assert.equal(reply.status, 400);
    assert.equal(reply.headers.get('content-type'), 'text/xml;charset=utf-8');
    assert.match(reply.text, /^<\?xml version="1.0" encoding="UTF-8"\?><Error><RequestId>[0-9A-F-]{36}<\/RequestId>/);
    assert.ok(reply.text.includes('&lt;a&gt;&amp;') && !reply.text.includes('<a>'));
  });
});

test('a request target in absolute form is taken as the one in origin form (RFC 9112 §3.2.2)', async (t) => {
  const service = await startWithin(t);
  const get = (target: string) => raw(service.port, `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  const query = () => encodeForm(signedParameters('ListClientCertificate', {}));
  for (const target of [`${service.url}/?${query()}`, `${service.url}?${query()}`, `HTTP://other.example/?${query()}`])
    assert.match(await get(target), /^HTTP\/1\.1 200 .*CertificateList/s);
  assert.match(await get(`${service.url}/readyz`), /^HTTP\/1\.1 200 .*ready/s);
  assert.match(await get(`${service.url}/other?${query()}`), /^HTTP\/1\.1 404 .*InvalidApi\.NotFound/s);
});

test('an answer in XML repeats the element of a list under its own name', async (t) => {
  const { url } = await startWithin(t);
  const reply = await call(url, statusCall, { SerialNumber: '0a,0b' }, { common: { Format: 'XML' } });
  assert.match(
    reply.text,
    /<DescribeClientCertificateStatusForSerialNumberResponse>(<CertificateStatus>.*?<\/CertificateStatus>){2}/,
  );
});

test('the eleventh call of a second is Throttling.User with a true retry time; other operations go on', async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_QPS: '10' });
  let replies: Reply[] = [];
  for (let millis = 1000; millis >= 1000; ) {
    const began = performance.now();
    replies = await Promise.all(Array.from({ length: 11 }, () => call(url, statusCall, { SerialNumber: '0a' })));
    millis = performance.now() - began;
    // A machine that is so busy has not had eleven of one second.
    if (millis >= 1000) await pause(1000);
  }
  const refused = replies.filter(({ status }) => status !== 200);
  assert.equal(refused.length, 1);
  const [reply] = refused;
  assert.ok(reply);
  assertRefused(reply, 400, 'Throttling.User');
  const wait = Number(reply.headers.get('x-acs-retry-after'));
  assert.ok(wait > 0 && wait <= 1000);
  assert.equal((await call(url, 'ListClientCertificate')).status, 200);
  await pause(wait);
  assert.equal((await call(url, statusCall, { SerialNumber: '0a' })).status, 200);
});

/** Sends bytes as they are and reads until the other side has answered and closed. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answer));
  });
}
