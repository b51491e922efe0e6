// Custom policies and their versions, and what policies of both kinds are attached to.

import { Refused } from '../../base/refusal.ts';
import type { PolicyVersionId, Tag, Target } from '../events.ts';
import { parsePolicy } from '../policy-document.ts';
import { isReservedPolicyName, SYSTEM_POLICY_PREFIX, systemPolicies } from '../system-policies.ts';
import { type Administration, append, type Command, InvalidName, requireForm, textOf } from './command.ts';
import { requireTags } from './tags.ts';

type OfPolicy = Command & { readonly policy: string };

/**
 * Creates a policy, or replaces the document of its default version, for all it is attached to at once.
 * @throws {InvalidName}
 * @throws {PolicyError} for a document that is not understood.
 * @throws {Refused} `limit-reached`
 */
export async function writePolicy(
  command: OfPolicy & { readonly document: string },
  services: Administration,
): Promise<void> {
  const { policy, document } = command;
  requirePolicyName(policy);
  parsePolicy(document);
  await append(command, { kind: 'policy-written', policy, document }, services);
}

/**
 * Creates a policy; its document is the version `v1`.
 * @throws {InvalidName} @throws {PolicyError} @throws {Refused} `already-exists`, `limit-reached`
 */
export async function createPolicy(
  command: OfPolicy & { readonly document: string; readonly description?: string; readonly tags?: readonly Tag[] },
  services: Administration,
): Promise<void> {
  const { policy, document, description, tags } = command;
  requireTags(tags);
  requirePolicyName(policy);
  requireDescription(description);
  parsePolicy(document);
  const more = { ...(description !== undefined && { description }), ...(tags !== undefined && { tags }) };
  await append(command, { kind: 'policy-created', policy, document, ...more }, services);
}

/** @throws {InvalidName} @throws {Refused} `does-not-exist` */
export async function describePolicy(
  command: OfPolicy & { readonly description: string },
  services: Administration,
): Promise<void> {
  const { policy, description } = command;
  requireDescription(description);
  await append(command, { kind: 'policy-described', policy, description }, services);
}

/**
 * @returns the new version's number, and that of the one that made room for it.
 * @throws {PolicyError}
 * @throws {Refused} `does-not-exist`, `limit-reached` (versions, without `rotate`)
 */
export async function createPolicyVersion(
  command: OfPolicy & { readonly document: string; readonly setAsDefault: boolean; readonly rotate: boolean },
  services: Administration,
): Promise<{ readonly version: PolicyVersionId; readonly removed?: PolicyVersionId }> {
  const { policy, document, setAsDefault, rotate } = command;
  refuseSystemPolicy(policy);
  parsePolicy(document);
  const draft = { kind: 'policy-version-created', policy, document, setAsDefault, rotate } as const;
  const { event } = await append(command, draft, services);
  if (event.kind !== 'policy-version-created' || event.version === undefined) {
    throw new TypeError('the store numbers the versions it writes');
  }
  return { version: event.version, ...(event.removed !== undefined && { removed: event.removed }) };
}

/** @throws {Refused} `does-not-exist`, `still-in-use` (it is the default version) */
export async function deletePolicyVersion(
  command: OfPolicy & { readonly version: string },
  services: Administration,
): Promise<void> {
  const { policy } = command;
  refuseSystemPolicy(policy);
  const version = requireVersion(command.version);
  await append(command, { kind: 'policy-version-deleted', policy, version }, services);
}

/** In force for all the policy is attached to at once. @throws {Refused} `does-not-exist` */
export async function setDefaultPolicyVersion(
  command: OfPolicy & { readonly version: string },
  services: Administration,
): Promise<void> {
  const { policy } = command;
  refuseSystemPolicy(policy);
  const version = requireVersion(command.version);
  await append(command, { kind: 'policy-default-version-set', policy, version }, services);
}

/**
 * @param command `withVersions`: versions beside the default one go with it.
 * @throws {InvalidName} for a system policy.
 * @throws {Refused} `does-not-exist`, `still-in-use` (attached to a user, group or role, or with other versions)
 */
export async function deletePolicy(
  command: OfPolicy & { readonly withVersions?: boolean },
  services: Administration,
): Promise<void> {
  const { policy, withVersions = false } = command;
  refuseSystemPolicy(policy);
  await append(
    command,
    { kind: 'policy-deleted', policy, ...(withVersions && { withVersions: true as const }) },
    services,
  );
}

/** @throws {Refused} `does-not-exist` (policy, user, group, role), `already-exists`, `limit-reached` */
export async function attachPolicy(command: OfPolicy & Target, services: Administration): Promise<void> {
  const { policy } = command;
  // The store takes every name of the reserved kind for a system policy; which of them exist is known here.
  if (isReservedPolicyName(policy) && !systemPolicies.has(policy)) {
    throw new Refused({ kind: 'does-not-exist', what: 'policy', name: policy });
  }
  await append(command, { kind: 'policy-attached', policy, ...targetOf(command) }, services);
}

/** @throws {Refused} `does-not-exist` (user, group, role, attachment) */
export async function detachPolicy(command: OfPolicy & Target, services: Administration): Promise<void> {
  await append(command, { kind: 'policy-detached', policy: command.policy, ...targetOf(command) }, services);
}

function targetOf(target: Target): Target {
  if ('user' in target) return { user: target.user };
  if ('group' in target) return { group: target.group };
  return { role: target.role };
}

function requirePolicyName(policy: string): void {
  requireForm('policy name', policy, /^[A-Za-z0-9-]{1,128}$/, '1 to 128 letters, digits and hyphens');
  refuseSystemPolicy(policy);
  if (systemPolicies.has(policy)) throw new InvalidName('policy name', 'there is a system policy of this name');
}

// A system policy under another name than the reserved ones is younger than the store: it may be a custom one in old accounts.
function refuseSystemPolicy(policy: string): void {
  if (!isReservedPolicyName(policy)) return;
  throw new InvalidName('policy name', `names beginning with ${SYSTEM_POLICY_PREFIX} are those of system policies`);
}

function requireDescription(description: string | undefined): void {
  const { form, rule } = textOf({ most: 1024 });
  requireForm('description', description, form, rule);
}

function requireVersion(version: string): PolicyVersionId {
  requireForm('policy version', version, /^v[1-9][0-9]{0,8}$/, 'v and a number, such as v2');
  return version as PolicyVersionId;
}
