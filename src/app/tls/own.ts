// A certificate of https from one of the service's own authorities, and what its clients need to trust it.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex, type RandomBytes } from '../../base/bytes.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { Refused } from '../../base/refusal.ts';
import { familyOf } from '../../pki/algorithm.ts';
import { encodePem } from '../../pki/pem.ts';
import {
  lastServiceCertificate,
  type ServiceCertificate,
  type ServiceCertificateServices,
  serviceCertificate,
} from '../../registry/service-certificate.ts';
import { operatorActor } from '../initialise.ts';
import type { OpenStore } from '../open-store.ts';
import { type CheckedMaterial, checkMaterial, TlsProblem } from './material.ts';
import type { OwnCertificate } from './settings.ts';

/** In the data folder; for everybody to have. */
const rootFile = 'tls-root.pem';

/** What secrets are made from is not what names are. */
export type OwnTlsServices = ServiceCertificateServices & { readonly random: RandomBytes };

export interface OwnTls {
  readonly read: () => Promise<CheckedMaterial>;
  /** Path of the root's certificate, PEM. */
  readonly rootFile: string;
}

/** Where the wanted certificate cannot be had at first, the one of before serves, if it has not ended; later the reason is thrown. */
export function ownTls(
  wanted: OwnCertificate,
  { directory }: Pick<OpenStore, 'directory'>,
  { services, dataDir }: { readonly services: OwnTlsServices; readonly dataDir: string },
): OwnTls {
  let open: { readonly identifier: string; readonly material: CheckedMaterial } | undefined;
  const root = join(dataDir, rootFile);

  const materialOf = async (certificate: ServiceCertificate): Promise<CheckedMaterial> => {
    if (open?.identifier === certificate.identifier) return open.material;
    // So the key is never in the clear outside the signer and OpenSSL.
    const passphrase = bytesToHex(services.random(32));
    const key = await services.signer.exportEncrypted(certificate.key, passphrase);
    const pems = certificate.chain.map((der) => encodePem('CERTIFICATE', der));
    const certificates = pems.slice(0, -1).join('');
    const material = checkMaterial({ certificates, key, passphrase }, services.clock.now());
    writeFileSync(root, pems.at(-1) ?? '', { mode: 0o644 });
    open = { identifier: certificate.identifier, material };
    return material;
  };
  const lastMaterial = async (): Promise<CheckedMaterial | undefined> => {
    const last = await lastServiceCertificate(services);
    return last && (await materialOf(last));
  };
  return {
    rootFile: root,
    read: async () => {
      try {
        const account = await accountOf(wanted.issuer, directory.accounts(), services);
        return await materialOf(await serviceCertificate({ ...wanted, account, actor: operatorActor() }, services));
      } catch (error) {
        const last = open ? undefined : await lastMaterial().catch(() => undefined);
        if (last) return last;
        if (!(error instanceof Refused)) throw error;
        throw new TlsProblem(`the CA of CERTITUDE_TLS_ISSUER cannot issue it: ${reasonOf(error)}`, { cause: error });
      }
    },
  };
}

/** @throws {TlsProblem} */
async function accountOf(
  issuer: string,
  accounts: Iterable<{ readonly account: AccountId }>,
  { store }: ServiceCertificateServices,
): Promise<AccountId> {
  for (const { account } of accounts) {
    const authority = await store.authority(account, issuer);
    if (!authority) continue;
    if (familyOf(authority.keyAlgorithm) === 'SM2') throw new TlsProblem('TLS clients know no certificates with SM2');
    return account;
  }
  throw new TlsProblem(`there is no CA ${issuer} (CERTITUDE_TLS_ISSUER)`);
}

function reasonOf({ refusal }: Refused): string {
  return refusal.kind === 'validity-refused' ? refusal.reason : refusal.kind;
}
