// How many certificates an authority may issue in all: what the operator grants instead of an instance to buy.

import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import type { Clock } from '../base/time.ts';
import { draft, subjectOf } from './drafting.ts';
import type { AuthorityRecord } from './model.ts';
import type { CertificateStore } from './store.ts';

/**
 * @param command.total  `null` for no limit.
 * @throws {Refused} `authority-not-found`, `quota-below-issued`
 */
export async function assignQuota(
  command: {
    readonly account: AccountId;
    readonly actor: Actor;
    readonly authority: string;
    readonly total: number | null;
  },
  { store, clock }: { readonly store: CertificateStore; readonly clock: Clock },
): Promise<AuthorityRecord> {
  const { account, total } = command;
  const authority = await store.authority(account, command.authority);
  if (!authority) throw new Refused({ kind: 'authority-not-found', identifier: command.authority });
  await store.append(draft(command, clock, { kind: 'certificate-quota-assigned', ...subjectOf(authority), total }));
  const { quota: _, ...others } = authority;
  return total === null ? others : { ...others, quota: total };
}
