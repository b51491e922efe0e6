// Which OCSP answers are given again, which are signed anew and by whom: for who waits, or beforehand.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { unixSeconds } from '../../src/base/time.ts';
import { parseOcspResponse } from '../../src/pki/ocsp-response-reader.ts';
import { nonceExtension } from '../pki/asking.ts';
import { ocspWorld } from './ocsp-world.ts';

const validity = 3600;
const kept = validity / 2;
const carryOn = () => false;

/** Counts signatures, and holds them up until they are let go. */
async function signingWorld(t: TestContext) {
  const world = await ocspWorld(t);
  const { responder, request, signer, onError } = world;
  let signed = 0;
  let held: Promise<void> | undefined;
  const sign = signer.sign.bind(signer);
  t.mock.method(signer, 'sign', async (...what: Parameters<typeof sign>) => {
    signed++;
    await held;
    return await sign(...what);
  });
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return () => {
      held = undefined;
      resolve();
    };
  };
  const again = () => responder.answer(request(), '', onError);
  return { ...world, hold, again, signatures: () => signed };
}

test('a hundred who ask for one certificate at once share one signature; with a nonce each has its own', async (t) => {
  const { again, hold, signatures, answered, responder, request, onError } = await signingWorld(t);
  await answered(nonceExtension(16)); // the responder’s certificate is there
  const before = signatures();
  const letGo = hold();
  const asked = Array.from({ length: 100 }, () => again());
  await new Promise(setImmediate);
  letGo();
  const answers = await Promise.all(asked);
  assert.equal(signatures(), before + 1);
  for (const { der } of answers) assert.deepEqual(der, answers[0]?.der);
  const own = Array.from({ length: 10 }, () => responder.answer(request([nonceExtension(16)]), '', onError));
  await Promise.all(own);
  assert.equal(signatures(), before + 11);
});

test('a hundred who ask before the responder’s certificate is there share one signature too', async (t) => {
  const { responder, request, onError, clock, answered } = await ocspWorld(t);
  const asked = Array.from({ length: 100 }, () => responder.answer(request(), '', onError));
  assert.ok(asked[0] instanceof Promise);
  const answers = await Promise.all(asked);
  for (const { der } of answers) assert.deepEqual(der, answers[0]?.der);
  assert.equal((await answered()).producedAt, clock.seconds);
});

test('who asks after a revocation was answered does not share a signature that was begun before it', async (t) => {
  const { again, hold, answered, revoke, signatures } = await signingWorld(t);
  await answered(nonceExtension(16));
  const before = signatures();
  const letGo = hold();
  const early = again();
  await new Promise(setImmediate);
  assert.equal(signatures(), before + 1, 'begun');
  await revoke();
  const late = again();
  letGo();
  const statusOf = async (answer: typeof early) => {
    const response = parseOcspResponse((await answer).der);
    assert.ok(response.status === 'successful');
    return response.responses[0]?.certStatus.status;
  };
  assert.equal(await statusOf(late), 'revoked');
  await early;
  assert.equal(await statusOf(again()), 'revoked', 'and what was signed last by chance is not kept for others');
});

test('what was asked for in the second half of its kept time is signed again in the last eighth, and nobody waits', async (t) => {
  for (const [askedAfter, lookedAfter, isRenewed] of [
    [kept / 2 - 1, kept - 1, false],
    [kept / 2, kept - 1, true],
    [kept / 2 + 1, kept - 1, true],
    [kept / 2, kept - kept / 8 - 1, false],
    [kept / 2, kept - kept / 8, true],
    [kept / 2, kept - kept / 8 + 1, true],
    [kept / 2, kept, false],
  ] as const) {
    const { clock, again, responder, answered, signatures } = await signingWorld(t);
    const { producedAt } = await answered();
    const pass = (seconds: number) => {
      clock.seconds = unixSeconds(producedAt + seconds);
    };
    pass(askedAfter);
    await again();
    pass(lookedAfter);
    const before = signatures();
    assert.equal(await responder.renew(carryOn), isRenewed ? 1 : 0, `${askedAfter} s, ${lookedAfter} s`);
    assert.equal(await responder.renew(carryOn), 0, 'once is enough');
    pass(kept);
    const answer = again();
    assert.equal(answer instanceof Promise, !isRenewed, 'signed only for who waits where it was not before');
    const response = parseOcspResponse((await answer).der);
    assert.ok(response.status === 'successful');
    assert.equal(response.producedAt, producedAt + (isRenewed ? lookedAfter : kept));
    assert.equal(signatures(), before + 1);
  }
});

test('whoever asked before gets the renewed answer by the very request, without its being read again', async (t) => {
  const { clock, responder, request, onError, answered } = await signingWorld(t);
  const { producedAt } = await answered();
  const first = responder.answer(request(), 'as received', onError);
  assert.ok(!(first instanceof Promise));
  clock.seconds = unixSeconds(producedAt + kept - 1);
  assert.deepEqual(responder.again('as received')?.der, first.der);
  assert.equal(await responder.renew(carryOn), 1);
  const renewed = responder.again('as received');
  assert.ok(renewed && Buffer.compare(renewed.der, first.der) !== 0);
  assert.equal(renewed.cacheable?.thisUpdate, clock.seconds);
});

test('a revocation ends the answer before at once, also while that is being renewed', async (t) => {
  const { clock, again, hold, responder, answered, revoke } = await signingWorld(t);
  const { producedAt } = await answered();
  clock.seconds = unixSeconds(producedAt + kept - 1);
  await again();
  const letGo = hold();
  const renewing = responder.renew(carryOn);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  await revoke();
  letGo();
  await renewing;
  const response = parseOcspResponse((await again()).der);
  assert.ok(response.status === 'successful');
  assert.equal(response.responses[0]?.certStatus.status, 'revoked');
});

test('what was revoked is not renewed as it was before: who asks next is told', async (t) => {
  const { clock, again, responder, answered, revoke } = await signingWorld(t);
  const { producedAt } = await answered();
  clock.seconds = unixSeconds(producedAt + kept - 1);
  await again();
  await revoke();
  assert.equal(await responder.renew(carryOn), 0);
});

test('renewing stops when the service does', async (t) => {
  const { clock, again, responder, answered } = await signingWorld(t);
  const { producedAt } = await answered();
  clock.seconds = unixSeconds(producedAt + kept - 1);
  await again();
  assert.equal(await responder.renew(() => true), 0);
  assert.equal(await responder.renew(carryOn), 1);
});

test('a responder’s certificate that could not be made is told of until one could', async (t) => {
  const { clock, store, delegates, identifier, answered, ask, failures } = await ocspWorld(t);
  const sealedKey = t.mock.method(store, 'sealedKey', async () => undefined);
  assert.deepEqual(parseOcspResponse(await ask()), { status: 'tryLater' });
  assert.deepEqual([...delegates.failures()], [[identifier, 'internal']]);
  assert.match(String(failures[0]), /no private key/);
  await delegates.retry();
  assert.equal(failures.length, 1, 'in the pause it is not tried');
  sealedKey.mock.restore();
  await delegates.retry();
  assert.equal(delegates.failures().size, 1);
  clock.monotonicMillis += 10_000;
  await delegates.retry();
  assert.equal(delegates.failures().size, 0);
  await answered();
});
