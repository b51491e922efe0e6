// A root, a subordinate CA and certificates below it, made through the socket.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { call, type Signing } from './signed-request.ts';

const subject = { Organization: 'Example Ltd', OrganizationUnit: 'Security', Locality: 'Hangzhou', State: 'Zhejiang' };

export interface Made {
  readonly identifier: string;
  readonly serialNumber: string;
}

export async function makeAuthorities(
  url: string,
  signing: Signing = {},
  algorithm = 'ECC_256',
  rootAlgorithm = algorithm,
): Promise<{ root: string; issuing: string }> {
  const root = await ok(
    url,
    'CreateRootCACertificate',
    { ...subject, CommonName: 'Root', Years: '10', Algorithm: rootAlgorithm },
    signing,
  );
  const issuing = await ok(
    url,
    'CreateSubCACertificate',
    {
      ...subject,
      CommonName: 'Issuing',
      Years: '5',
      Algorithm: algorithm,
      ParentIdentifier: String(root['Identifier']),
    },
    signing,
  );
  return { root: String(root['Identifier']), issuing: String(issuing['Identifier']) };
}

export async function issueClient(
  url: string,
  parent: string,
  more: Record<string, string> = {},
  signing: Signing = {},
): Promise<Made> {
  const parameters = {
    ParentIdentifier: parent,
    CommonName: 'device',
    ...('AfterTime' in more ? {} : { Days: '30' }),
    ...more,
  };
  const answer = await ok(url, 'CreateClientCertificate', parameters, signing);
  return { identifier: String(answer['Identifier']), serialNumber: String(answer['SerialNumber']) };
}

/** A certificate that has expired meanwhile. None is issued that has already, so who comes too late asks for a longer one. */
export async function issueExpired(url: string, parent: string, seconds = 1): Promise<Made> {
  const now = Math.floor(Date.now() / 1000);
  const times = { BeforeTime: String(now - 60), AfterTime: String(now + seconds) };
  const parameters = { ParentIdentifier: parent, CommonName: 'device', ...times };
  const { status, body } = await call(url, 'CreateClientCertificate', parameters);
  if (body['Code'] === 'InvalidValidity') return await issueExpired(url, parent, 2 * seconds);
  assert.equal(status, 200);
  // Its last second belongs to it (RFC 5280 §4.1.2.5).
  await pause(1000 * (now + seconds + 1) - Date.now());
  return { identifier: String(body['Identifier']), serialNumber: String(body['SerialNumber']) };
}

export async function revoke(url: string, identifier: string, signing: Signing = {}): Promise<void> {
  await ok(url, 'CreateRevokeClientCertificate', { Identifier: identifier }, signing);
}

export interface StatusEntry {
  readonly SerialNumber: string;
  readonly Status: string;
  readonly RevokeTime: number;
}

export async function statusOf(url: string, serials: string, signing: Signing = {}): Promise<StatusEntry[]> {
  const answer = await ok(
    url,
    'DescribeClientCertificateStatusForSerialNumber',
    { SerialNumber: serials },
    { method: 'POST', ...signing },
  );
  return answer['CertificateStatus'] as StatusEntry[];
}

export async function ok(url: string, action: string, parameters: Record<string, string>, signing: Signing = {}) {
  const reply = await call(url, action, parameters, signing);
  assert.equal(reply.status, 200, reply.text);
  return reply.body;
}
