// Custom policies with their versions, and how names of policies are turned into what requests are judged by.

import { assertNever } from '../base/assert-never.ts';
import type { UnixMillis } from '../base/time.ts';
import type { PolicyEvent, PolicyVersionId, Tag } from './events.ts';
import type { ListedPolicy, ListedPolicyVersion } from './listed.ts';
import type { NamedPolicy, Policy } from './policy.ts';
import { parsePolicy } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import { missing, unlessEmpty } from './state-change.ts';
import { denyEverything, systemPolicies } from './system-policies.ts';
import { changedTags } from './tag-state.ts';

export interface PolicyState {
  readonly description?: string;
  readonly defaultVersion: PolicyVersionId;
  /** In the order made. */
  readonly versions: ReadonlyMap<string, StoredVersion>;
  readonly tags?: readonly Tag[];
  readonly createdAt: UnixMillis;
  readonly updatedAt: UnixMillis;
}

export interface StoredVersion {
  readonly document: string;
  readonly policy: Policy;
  /** Why the document is not understood. */
  readonly problem?: string;
  readonly createdAt: UnixMillis;
}

export type PolicyChange = Exclude<PolicyEvent, { readonly kind: 'policy-attached' | 'policy-detached' }>;

/** @throws {TypeError} for a change of a policy that does not exist. */
export function changePolicies(policies: Map<string, PolicyState>, at: UnixMillis, event: PolicyChange): void {
  const { policy: name } = event;
  const before = policies.get(name);
  switch (event.kind) {
    case 'policy-written': {
      const version = before?.defaultVersion ?? 'v1';
      const versions = new Map<string, StoredVersion>(before?.versions).set(version, versionOf(event.document, at));
      const made = { createdAt: at, defaultVersion: version, ...before };
      policies.set(name, { ...made, versions, updatedAt: at });
      return;
    }
    case 'policy-created':
      policies.set(name, {
        ...unlessEmpty('description', event.description),
        defaultVersion: 'v1',
        versions: new Map([['v1', versionOf(event.document, at)]]),
        ...(event.tags && { tags: changedTags([], { put: event.tags, removed: [] }) }),
        createdAt: at,
        updatedAt: at,
      });
      return;
    case 'policy-deleted':
      policies.delete(name);
      return;
    default:
  }
  if (before === undefined) throw missing(name);
  switch (event.kind) {
    case 'policy-described': {
      const { description: _, ...rest } = before;
      policies.set(name, { ...rest, ...unlessEmpty('description', event.description), updatedAt: at });
      return;
    }
    case 'policy-version-created': {
      const { version, removed, document, setAsDefault } = event;
      if (version === undefined) throw new TypeError(`a version of ${name} without a number`);
      const versions = new Map(before.versions).set(version, versionOf(document, at));
      if (removed !== undefined) versions.delete(removed);
      const defaultVersion = setAsDefault ? version : before.defaultVersion;
      policies.set(name, { ...before, versions, defaultVersion, updatedAt: at });
      return;
    }
    case 'policy-version-deleted': {
      const versions = new Map(before.versions);
      versions.delete(event.version);
      policies.set(name, { ...before, versions, updatedAt: at });
      return;
    }
    case 'policy-default-version-set':
      policies.set(name, { ...before, defaultVersion: event.version, updatedAt: at });
      return;
    default:
      assertNever(event);
  }
}

// The document was understood when it was written. Should a later release not understand it, only those it is attached
// to are locked out, and the root can replace it; refusing to start would lock out everybody.
export function versionOf(document: string, createdAt: UnixMillis): StoredVersion {
  try {
    return { document, policy: parsePolicy(document), createdAt };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return { document, policy: denyEverything, problem: error.message, createdAt };
  }
}

/**
 * What the names mean in an account with these policies. One that is not understood, or a system policy of another
 * release, may have denied something and therefore denies everything.
 */
export function meaningOf(names: Iterable<string>, policies: ReadonlyMap<string, PolicyState>): readonly NamedPolicy[] {
  return Array.from(new Set(names), (name) => {
    const own = policies.get(name);
    const found = own === undefined ? systemPolicies.get(name) : own.versions.get(own.defaultVersion);
    return { name, policy: found?.policy ?? denyEverything };
  });
}

export function listCustomPolicy(name: string, state: PolicyState, attachmentCount: number): ListedPolicy {
  const { description, defaultVersion, versions, tags, createdAt, updatedAt } = state;
  const { document = '', problem } = versions.get(defaultVersion) ?? {};
  return {
    name,
    kind: 'custom',
    document,
    ...(description !== undefined && { description }),
    defaultVersion,
    attachmentCount,
    ...(tags && { tags }),
    createdAt,
    updatedAt,
    ...(problem !== undefined && { problem }),
  };
}

export function listVersions({ versions, defaultVersion }: PolicyState): readonly ListedPolicyVersion[] {
  return Array.from(versions, ([version, { document, createdAt }]) => ({
    version: version as PolicyVersionId,
    document,
    isDefault: version === defaultVersion,
    createdAt,
  }));
}
