// Certificates left pending that two take up at once: the next start's list and the call that was answered a moment ago.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { verifySignatureInPool } from '../../src/pki/signature.ts';
import { issueEndEntity } from '../../src/registry/end-entities.ts';
import { Issuers } from '../../src/registry/issuers.ts';
import { issueInBackground } from '../../src/registry/pending.ts';
import { profileOf } from '../../src/registry/profile.ts';
import { publicUrl, publishingWorld } from './publishing.ts';

test('a pending certificate that two take up at once, and a third later, is issued once, and none of them fails', async (t) => {
  const { store, signer, clock, issuing } = await publishingWorld(t);
  const [{ account } = assert.fail()] = await store.signers();
  const services = {
    store,
    issuers: new Issuers(store),
    signer,
    verify: verifySignatureInPool,
    clock,
    random: randomBytes,
    background: { start: () => {} },
  };
  const { identifier, der } = await issueEndEntity(
    {
      account,
      actor: { principal: 'acs:ram::1000000000000001:root', requestId: 'R', sourceAddress: '127.0.0.1' },
      kind: 'client',
      parent: issuing.identifier,
      key: { made: 'ECC_256' },
      subject: { parts: { commonName: 'device' } },
      ...profileOf('client', []),
      validity: { kind: 'days', days: 1 },
      labels: {},
      withCrlAddress: false,
      inBackground: true,
    },
    { ...services, issuanceRules: { publicUrl, allowRsa1024: false } },
  );
  assert.equal(der, undefined);
  await Promise.all([1, 2].map(() => issueInBackground(account, identifier, services)));
  await issueInBackground(account, identifier, services);
  const history = await store.historyOf(account, identifier, { first: 10 });
  assert.deepEqual(
    history.map(({ event }) => event.kind),
    ['certificate-reserved', 'certificate-issued'],
  );
});
