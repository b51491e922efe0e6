import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { subjectPublicKeyOf } from '../../src/pki/algorithm.ts';
import { integer, octetString, sequence } from '../../src/pki/der-writer.ts';
import { signSm2, verifySm2 } from '../../src/pki/sm2.ts';
import { readSm2PrivateKey } from '../../src/pki/sm2-key.ts';
import { hex, toHex } from './hex.ts';
import { newKeyPair } from './issuing.ts';

const utf8 = (text: string) => new Uint8Array(Buffer.from(text, 'utf8'));

/** GM/T 0003.5 Annex A.2: key, signer ID, nonce and signature on the recommended curve. */
const standard = {
  message: utf8('message digest'),
  scalar: hex('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8'),
  point: hex(
    '04 09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020 ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13',
  ),
  nonce: hex('59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21'),
  r: hex('00f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3'),
  s: hex('00b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa'),
};
const { message, point, scalar } = standard;
const signature = sequence(integer(standard.r), integer(standard.s));

/** Gives what it was told, in turn. */
function drawing(...draws: Uint8Array[]) {
  return (length: number) => {
    const next = draws.shift() ?? randomBytes(length);
    assert.equal(next.length, length);
    return next.slice();
  };
}

test('the signature of the standard comes out, and verifies (GM/T 0003.5 §A.2)', () => {
  assert.equal(toHex(signSm2(message, { scalar, point }, drawing(standard.nonce))), toHex(signature));
  assert.ok(verifySm2(message, signature, point));
});

test('a nonce of zero, of the order or above is drawn again, never reduced', () => {
  const order = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123';
  const unfit = ['00'.repeat(32), order, 'ff'.repeat(32)].map(hex);
  assert.deepEqual(signSm2(message, { scalar, point }, drawing(...unfit, standard.nonce)), signature);
});

test('the factor that hides the key from the clock changes nothing', () => {
  for (const factor of [hex(`${'00'.repeat(31)}01`), randomBytes(32).fill(1)]) {
    assert.deepEqual(signSm2(message, { scalar, point }, drawing(standard.nonce, factor)), signature);
  }
});

test('each signature has a nonce of its own', () => {
  const one = signSm2(message, { scalar, point }, randomBytes);
  const other = signSm2(message, { scalar, point }, randomBytes);
  assert.notDeepEqual(one, other);
  assert.ok(verifySm2(message, one, point) && verifySm2(message, other, point));
});

test('another message, another key and each changed octet of the signature are refused', () => {
  assert.equal(verifySm2(utf8('message digesT'), signature, point), false);
  assert.equal(verifySm2(message, signature, subjectPublicKeyOf(newKeyPair('SM2_256').spki)), false);
  for (let at = 0; at < signature.length; at++) {
    const changed = signature.slice();
    changed[at] = (changed[at] ?? 0) ^ 0x01;
    assert.equal(verifySm2(message, changed, point), false, `octet ${at}`);
  }
});

test('r and s are from 1 to the order less one, and their sum is not the order (GB/T 32918.2 §7.1)', () => {
  const order = hex('00fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123');
  const orderLessOne = order.with(32, 0x22);
  for (const [r, s] of [
    [hex('00'), standard.s],
    [standard.r, hex('00')],
    [order, standard.s],
    [standard.r, order],
    [orderLessOne, hex('01')],
    [hex('01'), orderLessOne],
  ] as const) {
    assert.equal(verifySm2(message, sequence(integer(r), integer(s)), point), false);
  }
});

test('bytes that are no DER of two positive integers are no signature', () => {
  const { r, s } = standard;
  for (const wrong of [
    hex(''),
    hex('30'),
    sequence(),
    sequence(integer(r)),
    sequence(integer(r), integer(s), integer(s)),
    sequence(octetString(r), integer(s)),
    sequence(integer(r.subarray(1)), integer(s)), // negative
    sequence(integer(hex(`01${'00'.repeat(32)}`)), integer(s)),
    hex(`${toHex(signature)}00`),
    hex(`3081${toHex(signature).slice(2)}`),
  ]) {
    assert.equal(verifySm2(message, wrong, point), false, toHex(wrong));
  }
});

test('a point that is compressed, cut or not on the curve verifies nothing', () => {
  const offCurve = point.with(64, 0x12);
  const compressed = hex(`03${toHex(point).slice(2, 66)}`);
  for (const wrong of [offCurve, compressed, point.subarray(0, 64), hex('00'), hex('')]) {
    assert.equal(verifySm2(message, signature, wrong), false, toHex(wrong));
  }
});

test('a scalar of zero, or that makes 1 + d the order, is no private key (GB/T 32918.1 §6.1)', () => {
  const orderLess = (octet: string) => hex(`fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d541${octet}`);
  for (const wrong of [hex('00'.repeat(32)), orderLess('22'), orderLess('23'), hex('01')]) {
    assert.throws(() => signSm2(message, { scalar: wrong, point }, randomBytes), TypeError);
  }
  signSm2(message, { scalar: orderLess('21'), point }, randomBytes);
});

test('a key pair is taken out of PKCS #8 as views, so that erasing the one erases the other', () => {
  const { privateKey, spki } = newKeyPair('SM2_256');
  const pkcs8 = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
  const pair = readSm2PrivateKey(pkcs8);
  assert.deepEqual(pair.point, subjectPublicKeyOf(spki));
  assert.ok(verifySm2(message, signSm2(message, pair, randomBytes), pair.point));
  pkcs8.fill(0);
  assert.deepEqual([...pair.scalar], Array<number>(32).fill(0));
});

test('PKCS #8 of another key is refused, each length of a broken one too', () => {
  const of = (algorithm: 'ECC_256' | 'RSA_1024' | 'SM2_256') =>
    new Uint8Array(newKeyPair(algorithm).privateKey.export({ type: 'pkcs8', format: 'der' }));
  for (const algorithm of ['ECC_256', 'RSA_1024'] as const) {
    assert.throws(() => readSm2PrivateKey(of(algorithm)), { name: 'DecodingError', problem: 'value-malformed' });
  }
  const good = of('SM2_256');
  for (let length = 0; length < good.length; length++) {
    assert.throws(() => readSm2PrivateKey(good.subarray(0, length)), { name: 'DecodingError' });
  }
});
