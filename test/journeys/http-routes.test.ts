// What every path answers to methods, and that nothing a caller sends becomes a part of HTTP, XML or JSON that is not his value.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ram } from '../../src/protocols/rpc/product.ts';
import { authorityOf, base64, requestFor } from './asking-ocsp.ts';
import { type Service, startService } from './running-service.ts';
import { call, encodeForm, send, signedParameters } from './signed-request.ts';
import { makeAuthorities } from './small-pki.ts';

const afterAll: (() => unknown)[] = [];
after(async () => {
  for (const work of afterAll) await work();
});
let service: Service;
let url: string;
let issuing: string;
before(async () => {
  service = await startService({ after: (work) => afterAll.push(work as () => unknown) });
  ({ url } = service);
  ({ issuing } = await makeAuthorities(url));
});

/** Of each path, the methods it has. Of the API, `UnsupportedHTTPMethod` says so with 400, as the vendor's does. */
const routes = async (): Promise<Record<string, string>> => ({
  '/healthz': 'GET, HEAD',
  '/readyz': 'GET, HEAD',
  '/metrics': 'GET, HEAD',
  [`/ocsp/${encodeURIComponent(base64(requestFor('0a', await authorityOf(url, issuing))))}`]: 'GET, HEAD, POST',
  [`/issuer/${issuing}.cer`]: 'GET, HEAD',
  '/console/': 'GET, HEAD',
  '/console/api/session/password': 'POST',
  '/console/api/session': 'POST, GET, DELETE',
});

describe('every path', () => {
  test('answers HEAD as GET, without the content (RFC 9110 §9.3.2)', async () => {
    for (const [path, methods] of Object.entries(await routes())) {
      if (!methods.includes('HEAD')) continue;
      const [get, head] = await Promise.all(['GET', 'HEAD'].map((method) => fetch(`${url}${path}`, { method })));
      assert.ok(get && head);
      assert.equal(head.status, get.status, path);
      assert.equal(await head.text(), '', path);
      // The client of this test says of itself that it ends the connection after HEAD.
      const own = ['connection', 'keep-alive', 'content-security-policy'];
      const fields = ({ headers }: Response) => [...headers.keys()].filter((name) => !own.includes(name));
      assert.deepEqual(fields(head), fields(get), path);
    }
  });

  test('refuses a method it does not have with 405 and those it has (RFC 9110 §15.5.6)', async () => {
    for (const [path, methods] of Object.entries(await routes())) {
      for (const method of ['OPTIONS', 'PUT', 'PATCH', 'NOTIFY', 'DELETE', 'POST']) {
        if (methods.includes(method) || (method === 'POST' && path.startsWith('/ocsp/'))) continue;
        const reply = await fetch(`${url}${path}`, { method });
        assert.deepEqual([reply.status, reply.headers.get('allow')], [405, methods], `${method} ${path}`);
      }
    }
  });

  test('of the API refuses it in the API’s words', async () => {
    for (const method of ['OPTIONS', 'HEAD', 'PUT', 'DELETE']) {
      assert.equal((await fetch(`${url}/`, { method })).status, 400, method);
    }
    assert.equal((await send(`${url}/`, { method: 'DELETE' })).body['Code'], 'UnsupportedHTTPMethod');
  });
});

