// Each code of an MFA device counts once, whether its user signs in with it or the device is bound by it.

import type { AccountId } from '../base/journal-entry.ts';
import type { UnixMillis } from '../base/time.ts';
import { type LastUses, mfaCodeSubject } from './last-use.ts';
import { totpStep, totpStepStart } from './totp.ts';

export interface NamedMfaDevice {
  readonly account: AccountId;
  readonly device: string;
}

/** Step of the last code that counted; `undefined` where none is known. */
export function lastCodeStep({ account, device }: NamedMfaDevice, lastUses: Pick<LastUses, 'of'>): number | undefined {
  const last = lastUses.of(mfaCodeSubject(account, device));
  return last && totpStep(last.at);
}

/**
 * Uses up the code of a step and those before it, at once. On disk when the promise is kept: only then may the code let
 * anybody in, for a restart must not make it good again.
 * @param use.service  short name of what the code was given to.
 */
export async function useUpCode(
  { account, device }: NamedMfaDevice,
  { step, service, now }: { readonly step: number; readonly service: string; readonly now: UnixMillis },
  lastUses: Pick<LastUses, 'note' | 'flush'>,
): Promise<void> {
  lastUses.note({ subject: mfaCodeSubject(account, device), at: totpStepStart(step), service });
  await lastUses.flush(now, { all: true });
}
