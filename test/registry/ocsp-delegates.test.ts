// The OCSP responder's certificates and kept answers as time goes by: the real store and signer, and a clock that is set.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { unixSeconds } from '../../src/base/time.ts';
import type { Extension } from '../../src/pki/extensions.ts';
import { parseOcspResponse } from '../../src/pki/ocsp-response-reader.ts';
import { nonceExtension } from '../pki/asking.ts';
import { patienceMillis, until } from '../until.ts';
import { ocspWorld } from './ocsp-world.ts';

const day = 86_400;
const hour = 3600;
const life = 7 * day;
const validitySeconds = hour;

test('a responder’s certificate is replaced from half its life on, beside normal work, and never used after it', async (t) => {
  const afresh = nonceExtension(16); // no kept answer
  const { clock, answered, certificateOf } = await ocspWorld(t);
  const first = certificateOf(await answered(afresh));
  // Valid from an hour before it was made, for clocks that are behind.
  assert.equal(first.notAfter - clock.seconds, life);
  clock.seconds = unixSeconds((first.notBefore + first.notAfter) / 2 - 1);
  assert.equal(
    certificateOf(await answered(afresh)).serialNumber,
    first.serialNumber,
    'one second before half its life',
  );
  clock.seconds = unixSeconds(clock.seconds + 1);
  assert.equal(certificateOf(await answered(afresh)).serialNumber, first.serialNumber, 'nobody waits for the next one');
  const next = await until(async () => {
    const certificate = certificateOf(await answered(afresh));
    return certificate.serialNumber === first.serialNumber ? undefined : certificate;
  });
  assert.equal(next.notAfter - clock.seconds, life);
});

test('every answer at every hour of a month is by a certificate of that hour, and ends with it at the latest', async (t) => {
  const { clock, answered, certificateOf, failures } = await ocspWorld(t);
  const used = new Set<string>();
  const start = clock.seconds;
  for (let hours = 0; hours < 30 * 24; hours += 7) {
    clock.seconds = unixSeconds(start + hours * hour);
    const response = await answered();
    const { notBefore, notAfter, serialNumber } = certificateOf(response);
    const nextUpdate = response.responses[0]?.nextUpdate ?? 0;
    assert.ok(notBefore <= clock.seconds && nextUpdate <= notAfter && nextUpdate > clock.seconds);
    used.add(serialNumber);
  }
  assert.ok(used.size >= 5 && used.size <= 12, `${used.size} certificates`);
  assert.deepEqual(failures, []);
});

test('one that nobody asked for in a long time is not used when somebody does', async (t) => {
  const { clock, answered, certificateOf } = await ocspWorld(t);
  const first = certificateOf(await answered());
  clock.seconds = first.notAfter;
  const second = certificateOf(await answered());
  assert.notEqual(second.serialNumber, first.serialNumber);
  assert.ok(second.notBefore <= clock.seconds && clock.seconds < second.notAfter);
});

test('while none can be made the present one serves to its end, and no longer; attempts pause', async (t) => {
  const { clock, answered, certificateOf, failures, store, ask, delegates, identifier } = await ocspWorld(t);
  const { notBefore, notAfter } = certificateOf(await answered());
  await store.close();
  for (const moment of [(notBefore + notAfter) / 2, notAfter - hour, notAfter - 1]) {
    clock.seconds = unixSeconds(Math.floor(moment));
    const response = await answered();
    assert.ok((response.responses[0]?.nextUpdate ?? 0) <= notAfter);
  }
  assert.equal(failures.length, 1, 'told of once');
  assert.deepEqual([...delegates.failures()], [[identifier, 'store']]);
  clock.monotonicMillis += 10_000;
  clock.seconds = notAfter;
  assert.deepEqual(parseOcspResponse(await ask()), { status: 'tryLater' });
  assert.equal(failures.length, 2);
});

test('an authority is answered for until it ends, and not after: unauthorized (RFC 9919 §3.2.3)', async (t) => {
  const { clock, answered, certificateOf, authority, ask } = await ocspWorld(t);
  const { notAfter } = authority;
  for (const left of [life, 2 * hour, hour, 60, 1]) {
    clock.seconds = unixSeconds(notAfter - left);
    const response = await answered();
    assert.ok(certificateOf(response).notAfter <= notAfter);
    assert.ok((response.responses[0]?.nextUpdate ?? 0) <= notAfter);
  }
  clock.seconds = notAfter;
  assert.deepEqual(parseOcspResponse(await ask()), { status: 'unauthorized' });
});

test('a revoked authority gets a new responder’s certificate when it is time (RFC 6960 §2.7)', async (t) => {
  const { clock, answered, certificateOf, revoke } = await ocspWorld(t);
  const first = certificateOf(await answered());
  await revoke();
  clock.seconds = unixSeconds(first.notAfter + day);
  const response = await answered();
  assert.notEqual(certificateOf(response).serialNumber, first.serialNumber);
  assert.equal(response.responses[0]?.certStatus.status, 'revoked');
});

test('an answer is kept for the first half of its time, and not when the clock was set back', async (t) => {
  const { clock, answered } = await ocspWorld(t);
  const producedAt = (await answered()).producedAt;
  clock.seconds = unixSeconds(producedAt + validitySeconds / 2 - 1);
  assert.equal((await answered()).producedAt, producedAt);
  clock.seconds = unixSeconds(producedAt + validitySeconds / 2);
  assert.equal((await answered()).producedAt, clock.seconds);
  clock.seconds = unixSeconds(producedAt + 1);
  assert.equal((await answered()).producedAt, clock.seconds);
});

test('a thousand who ask at once for the first time share one new certificate', async (t) => {
  const { responder, request, onError } = await ocspWorld(t);
  const asked = Array.from({ length: 1000 }, () => responder.answer(request([nonceExtension(16)]), '', onError));
  const serials = new Set<string>();
  for (const { der } of await Promise.all(asked)) {
    const response = parseOcspResponse(der);
    assert.ok(response.status === 'successful');
    serials.add(Buffer.from(response.certificates[0] ?? []).toString('hex'));
  }
  assert.equal(serials.size, 1);
});

test('of more than a thousand that wait for a signature the next is told to try later; kept answers go on', async (t) => {
  const { responder, request, signer, answered, onError } = await ocspWorld(t);
  await answered();
  let letSign = () => {};
  const held = new Promise<void>((resolve) => {
    letSign = resolve;
  });
  const sign = signer.sign.bind(signer);
  t.mock.method(signer, 'sign', async (...what: Parameters<typeof sign>) => {
    await held;
    return await sign(...what);
  });
  const ask = (...extensions: Extension[]) => responder.answer(request(extensions), '', onError);
  const waiting = Array.from({ length: 1000 }, () => ask(nonceExtension(16)));
  const { der, outcome } = await Promise.race([
    ask(nonceExtension(16)),
    setTimeout(patienceMillis, { der: undefined, outcome: 'waits' }, { ref: false }),
  ]);
  assert.equal(outcome, 'tryLater');
  assert.deepEqual(parseOcspResponse(der ?? assert.fail()), { status: 'tryLater' });
  assert.ok(!(ask() instanceof Promise), 'kept');
  letSign();
  for (const answer of await Promise.all(waiting)) assert.equal(answer.outcome, 'answered');
  assert.equal((await ask(nonceExtension(16))).outcome, 'answered');
});
