// The policies that exist in every account without being written: fixed documents, most under reserved names.

import type { NamedPolicy, Policy } from './policy.ts';
import { parsePolicy } from './policy-document.ts';

export interface SystemPolicy extends NamedPolicy {
  readonly document: string;
}

/** Names that begin so belong to system policies, known or not; no account can write one of its own. */
export const SYSTEM_POLICY_PREFIX = 'Aliyun';

/** The policies every account can attach to its users, by name. */
export const systemPolicies: ReadonlyMap<string, SystemPolicy> = new Map(
  [
    systemPolicy('AliyunYundunCertFullAccess', ['yundun-cert:*']),
    systemPolicy('AliyunYundunCertReadOnlyAccess', ['yundun-cert:Describe*', 'yundun-cert:List*', 'yundun-cert:Get*']),
  ].map((policy) => [policy.name, policy]),
);

/** What the root of an account may do. */
export const ownersPolicies: readonly NamedPolicy[] = [
  { name: 'AccountOwner', policy: parsePolicy(toDocument('Allow', '*')) },
];

/** Stands in for a policy whose meaning is lost. */
export const denyEverything: Policy = parsePolicy(toDocument('Deny', '*'));

function systemPolicy(name: string, actions: readonly string[]): SystemPolicy {
  const document = toDocument('Allow', actions);
  return { name, document, policy: parsePolicy(document) };
}

function toDocument(effect: 'Allow' | 'Deny', actions: string | readonly string[]): string {
  return JSON.stringify({ Version: '1', Statement: [{ Effect: effect, Action: actions, Resource: '*' }] });
}
