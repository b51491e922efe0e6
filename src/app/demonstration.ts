// The demonstration PKI of the first `npm start`: a root, a subordinate CA, a client and a server certificate, one revoked.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountId } from '../base/journal-entry.ts';
import { nameOf } from '../pki/name.ts';
import { encodePem } from '../pki/pem.ts';
import type { Services } from '../protocols/edge.ts';
import { createRoot, createSubordinate } from '../registry/authorities.ts';
import { issueEndEntity } from '../registry/end-entities.ts';
import { profileOf } from '../registry/profile.ts';
import { revokeEndEntity } from '../registry/revocation.ts';
import { operatorActor } from './initialise.ts';

export interface Demonstration {
  /** Identifier of the CA that issued both. */
  readonly issuer: string;
  /** Serial numbers. */
  readonly good: string;
  readonly revoked: string;
  /** Folder with root.pem, issuing.pem, client.pem and server.pem. */
  readonly folder: string;
}

export async function makeDemonstration(
  account: AccountId,
  dataDir: string,
  services: Services,
): Promise<Demonstration> {
  const who = { account, actor: operatorActor(), algorithm: 'ECC_256' as const, labels: {} };
  const about = {
    country: 'CN',
    organization: 'Certitude demonstration',
    organizationalUnit: 'PKI',
    locality: 'Hangzhou',
    state: 'Zhejiang',
  };
  const root = await createRoot(
    { ...who, subject: nameOf({ ...about, commonName: 'Demonstration Root CA' }), years: 10 },
    services,
  );
  const issuing = await createSubordinate(
    {
      ...who,
      parent: root.identifier,
      subject: nameOf({ ...about, commonName: 'Demonstration Issuing CA' }),
      years: 5,
      terms: { pathLength: 0 },
      extendedKeyUsages: [],
    },
    services,
  );
  const issue = (kind: 'client' | 'server', commonName: string) =>
    issueEndEntity(
      {
        ...who,
        kind,
        parent: issuing.identifier,
        key: undefined,
        subject: { parts: { commonName } },
        ...profileOf(kind, kind === 'server' ? [{ type: 'dNSName', value: commonName }] : []),
        validity: { kind: 'days', days: 365 },
        withCrlAddress: true,
      },
      services,
    );
  const server = await issue('server', 'server.demo.example');
  const client = await issue('client', 'client.demo.example');
  await revokeEndEntity({ ...who, identifier: client.identifier, reason: 'superseded' }, services);

  const folder = join(dataDir, 'demo');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const [name, { der }] of Object.entries({ root, issuing, client, server })) {
    if (der) writeFileSync(join(folder, `${name}.pem`), encodePem('CERTIFICATE', der), { mode: 0o600 });
  }
  return { issuer: issuing.identifier, good: server.serialNumber, revoked: client.serialNumber, folder };
}
