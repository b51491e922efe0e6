// Events about a certificate that is there, on their way into the journal.

import type { AccountId, Actor, Draft } from '../base/journal-entry.ts';
import type { Clock } from '../base/time.ts';
import type { CertificateEvent } from './events.ts';
import type { CertificateRecord } from './model.ts';

export function draft(
  { account, actor }: { readonly account: AccountId; readonly actor: Actor },
  clock: Clock,
  event: CertificateEvent,
): Draft<CertificateEvent> {
  return { at: clock.now(), account, actor, event };
}

/** What an event names the certificate by. */
export function subjectOf({
  identifier,
  issuer,
  serialNumber,
}: Pick<CertificateRecord, 'identifier' | 'issuer' | 'serialNumber'>) {
  return { identifier, issuer, serialNumber };
}
