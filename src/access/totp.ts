// Codes of virtual MFA devices: TOTP (RFC 6238) with SHA-1, steps of 30 seconds and six digits, as authenticator apps know.

import { createHmac } from 'node:crypto';
import { equalSecrets } from '../base/bytes.ts';
import { toSeconds, type UnixMillis, unixMillis } from '../base/time.ts';

const stepSeconds = 30;

/** RFC 6238 §5.2: one step each way for the network's delay and a clock that is a little off. */
const stepsOff = 1;

/** Number of the step a moment lies in. */
export function totpStep(moment: UnixMillis): number {
  return Math.floor(toSeconds(moment) / stepSeconds);
}

/** When a step begins. */
export function totpStepStart(step: number): UnixMillis {
  return unixMillis(step * stepSeconds * 1000);
}

/** The code of one step (RFC 4226 §5.3). */
export function totpCode(seed: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', seed).update(counter).digest();
  const at = (mac[mac.length - 1] ?? 0) & 0xf;
  return String((mac.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}

/**
 * Two codes that a device shows one after the other prove that it has the seed, and that its clock is right.
 * @returns the step of the second; `undefined` if they are none of now.
 */
export function verifyTwoCodes(
  seed: Uint8Array,
  { first, second, now }: { readonly first: string; readonly second: string; readonly now: UnixMillis },
): number | undefined {
  // The first is at least a step older than the second when both are sent.
  const before = verifyTotp(seed, { code: first, now: unixMillis(now - stepSeconds * 1000) });
  const last = verifyTotp(seed, { code: second, now });
  return before !== undefined && last === before + 1 ? last : undefined;
}

/**
 * @param after the step of the last code that was accepted: a code lets nobody in twice (RFC 6238 §5.2).
 * @returns the step of the code, to be remembered; `undefined` if it is none of now.
 */
export function verifyTotp(
  seed: Uint8Array,
  { code, now, after = -1 }: { readonly code: string; readonly now: UnixMillis; readonly after?: number },
): number | undefined {
  const given = Buffer.from(code);
  let found: number | undefined;
  const step = totpStep(now);
  for (let candidate = step - stepsOff; candidate <= step + stepsOff; candidate++) {
    if (equalSecrets(given, Buffer.from(totpCode(seed, candidate))) && candidate > after) found ??= candidate;
  }
  return found;
}
