// The authorities in memory, when the store cannot be read at the moment one is made.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { AccountId, Entry } from '../../src/base/journal-entry.ts';
import type { UnixMillis } from '../../src/base/time.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import { AuthorityDirectory } from '../../src/registry/authority-directory.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import type { AuthorityRecord, Identifier } from '../../src/registry/model.ts';
import { StoreUnavailable } from '../../src/registry/store.ts';
import { publishingWorld } from './publishing.ts';

test('an authority that could not be read when it was made is found once the store is back', async (t: TestContext) => {
  const { store, root } = await publishingWorld(t);
  const [record] = await store.signers();
  assert.ok(record?.identifier === root.identifier);
  let isAway = true;
  const errors: unknown[] = [];
  const directory = new AuthorityDirectory(
    {
      signers: async () => [],
      signerOf: async (): Promise<AuthorityRecord> => {
        if (isAway) throw new StoreUnavailable('away');
        return record;
      },
    },
    (error) => errors.push(error),
  );
  t.mock.timers.enable({ apis: ['setTimeout'] });
  directory.apply(issued(record));
  await directory.settled();
  assert.equal(directory.byIdentifier(record.identifier), undefined);
  assert.equal(errors.length, 1);
  isAway = false;
  t.mock.timers.tick(1000);
  await directory.settled();
  assert.equal(directory.byIdentifier(record.identifier)?.record, record);
});

function issued({ identifier, issuer, serialNumber, account }: AuthorityRecord): Entry<CertificateEvent> {
  const actor = { principal: '', requestId: '', sourceAddress: '' };
  const subject: { identifier: Identifier; issuer: Identifier; serialNumber: SerialNumber } = {
    identifier,
    issuer,
    serialNumber,
  };
  const event = { kind: 'certificate-issued', ...subject, certificateKind: 'subordinate', sha256: '' } as const;
  return { sequence: 1, at: 0 as UnixMillis, account: account as AccountId, actor, event };
}
