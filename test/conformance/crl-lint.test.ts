// CRLs before zlint: full, delta and partition, empty and with every kind of entry.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { encodePem } from '../../src/pki/pem.ts';
import { revocationReasons } from '../../src/registry/model.ts';
import { publicUrl, publishingWorld, start } from '../registry/publishing.ts';
import { findZlint } from './zlint.ts';

const sources = 'RFC5280,RFC5480,RFC5891,Community';

test('no list has an error by zlint', async (t) => {
  const zlint = findZlint();
  if (zlint === undefined) {
    console.error('zlint is not there: this test is skipped. `node scripts/zlint.ts` fetches it.');
    return t.skip('zlint is not there; `node scripts/zlint.ts` fetches it');
  }
  const folder = mkdtempSync(join(tmpdir(), 'certitude-crl-lint-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  let count = 0;
  for (const algorithm of ['ECC_256', 'RSA_2048'] as const) {
    const terms = { crlPartitions: { count: 2, baseUrl: publicUrl } };
    const { issue, revoke, release, newPublisher, afterDelay } = await publishingWorld(t, { terms, algorithm });
    const { publisher, published } = await newPublisher();
    await publisher.publishDue();
    const released = await issue();
    await revoke(released, 'certificateHold');
    for (const [index, reason] of [...revocationReasons, undefined].entries()) {
      await revoke(await issue(), reason, index % 2 === 0 ? unixSeconds(start - index) : undefined);
    }
    await afterDelay(publisher);
    await release(released);
    await afterDelay(publisher);
    for (const { number, authority, lists } of published) {
      for (const [scope, der] of lists) {
        const file = join(folder, `${authority}${scope}-${number}.pem`);
        writeFileSync(file, encodePem('X509 CRL', der));
        const verdict = verdictOn(file, zlint);
        const what = `${algorithm} "${scope}" ${number}: ${JSON.stringify([...verdict])}`;
        assert.equal(verdict.get('e_crl_has_next_update'), 'pass', what);
        assert.ok(
          [...verdict.values()].every((result) => result === 'pass' || result === 'NA'),
          what,
        );
        count++;
      }
    }
  }
  assert.ok(count >= 20, `${count} lists`);
});

/** By the name of the lint. */
function verdictOn(file: string, zlint: string): ReadonlyMap<string, string> {
  const { stdout } = spawnSync(zlint, ['-includeSources', sources, file], { encoding: 'utf8' });
  const verdict: Record<string, { readonly result: string }> = JSON.parse(stdout || '{}');
  // Those of browsers' PKI are there whatever sources are named.
  const lints = Object.entries(verdict).filter(([name]) => !name.startsWith('e_cab_'));
  return new Map(lints.map(([name, { result }]) => [name, result]));
}
