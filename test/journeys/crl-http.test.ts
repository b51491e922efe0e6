// How CRLs and CA certificates are served: validators, caching, methods, and names that lead nowhere else.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { untilCrl } from './fetched-crls.ts';
import { type Service, startService, temporaryFolder } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { issueClient, makeAuthorities, revoke } from './small-pki.ts';

const quick = { CERTITUDE_CRL_DELAY: '0' };

test('a CRL has validators, and who has it already is told so (RFC 9110 §8.8, §13.1)', async (t) => {
  const { url } = await startWithin(t, quick);
  const { issuing } = await makeAuthorities(url);
  const crl = await untilCrl(url, [issuing], () => true);
  const address = `${url}/crl/${issuing}.crl`;
  const etag = crl.headers.get('etag') ?? '';
  const lastModified = crl.headers.get('last-modified') ?? '';
  assert.match(etag, /^"[^"]+"$/);
  assert.equal(Date.parse(lastModified) / 1000, crl.thisUpdate);
  assert.equal(Date.parse(crl.headers.get('expires') ?? '') / 1000, crl.nextUpdate);
  const maxAge = /^max-age=(\d+), public/.exec(crl.headers.get('cache-control') ?? '')?.[1];
  assert.ok(Number(maxAge) > 0 && Number(maxAge) <= 60, `max-age ${maxAge}`);
  assert.equal(crl.headers.get('content-length'), String(crl.der.length));

  const seconds = (moment: number) => new Date(moment * 1000).toUTCString();
  const conditions: [status: number, headers: Record<string, string>][] = [
    [304, { 'if-none-match': etag }],
    [304, { 'if-none-match': `W/${etag}` }],
    [304, { 'if-none-match': `"other", ${etag}` }],
    [304, { 'if-none-match': '*' }],
    [200, { 'if-none-match': '"other"' }],
    [200, { 'if-none-match': etag.slice(0, -1) }],
    [304, { 'if-modified-since': seconds(crl.thisUpdate) }],
    [304, { 'if-modified-since': seconds(crl.thisUpdate + 1) }],
    [200, { 'if-modified-since': seconds(crl.thisUpdate - 1) }],
    [200, { 'if-modified-since': 'yesterday' }],
    // RFC 9110 §13.1.3: the date counts only where no entity tag was sent.
    [200, { 'if-none-match': '"other"', 'if-modified-since': seconds(crl.thisUpdate) }],
  ];
  for (const [status, headers] of conditions) {
    for (const method of ['GET', 'HEAD']) {
      const response = await fetch(address, { method, headers });
      const body = await response.bytes();
      assert.equal(response.status, status, JSON.stringify(headers));
      assert.equal(response.headers.get('etag'), etag);
      assert.equal(body.length, status === 200 && method === 'GET' ? crl.der.length : 0);
    }
  }

  const { identifier } = await issueClient(url, issuing);
  await revoke(url, identifier);
  const next = await untilCrl(url, [issuing], ({ entries }) => entries.size === 1);
  assert.notEqual(next.headers.get('etag'), etag);
  assert.equal((await fetch(address, { headers: { 'if-none-match': etag } })).status, 200);
});

test('the delta and the CA’s certificate are served the same way', async (t) => {
  const { url } = await startWithin(t, quick);
  const { issuing } = await makeAuthorities(url);
  await untilCrl(url, [issuing], () => true);
  await revoke(url, (await issueClient(url, issuing)).identifier);
  await untilCrl(url, [issuing, '-delta'], () => true);
  for (const [path, type] of [
    [`/crl/${issuing}-delta.crl`, 'application/pkix-crl'],
    [`/issuer/${issuing}.cer`, 'application/pkix-cert'],
  ] as const) {
    const response = await fetch(url + path);
    assert.equal(response.headers.get('content-type'), type);
    const etag = response.headers.get('etag') ?? '';
    assert.equal((await fetch(url + path, { headers: { 'if-none-match': etag } })).status, 304);
    const { headers } = await fetch(url + path, { method: 'HEAD' });
    assert.equal(Number(headers.get('content-length')), (await response.bytes()).length);
  }
});

describe('what is not a list or certificate', () => {
  const cleanUp: (() => unknown)[] = [];
  const context = { after: (work: unknown) => cleanUp.push(work as () => unknown) };
  let service: Service;
  let issuing: string;
  before(async () => {
    service = await startService(context, { environment: quick, dataDir: temporaryFolder(context) });
    ({ issuing } = await makeAuthorities(service.url));
    await untilCrl(service.url, [issuing], () => true);
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  test('another method than GET and HEAD is refused with those there are (RFC 9110 §15.5.6)', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
      const response = await fetch(`${service.url}/crl/${issuing}.crl`, { method });
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'GET, HEAD'], method);
    }
  });

  test('names that nobody has, and paths that lead elsewhere, are 404', async () => {
    const id = issuing;
    for (const path of [
      '/crl/',
      '/crl/.crl',
      `/crl/${id}`,
      `/crl/${id}.CRL`,
      `/crl/${id.toUpperCase()}.crl`,
      `/crl/${id}.crl/`,
      `/crl/${id}.crl%00`,
      `/crl/${id}%2ecrl`,
      `/crl//${id}.crl`,
      `/crl/${id}-p0.crl`,
      `/crl/${id}-delta.crl.crl`,
      `/crl/${'0'.repeat(32)}.crl`,
      '/crl/__proto__.crl',
      '/crl/constructor',
      '/crl/../certitude.db',
      '/crl/..%2fcertitude.db',
      '/crl/%2e%2e/certitude.db',
      '/crl/%2f..%2f..%2fetc%2fpasswd',
      '/crl/..\\master.key',
      '/crl/....//master.key',
      `/crl/${'a'.repeat(10_000)}`,
      '/issuer/',
      '/issuer/.cer',
      `/issuer/${id}`,
      `/issuer/${id}.crl`,
      `/issuer/${id.toUpperCase()}.cer`,
      '/issuer/../master.key',
      '/issuer/%2f..%2fmaster.key.cer',
      '/issuer/..%2fmaster.key',
    ]) {
      const { status, text } = await raw(service, path);
      assert.equal(status, 404, path);
      assert.doesNotMatch(text, /SQLite|root:|BEGIN/, path);
    }
  });

  test('a query behind the name changes nothing', async () => {
    assert.equal((await fetch(`${service.url}/crl/${issuing}.crl?x=1`)).status, 200);
  });
});

/** As written: fetch and others put a path right before they send it. */
function raw({ port }: Service, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]), text }));
    socket.end(`GET ${path} HTTP/1.1\r\nHost: pki.example\r\nConnection: close\r\n\r\n`);
  });
}
