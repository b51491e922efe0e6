// Everything that can happen to accounts, users, groups, roles, keys and policies. Written to the same journal as
// certificates. Kinds and members that were ever written are never taken away: old journals are read by them.

import type { PasswordPolicy } from './password-policy.ts';
import type { SecurityPreference } from './security-preference.ts';

/** Whom a policy is attached to, by name. */
export type Target = { readonly user: string } | { readonly group: string } | { readonly role: string };

/** What a person reads about a user. In an update an absent member stays as it is, and an empty one is taken away. */
export interface UserDetails {
  readonly displayName?: string;
  readonly email?: string;
  /** `<country code>-<number>`. */
  readonly mobilePhone?: string;
  readonly comments?: string;
}

/** `v1`, `v2` and so on, never given twice to versions of one policy. */
export type PolicyVersionId = `v${number}`;

export type AccessEvent =
  | { readonly kind: 'account-created'; readonly name: string }
  /** Without `alias` the account has none from here on. */
  | { readonly kind: 'account-alias-set'; readonly alias?: string }
  | { readonly kind: 'password-policy-set'; readonly policy: PasswordPolicy }
  /** How often the account may call an operation (`<product>:<operation>`, or `*` for all that have no limit of their own). */
  | {
      readonly kind: 'call-limit-set';
      readonly action: string;
      /** 0 for no limit; absent: what holds for all accounts holds for this one again. */
      readonly callsPerSecond?: number;
    }
  | { readonly kind: 'security-preference-set'; readonly preference: SecurityPreference }
  | UserEvent
  | GroupEvent
  | RoleEvent
  | AccessKeyEvent
  | PolicyEvent
  | AccessTagsChanged
  | SignInEvent;

export type UserEvent =
  | ({ readonly kind: 'user-created'; readonly user: string; readonly userId: string } & UserDetails)
  /** With `newName` the user is renamed: its id, keys, groups and policies stay. */
  | ({ readonly kind: 'user-updated'; readonly user: string; readonly newName?: string } & UserDetails)
  | { readonly kind: 'user-deleted'; readonly user: string };

export type GroupEvent =
  | { readonly kind: 'group-created'; readonly group: string; readonly groupId: string; readonly comments?: string }
  | { readonly kind: 'group-updated'; readonly group: string; readonly newName?: string; readonly comments?: string }
  | { readonly kind: 'group-deleted'; readonly group: string }
  | { readonly kind: 'group-member-added'; readonly group: string; readonly user: string }
  | { readonly kind: 'group-member-removed'; readonly group: string; readonly user: string };

export type RoleEvent =
  | {
      readonly kind: 'role-created';
      readonly role: string;
      readonly roleId: string;
      /** Text of the document, as trust-policy.ts reads it. */
      readonly trustPolicy: string;
      readonly description?: string;
      /** Seconds. */
      readonly maxSessionDuration: number;
      readonly tags?: readonly Tag[];
    }
  /** What is absent stays as it is. */
  | {
      readonly kind: 'role-updated';
      readonly role: string;
      readonly trustPolicy?: string;
      readonly description?: string;
      readonly maxSessionDuration?: number;
    }
  | { readonly kind: 'role-deleted'; readonly role: string };

export type AccessKeyEvent =
  /** `user` absent: a key of the account's root. The secret is stored sealed beside the journal. */
  | { readonly kind: 'access-key-created'; readonly accessKeyId: string; readonly user?: string }
  | { readonly kind: 'access-key-switched'; readonly accessKeyId: string; readonly active: boolean }
  | { readonly kind: 'access-key-deleted'; readonly accessKeyId: string };

export type PolicyEvent =
  /** Creates the policy with one version, or replaces the document of its default version. */
  | { readonly kind: 'policy-written'; readonly policy: string; readonly document: string }
  /** Its document is version `v1`. */
  | {
      readonly kind: 'policy-created';
      readonly policy: string;
      readonly document: string;
      readonly description?: string;
      readonly tags?: readonly Tag[];
    }
  | { readonly kind: 'policy-described'; readonly policy: string; readonly description: string }
  | {
      readonly kind: 'policy-version-created';
      readonly policy: string;
      readonly document: string;
      readonly setAsDefault: boolean;
      /** Whether the oldest version that is not the default makes room where there are as many as there may be. */
      readonly rotate: boolean;
      /** Numbered by the store when it is written: in every entry of the journal, in no draft. */
      readonly version?: PolicyVersionId;
      /** The version that made room, likewise. */
      readonly removed?: PolicyVersionId;
    }
  | { readonly kind: 'policy-version-deleted'; readonly policy: string; readonly version: PolicyVersionId }
  | { readonly kind: 'policy-default-version-set'; readonly policy: string; readonly version: PolicyVersionId }
  /** Versions beside the default one hold it up, unless they go with it. */
  | { readonly kind: 'policy-deleted'; readonly policy: string; readonly withVersions?: true }
  | ({ readonly kind: 'policy-attached'; readonly policy: string } & Target)
  | ({ readonly kind: 'policy-detached'; readonly policy: string } & Target);

/** A key has one value. */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** All that are named have the tags from here on that are put, and no longer those that are removed. */
export interface AccessTagsChanged {
  readonly kind: 'access-tags-changed';
  readonly of: 'role' | 'policy';
  readonly names: readonly string[];
  readonly put: readonly Tag[];
  /** Keys. */
  readonly removed: readonly string[] | 'all';
}

/** Passwords and second factors of users, for the console. What is secret is stored sealed beside the journal. */
export type SignInEvent =
  /** Makes or changes what lets a user sign in. Without `secretId` the password stays as it is. */
  | {
      readonly kind: 'login-profile-written';
      readonly user: string;
      /** Whether the user must have none, instead of one. */
      readonly isNew: boolean;
      readonly passwordResetRequired: boolean;
      readonly mfaBindRequired: boolean;
      /** Of the hash of a new password; every password has another. */
      readonly secretId?: string;
    }
  | { readonly kind: 'login-profile-deleted'; readonly user: string }
  /** A virtual device (RFC 6238); `secretId` is that of its seed. */
  | { readonly kind: 'mfa-device-created'; readonly device: string; readonly secretId: string }
  | { readonly kind: 'mfa-device-bound'; readonly device: string; readonly user: string }
  | { readonly kind: 'mfa-device-unbound'; readonly device: string; readonly user: string }
  | { readonly kind: 'mfa-device-deleted'; readonly device: string };

/**
 * The identity that what is secret about an event is sealed and stored under; `undefined` for one without a secret.
 * What was sealed for one identity opens for no other.
 */
export function secretIdentity(event: AccessEvent): string | undefined {
  switch (event.kind) {
    case 'access-key-created':
      return accessKeyIdentity(event.accessKeyId);
    case 'login-profile-written':
      return event.secretId === undefined ? undefined : passwordIdentity(event.secretId);
    case 'mfa-device-created':
      return mfaSeedIdentity(event.secretId);
    default:
      return undefined;
  }
}

export function accessKeyIdentity(accessKeyId: string): string {
  return `access-key:${accessKeyId}`;
}

export function passwordIdentity(secretId: string): string {
  return `password:${secretId}`;
}

export function mfaSeedIdentity(secretId: string): string {
  return `mfa-seed:${secretId}`;
}