describe('what a caller sends is told back as his value and nothing else', () => {
  const hostile = [
    'a\r\nset-cookie: a=b\r\n\r\n<b>',
    'a\rb\n',
    '</Message><Code>OK</Code>',
    '"}]:{"Code":"OK',
    ']]>&amp;&#13;',
    '\u2028\u0085\ud83d\ude00',
    '__proto__',
    'constructor',
  ];

  test('as the name of a parameter, in code and message', async () => {
    for (const value of hostile) {
      const twice = [...signedParameters('GetCaCertificate', {}), [value, '1'], [value, '2']] as const;
      const reply = await send(`${url}/?${encodeForm(twice)}`);
      assert.equal(reply.headers.get('set-cookie'), null);
      const told = [reply.status, reply.body['Code'], reply.body['Message']];
      assert.deepEqual(told, [400, `Invalid${value}`, `${value} is given more than once.`]);
    }
  });

  for (const format of ['JSON', 'XML']) {
    const common = { Format: format };

    test(`as a value in a message, in ${format}`, async () => {
      for (const value of hostile) {
        const asked = { SerialNumber: value };
        const reply = await call(url, 'DescribeClientCertificateStatusForSerialNumber', asked, { common });
        assert.equal(reply.headers.get('set-cookie'), null);
        const [message = '', ...more] = membersOf(reply.text, 'Message', format);
        assert.ok(message.includes(JSON.stringify(value.trim())) && more.length === 0, reply.text);
      }
    });

    test(`as a value that is kept, in ${format}`, async () => {
      const about = { RegionId: 'cn-hangzhou', ResourceType: 'PcaCertificate', 'ResourceId.1': issuing };
      // Of those that a tag can have.
      const kept = hostile.filter((value) => !/\p{Cc}/u.test(value));
      const tags = kept.flatMap((value, at) => [
        [`Tag.${at + 1}.Key`, value],
        [`Tag.${at + 1}.Value`, value],
      ]);
      const tagged = await call(url, 'TagResources', { ...about, ...Object.fromEntries(tags) });
      assert.equal(tagged.status, 200, tagged.text);
      const reply = await call(url, 'ListTagResources', about, { common });
      for (const member of ['TagKey', 'TagValue'])
        assert.deepEqual(membersOf(reply.text, member, format).sort(), kept.toSorted(), reply.text);
    });
  }

  test('with its ends of lines, also in XML (XML 1.0 §2.11)', async () => {
    const PolicyDocument = '{"Version":"1",\r\n"Statement":[{"Effect":"Allow",\r"Action":"*",\n"Resource":"*"}]}';
    const asked = { PolicyName: 'lines', PolicyDocument };
    assert.equal((await call(url, 'CreatePolicy', asked, { product: ram })).status, 200);
    for (const format of ['JSON', 'XML']) {
      const common = { Format: format };
      const named = { PolicyName: 'lines', PolicyType: 'Custom' };
      const reply = await call(url, 'GetPolicy', named, { product: ram, common });
      const told = new Set(membersOf(reply.text, 'PolicyDocument', format));
      assert.deepEqual([...told], [PolicyDocument], reply.text);
    }
  });

  test('names that objects have are parameters as others', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', '__proto__.polluted', 'hasOwnProperty']) {
      const reply = await call(url, 'DescribeClientCertificateStatusForSerialNumber', {
        SerialNumber: '0a',
        [name]: 'x',
      });
      assert.equal(reply.status, 200, name);
      assert.equal((await call(url, name)).body['Code'], 'InvalidAction.NotFound', name);
    }
  });

  test('what is not the encoding of UTF-8 is refused, and never taken for another (RFC 3629 §3)', async () => {
    const form = encodeForm(signedParameters('GetCaCertificate', {}));
    for (const octets of ['%C0%AF', '%E0%80%AF', '%ED%A0%80', '%F4%90%80%80', '%FF', '%', '%2', '%zz']) {
      const ofValue = await send(`${url}/?${form}&Other=${octets}`);
      assert.deepEqual([ofValue.status, ofValue.body['Code']], [400, 'InvalidOther'], octets);
      assert.equal((await send(`${url}/?${form}&${octets}=1`)).status, 400, octets);
    }
    for (const path of ['/%6detrics', '/metrics%00', '/metrics/', '/Metrics', '//metrics']) {
      assert.equal((await fetch(`${url}${path}`)).status, 404, path);
    }
  });

  test('a parameter counts once, in the query and the body together', async () => {
    const query = encodeForm(signedParameters('GetCaCertificate', {}, { method: 'POST' }));
    const body = new URLSearchParams({ Action: 'DeleteClientCertificate' });
    const reply = await send(`${url}/?${query}`, { method: 'POST', body });
    assert.deepEqual([reply.status, reply.body['Code']], [400, 'InvalidAction']);
  });
});

/** As a parser of XML reads it, which takes a CR for the end of a line, unless it is written as a reference (XML 1.0 §2.11). */
function membersOf(text: string, name: string, format: string): string[] {
  const found: string[] = [];
  if (format === 'JSON') {
    JSON.parse(text, (key, value) => (key === name ? found.push(value) : value));
    return found;
  }
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', '#13': '\r' };
  for (const [, written = ''] of text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))) {
    const lines = written.replaceAll(/\r\n?/g, '\n');
    found.push(lines.replaceAll(/&([^;]+);/g, (_, entity) => entities[entity] ?? '?'));
  }
  return found;
}
