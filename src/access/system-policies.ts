// The policies that exist in every account without being written: fixed documents, most under reserved names.

import type { NamedPolicy, Policy } from './policy.ts';
import { parsePolicy } from './policy-document.ts';

export interface SystemPolicy extends NamedPolicy {
  readonly document: string;
  readonly description: string;
}

/** Names that begin so belong to system policies, known or not; no account can write one of its own. */
export const SYSTEM_POLICY_PREFIX = 'Aliyun';

export function isReservedPolicyName(name: string): boolean {
  return name.toLowerCase().startsWith(SYSTEM_POLICY_PREFIX.toLowerCase());
}

/**
 * The policies every account can attach to its users, groups and roles, by name. A custom policy of the same name, which
 * only a store can have that is older than the system policy, is meant instead: nobody's rights grow by an upgrade.
 */
export const systemPolicies: ReadonlyMap<string, SystemPolicy> = new Map(
  [
    systemPolicy('AdministratorAccess', 'Everything in the account.', '*'),
    systemPolicy('AliyunYundunCertFullAccess', 'All certificates and authorities.', ['yundun-cert:*']),
    systemPolicy('AliyunYundunCertReadOnlyAccess', 'Reads certificates and authorities, their status and lists.', [
      'yundun-cert:Describe*',
      'yundun-cert:List*',
      'yundun-cert:Get*',
    ]),
    systemPolicy('AliyunRAMFullAccess', 'All users, groups, roles and policies, and assuming roles.', [
      'ram:*',
      'sts:*',
    ]),
    systemPolicy('AliyunRAMReadOnlyAccess', 'Reads users, groups, roles and policies.', ['ram:Get*', 'ram:List*']),
    systemPolicy('AliyunSTSAssumeRoleAccess', 'Assumes every role that trusts the caller.', 'sts:AssumeRole'),
  ].map((policy) => [policy.name, policy]),
);

/** What the root of an account may do. */
export const ownersPolicies: readonly NamedPolicy[] = [
  { name: 'AccountOwner', policy: parsePolicy(toDocument('Allow', '*')) },
];

/** Stands in for a policy whose meaning is lost. */
export const denyEverything: Policy = parsePolicy(toDocument('Deny', '*'));

function systemPolicy(name: string, description: string, actions: string | readonly string[]): SystemPolicy {
  const document = toDocument('Allow', actions);
  return { name, description, document, policy: parsePolicy(document) };
}

function toDocument(effect: 'Allow' | 'Deny', actions: string | readonly string[]): string {
  return JSON.stringify({ Version: '1', Statement: [{ Effect: effect, Action: actions, Resource: '*' }] });
}
