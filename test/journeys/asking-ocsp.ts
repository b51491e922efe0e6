// Asks over the socket as OCSP clients do, and believes nothing that is not signed as it has to be.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { equalBytes } from '../../src/base/bytes.ts';
import { subjectPublicKeyOf } from '../../src/pki/algorithm.ts';
import { type Certificate, parseCertificate } from '../../src/pki/certificate.ts';
import { keyIdentifierOf } from '../../src/pki/extensions.ts';
import type { CertStatus } from '../../src/pki/ocsp-response.ts';
import { type BasicOcspResponse, parseOcspResponse } from '../../src/pki/ocsp-response-reader.ts';
import { verifySignature } from '../../src/pki/signature.ts';
import { certIdOf, type Issuer, requestOf } from '../pki/asking.ts';

export interface Authority extends Issuer {
  readonly identifier: string;
  readonly certificate: Certificate;
}

export async function authorityOf(url: string, identifier: string): Promise<Authority> {
  const reply = await fetch(`${url}/issuer/${identifier}.cer`);
  assert.equal(reply.status, 200);
  const certificate = parseCertificate(new Uint8Array(await reply.arrayBuffer()));
  return { identifier, certificate, nameDer: certificate.subjectDer, key: subjectPublicKeyOf(certificate.spki) };
}

/** A request for one certificate by SHA-1 or SHA-256. */
export function requestFor(serialNumber: string, issuer: Issuer, algorithm: 'sha1' | 'sha256' = 'sha1'): Uint8Array {
  return requestOf([certIdOf(serialNumber, algorithm, { issuer })]);
}

export function post(url: string, request: Uint8Array, contentType = 'application/ocsp-request'): Promise<Response> {
  return fetch(`${url}/ocsp`, { method: 'POST', body: request, headers: { 'content-type': contentType } });
}

export function get(url: string, request: Uint8Array, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${url}/ocsp/${encodeURIComponent(base64(request))}`, { headers });
}

export function base64(octets: Uint8Array): string {
  return Buffer.from(octets).toString('base64');
}

/** The status of an error answer, or `successful`. */
export async function errorOf(reply: Response): Promise<string> {
  assert.equal(reply.headers.get('content-type'), 'application/ocsp-response');
  return parseOcspResponse(new Uint8Array(await reply.arrayBuffer())).status;
}

/** The answer, once its signature and that on the signer's certificate hold (RFC 6960 §3.2). */
export async function trusted(reply: Response, { certificate }: Authority): Promise<BasicOcspResponse> {
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('content-type'), 'application/ocsp-response');
  return trustedDer(new Uint8Array(await reply.arrayBuffer()), certificate);
}

export function trustedDer(der: Uint8Array, issuer: Certificate): BasicOcspResponse {
  const response = parseOcspResponse(der);
  assert.ok(response.status === 'successful', response.status);
  const [own, ...more] = response.certificates;
  assert.ok(own && more.length === 0, 'the responder’s certificate and no other (RFC 9919 §3.2.2)');
  const responder = parseCertificate(own);
  const { tbs, signature, signatureAlgorithm } = responder;
  const algorithm = { id: signatureAlgorithm, parameters: 'absent' } as const;
  assert.ok(verifySignature(tbs, signature, issuer.spki, algorithm), 'the responder’s certificate');
  assert.ok(equalBytes(responder.issuerDer, issuer.subjectDer));
  assert.deepEqual(response.responderKeyHash, keyIdentifierOf(responder.spki), 'byKey');
  assert.ok(
    verifySignature(response.tbs, response.signature, responder.spki, response.signatureAlgorithm),
    'the answer’s signature',
  );
  const now = Date.now() / 1000;
  assert.ok(responder.notBefore <= now && now <= responder.notAfter);
  for (const { thisUpdate, nextUpdate } of response.responses) {
    assert.ok(thisUpdate <= now && nextUpdate !== undefined && now < nextUpdate && nextUpdate <= responder.notAfter);
  }
  return response;
}

export async function statusBy(reply: Response, authority: Authority): Promise<CertStatus> {
  const { responses } = await trusted(reply, authority);
  assert.equal(responses.length, 1);
  return responses[0]?.certStatus ?? assert.fail();
}

/** POST and GET, which must agree. */
export async function ocspStatus(url: string, serialNumber: string, authority: Authority): Promise<CertStatus> {
  const byPost = await statusBy(await post(url, requestFor(serialNumber, authority)), authority);
  const byGet = await statusBy(await get(url, requestFor(serialNumber, authority, 'sha256')), authority);
  assert.deepEqual(byPost, byGet);
  return byPost;
}

/** Sends the octets as they are, and reads until the other side closes. */
export function raw(port: number, head: string, body: Uint8Array = new Uint8Array()): Promise<RawReply> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(head);
      socket.write(body);
    });
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const whole = Buffer.concat(chunks);
      const end = whole.indexOf('\r\n\r\n');
      const headers = whole.subarray(0, end).toString('latin1');
      resolve({
        status: Number(/^HTTP\/1\.[01] (\d+)/.exec(headers)?.[1]),
        headers,
        body: new Uint8Array(whole.subarray(end + 4)),
      });
    });
  });
}

export interface RawReply {
  readonly status: number;
  /** Status line included. */
  readonly headers: string;
  readonly body: Uint8Array;
}
