// A store with many certificates, written through the store's own port. The certificates are copies of one real DER: what
// is measured with it reads serial numbers and states, not certificates.

import { randomBytes } from 'node:crypto';
import { BackgroundWork } from '../src/app/background.ts';
import { loadConfig } from '../src/app/config.ts';
import { initialise, operatorActor } from '../src/app/initialise.ts';
import { openStore } from '../src/app/open-store.ts';
import { sha256Hex } from '../src/base/bytes.ts';
import { systemClock, unixSeconds } from '../src/base/time.ts';
import { FileSigner } from '../src/drivers/file-signer.ts';
import type { KeyAlgorithm } from '../src/pki/algorithm.ts';
import { nameOf } from '../src/pki/name.ts';
import { generateSerialNumber } from '../src/pki/serial-number.ts';
import { verifySignatureInPool } from '../src/pki/signature.ts';
import { createRoot } from '../src/registry/authorities.ts';
import { Issuers } from '../src/registry/issuers.ts';
import type { Identifier } from '../src/registry/model.ts';
import { benchKey } from './service.ts';

const together = 2000;

/** @returns serial numbers of the certificates. */
export async function fillStore(dataDir: string, count: number): Promise<string[]> {
  return (await fillStoreOf(dataDir, count, 'ECC_256')).serials;
}

/** @returns serial numbers of the certificates, and the certificate of the root that issued them (DER). */
export async function fillStoreOf(
  dataDir: string,
  count: number,
  algorithm: KeyAlgorithm,
): Promise<{ readonly serials: string[]; readonly root: Uint8Array }> {
  const opened = await openStore({ ...loadConfig({}), dataDir }, 'create');
  const made = await initialise(opened, benchKey);
  if (!made) throw new Error('the store was not new');
  const { store, sealer } = opened;
  const root = await createRoot(
    {
      account: made.account,
      actor: operatorActor(),
      algorithm,
      subject: nameOf({ commonName: 'Bench' }),
      years: 10,
      labels: {},
    },
    {
      store,
      issuers: new Issuers(store),
      signer: new FileSigner(sealer),
      verify: verifySignatureInPool,
      clock: systemClock,
      random: randomBytes,
      background: new BackgroundWork(() => {}),
      issuanceRules: { publicUrl: 'http://bench.example', allowRsa1024: false },
    },
  );
  const sha256 = sha256Hex(root.der);
  const serials: string[] = [];
  const issueOne = async (): Promise<void> => {
    const subject = {
      identifier: randomBytes(16).toString('hex') as Identifier,
      issuer: root.identifier,
      serialNumber: generateSerialNumber(randomBytes),
    };
    const draft = { at: systemClock.now(), account: made.account, actor: operatorActor() };
    await store.append({
      ...draft,
      event: {
        kind: 'certificate-reserved',
        ...subject,
        certificateKind: 'client',
        keyAlgorithm: 'ECC_256',
        subject: 'CN=bench',
        notBefore: unixSeconds(0),
        notAfter: unixSeconds(1),
        labels: {},
      },
    });
    const event = { kind: 'certificate-issued', ...subject, certificateKind: 'client', sha256 } as const;
    await store.append({ ...draft, event }, { der: root.der });
    serials.push(subject.serialNumber);
  };
  for (let left = count; left > 0; left -= together) {
    await Promise.all(Array.from({ length: Math.min(left, together) }, issueOne));
    if (process.stderr.isTTY) process.stderr.write(`\r${serials.length} of ${count} certificates`);
  }
  await store.close();
  return { serials, root: root.der };
}
