// Custom policies with their versions, and how names of policies are turned into what requests are judged by.

import type { UnixMillis } from '../base/time.ts';
import type { PolicyVersionId, Tag } from './events.ts';
import type { ListedPolicy, ListedPolicyVersion } from './listed.ts';
import type { NamedPolicy, Policy } from './policy.ts';
import { parsePolicy } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import { denyEverything, systemPolicies } from './system-policies.ts';

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
