// What the directory tells about an account: records to be listed, none of them secret.

import type { AccountId } from '../base/journal-entry.ts';
import type { UnixMillis } from '../base/time.ts';
import type { PolicyVersionId, Tag, Target, UserDetails } from './events.ts';

export interface ListedAccount {
  readonly account: AccountId;
  readonly name: string;
  readonly alias?: string;
  readonly createdAt: UnixMillis;
}

/** Details that were taken away are absent, never empty. */
export interface ListedUser extends UserDetails {
  readonly name: string;
  readonly userId: string;
  readonly createdAt: UnixMillis;
  readonly updatedAt: UnixMillis;
}

export interface ListedGroup {
  readonly name: string;
  readonly groupId: string;
  readonly comments?: string;
  readonly createdAt: UnixMillis;
  readonly updatedAt: UnixMillis;
}

export interface ListedRole {
  readonly name: string;
  readonly roleId: string;
  /** Text of the trust policy. */
  readonly trustPolicy: string;
  readonly description?: string;
  /** Seconds. */
  readonly maxSessionDuration: number;
  /** Sorted by key. */
  readonly tags?: readonly Tag[];
  readonly createdAt: UnixMillis;
  readonly updatedAt: UnixMillis;
}

export interface ListedAccessKey {
  readonly id: string;
  /** Absent: a key of the account's root. */
  readonly user?: string;
  readonly active: boolean;
  readonly createdAt: UnixMillis;
}

export interface ListedPolicy {
  readonly name: string;
  readonly kind: 'system' | 'custom';
  /** Of the default version. */
  readonly document: string;
  readonly description?: string;
  readonly defaultVersion: PolicyVersionId;
  /** How many users, groups and roles it is attached to. */
  readonly attachmentCount: number;
  /** Sorted by key. */
  readonly tags?: readonly Tag[];
  /** Absent for a system policy: it comes with the program. */
  readonly createdAt?: UnixMillis;
  readonly updatedAt?: UnixMillis;
  /** Why the document is not understood; it then denies everything to those it is attached to. */
  readonly problem?: string;
}

export interface ListedPolicyVersion {
  readonly version: PolicyVersionId;
  readonly document: string;
  readonly isDefault: boolean;
  /** Absent for a system policy. */
  readonly createdAt?: UnixMillis;
}

export type ListedAttachment = Target & { readonly policy: string; readonly attachedAt: UnixMillis };

/** A member of a group, or a group of a user. */
export interface ListedMembership {
  readonly group: string;
  readonly user: string;
  readonly joinedAt: UnixMillis;
}

export interface ListedLoginProfile {
  readonly user: string;
  readonly passwordResetRequired: boolean;
  readonly mfaBindRequired: boolean;
  readonly createdAt: UnixMillis;
  readonly passwordChangedAt: UnixMillis;
}

export interface ListedMfaDevice {
  readonly name: string;
  readonly createdAt: UnixMillis;
  /** The user it is bound to, and since when. */
  readonly user?: string;
  readonly boundAt?: UnixMillis;
}

/**
 * A page of a list, sorted by name.
 * @param marker the name after which the page begins, as the page before told it.
 * @returns with `marker` where there is more.
 */
export function pageByName<Each>(
  list: readonly Each[],
  nameOf: (each: Each) => string,
  { marker, limit }: { readonly marker?: string; readonly limit: number },
): { readonly page: readonly Each[]; readonly marker?: string } {
  const sorted = list
    .map((each) => ({ each, name: nameOf(each) }))
    .filter(({ name }) => marker === undefined || name > marker)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = sorted.slice(0, limit);
  const last = shown.at(-1);
  return {
    page: shown.map(({ each }) => each),
    ...(sorted.length > shown.length && last !== undefined && { marker: last.name }),
  };
}
