// The service as operators run it, but for its status index: that gets as many certificates as are wanted within seconds, past the
// store. Started by bulk.ts: node bulk-service.ts DATA-FOLDER PORT CERTIFICATES.

import { loadConfig } from '../src/app/config.ts';
import { initialise } from '../src/app/initialise.ts';
import { createLog } from '../src/app/log.ts';
import { startServer } from '../src/app/server.ts';
import { unixSeconds } from '../src/base/time.ts';
import type { SerialNumber } from '../src/pki/serial-number.ts';
import type { CertificateEvent } from '../src/registry/events.ts';
import type { Identifier } from '../src/registry/model.ts';
import { madeSerial } from './made-serials.ts';
import { benchKey } from './service.ts';

const [dataDir = '', port = '', certificates = ''] = process.argv.slice(2);
const oneRevokedIn = 10;

const config = loadConfig({
  CERTITUDE_DATA_DIR: dataDir,
  CERTITUDE_LISTEN: `127.0.0.1:${port}`,
  CERTITUDE_DEMO: '0',
  CERTITUDE_QPS: '0',
  CERTITUDE_MAX_STATUS_BATCH: '10000',
});
await startServer(config, createLog('error'), {
  mode: 'existing-or-create',
  prepare: async (opened) => {
    const made = await initialise(opened, benchKey);
    if (!made) throw new Error('the store was not new');
    const { account } = made;
    const head = opened.followedTo();
    const issuer = 'f'.repeat(32) as Identifier;
    const apply = (event: CertificateEvent) =>
      opened.statusIndex.apply({ account, event, sequence: head } as Parameters<typeof opened.statusIndex.apply>[0]);
    const issued = { kind: 'certificate-issued', issuer, sha256: '' } as const;
    apply({ ...issued, identifier: issuer, serialNumber: '01' as SerialNumber, certificateKind: 'root' });
    const identifier = 'e'.repeat(32) as Identifier;
    for (let index = 0; index < Number(certificates); index++) {
      const serialNumber = madeSerial(index) as SerialNumber;
      apply({ ...issued, identifier, serialNumber, certificateKind: 'client' });
      if (index % oneRevokedIn > 0) continue;
      const revokedAt = unixSeconds(1_700_000_000 + index);
      const revoked = { kind: 'certificate-revoked', issuer, identifier, serialNumber, revokedAt } as const;
      // Later than its issuing, or nothing changes.
      opened.statusIndex.apply({ account, event: revoked, sequence: head + 1 } as Parameters<
        typeof opened.statusIndex.apply
      >[0]);
    }
  },
  onFatal: (error) => {
    throw error;
  },
});
// Nothing of this is to be kept.
process.once('SIGTERM', () => process.exit(0));
