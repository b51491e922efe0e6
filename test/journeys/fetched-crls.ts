// CRLs and CA certificates as relying parties fetch them.

import assert from 'node:assert/strict';
import { type ReadCrl, readCrl } from '../registry/reading-crls.ts';
import { until } from '../until.ts';

export interface FetchedCrl extends ReadCrl {
  readonly headers: Headers;
}

export async function fetchIssuer(url: string, authority: string): Promise<Uint8Array> {
  const response = await fetch(`${url}/issuer/${authority}.cer`);
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'application/pkix-cert');
  return await response.bytes();
}

/** Verified by openssl before anything else looks at it. @param scope  what follows the CA in the list's name. */
export async function fetchCrl(url: string, authority: string, scope = ''): Promise<FetchedCrl> {
  const response = await fetch(`${url}/crl/${authority}${scope}.crl`);
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal(response.headers.get('content-type'), 'application/pkix-crl');
  const crl = readCrl(await response.bytes(), await fetchIssuer(url, authority));
  return { ...crl, headers: response.headers };
}

/** Waits until a list is as it is to be. */
export async function untilCrl(
  url: string,
  [authority, scope = '']: readonly [authority: string, scope?: string],
  isSo: (crl: FetchedCrl) => boolean,
): Promise<FetchedCrl> {
  return await until(async () => {
    const response = await fetch(`${url}/crl/${authority}${scope}.crl`, { method: 'HEAD' });
    const crl = response.ok && (await fetchCrl(url, authority, scope));
    return crl && isSo(crl) && crl;
  });
}
