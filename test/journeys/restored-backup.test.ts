// A backup is put in the place of the data folder: what relying parties were given since then is still out there.

import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { fetchCrl, untilCrl } from './fetched-crls.ts';
import { certitude, startService } from './running-service.ts';
import { issueClient, makeAuthorities, revoke } from './small-pki.ts';

test('after an older backup was restored, no CRL has a number that another has had, and numbers go on growing (RFC 5280 §5.2.3)', async (t) => {
  const quick = { environment: { CERTITUDE_CRL_DELAY: '0' } };
  const first = await startService(t, quick);
  const { dataDir } = first;
  const { issuing } = await makeAuthorities(first.url);
  const kept = await issueClient(first.url, issuing);
  const { extensions } = await untilCrl(first.url, [issuing], () => true);
  await first.kill('SIGTERM');
  const backup = `${dataDir}-backup`;
  t.after(() => rmSync(backup, { recursive: true, force: true }));
  cpSync(dataDir, backup, { recursive: true });

  const lost = await startService(t, { ...quick, dataDir });
  const numbers = [extensions.number];
  for (let publications = 0; publications < 2; publications++) {
    const { status } = await certitude(['crl', 'publish', issuing], lost.environment);
    assert.equal(status, 0);
    numbers.push((await fetchCrl(lost.url, issuing)).extensions.number);
  }
  await lost.kill('SIGTERM');

  rmSync(dataDir, { recursive: true });
  cpSync(backup, dataDir, { recursive: true });
  const restored = await startService(t, { ...quick, dataDir });
  await revoke(restored.url, kept.identifier);
  const complete = await untilCrl(restored.url, [issuing], ({ entries }) => entries.has(kept.serialNumber));
  numbers.push(complete.extensions.number);
  for (const [index, number] of numbers.entries()) {
    for (const earlier of numbers.slice(0, index)) assert.ok(number > earlier, `${number} after ${earlier}`);
  }
  const delta = await fetchCrl(restored.url, issuing, '-delta');
  assert.equal(delta.extensions.number, complete.extensions.number);
  assert.equal(delta.extensions.baseNumber, extensions.number, 'a list that was in the backup');
});
