// A captured request is good for nothing: sent again at once, at the edge of the window, or after a restart of any kind.

import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatUtc, toSeconds, type UnixMillis, type UnixSeconds } from '../../src/base/time.ts';
import { startService } from './running-service.ts';
import { startWithin } from './service-within.ts';
import { encodeForm, formBody, send, signedParameters } from './signed-request.ts';

const action = 'DescribeClientCertificateStatusForSerialNumber';

function captured(aheadSeconds: number): string {
  const timestamp = (toSeconds(Date.now() as UnixMillis) + aheadSeconds) as UnixSeconds;
  return encodeForm(
    signedParameters(action, { SerialNumber: '01' }, { method: 'POST', common: { Timestamp: formatUtc(timestamp) } }),
  );
}

/** How many are answered as what; sixteen at a time. */
async function outcomes(url: string, forms: readonly string[]): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let next = 0;
  const sending = Array.from({ length: 16 }, async () => {
    for (let form = forms[next++]; form !== undefined; form = forms[next++]) {
      const { status, body } = await send(`${url}/`, formBody(form));
      const outcome = status === 200 ? 'accepted' : String(body['Code']);
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    }
  });
  await Promise.all(sending);
  return counts;
}

test('3,400 captured requests sent again 10,200 times, and none accepted: at once, at the edge of the window, after kill -9, after a stop', async (t) => {
  const first = await startService(t);
  // From as old as they may be to as far ahead, with a minute for the test to get through.
  const forms = Array.from({ length: 3400 }, (_, index) => captured(-840 + Math.floor((index * 1740) / 3400)));
  assert.deepEqual([...(await outcomes(first.url, forms))], [['accepted', 3400]]);
  const none = [['SignatureNonceUsed', 3400]];
  assert.deepEqual([...(await outcomes(first.url, forms))], none, 'at once');
  await first.kill('SIGKILL');
  const second = await startService(t, { dataDir: first.dataDir });
  assert.deepEqual([...(await outcomes(second.url, forms))], none, 'after kill -9');
  await second.kill('SIGTERM');
  const third = await startService(t, { dataDir: first.dataDir });
  assert.deepEqual([...(await outcomes(third.url, forms))], none, 'after a stop');
});

test('a request sent many times at the same moment is accepted once', async (t) => {
  const { url } = await startWithin(t);
  for (let round = 0; round < 100; round++) {
    const form = captured(0);
    assert.deepEqual((await outcomes(url, Array(16).fill(form))).get('accepted'), 1);
  }
});

test('a request at the edge of the window is accepted once, and never when the window has passed over it', async (t) => {
  const { url } = await startWithin(t);
  let edge = captured(-898);
  // Two seconds can pass before it is there.
  while ((await send(`${url}/`, formBody(edge))).status !== 200) edge = captured(-898);
  const until = Date.now() + 4000;
  while (Date.now() < until) {
    const { body } = await send(`${url}/`, formBody(edge));
    assert.match(String(body['Code']), /^(SignatureNonceUsed|InvalidTimeStamp\.Expired)$/);
    await sleep(50);
  }
});

test('nonces cut off in the middle of a write, or of long ago, are no obstacle to a start', async (t) => {
  const first = await startService(t);
  const before = captured(0);
  assert.equal((await send(`${first.url}/`, formBody(before))).status, 200);
  await first.kill('SIGKILL');
  const folder = join(first.dataDir, 'nonces');
  for (const name of readdirSync(folder)) appendFileSync(join(folder, name), new Uint8Array([1, 2, 3]));
  writeFileSync(join(folder, '1'), new Uint8Array(80));
  const second = await startService(t, { dataDir: first.dataDir });
  const after = captured(0);
  assert.equal((await send(`${second.url}/`, formBody(after))).status, 200);
  await second.kill('SIGKILL');
  const third = await startService(t, { dataDir: first.dataDir });
  assert.deepEqual([...(await outcomes(third.url, [before, after]))], [['SignatureNonceUsed', 2]]);
  assert.ok(!readdirSync(folder).includes('1'), 'what counts no more is deleted');
});

test('while nonces cannot be written, questions are answered and changes are refused', async (t) => {
  const { url, dataDir } = await startWithin(t);
  // As good as a full disk: files cannot be made where the folder is not.
  rmSync(join(dataDir, 'nonces'), { recursive: true });
  assert.equal((await send(`${url}/`, formBody(captured(0)))).status, 200);
  const change = { CommonName: 'x', Algorithm: 'ECC_256', Years: '1', Organization: 'x', CountryCode: 'CN' };
  const form = encodeForm(
    signedParameters(
      'CreateRootCACertificate',
      { ...change, OrganizationUnit: 'x', Locality: 'x', State: 'x' },
      { method: 'POST' },
    ),
  );
  const { status, body } = await send(`${url}/`, formBody(form));
  assert.deepEqual([status, body['Code']], [503, 'ServiceUnavailable']);
});
