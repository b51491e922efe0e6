// What attaching a policy to users, groups and roles has in common, and taking it away from them.

import { Type } from 'typebox';
import type { attachPolicy } from '../../../../access/administration/policies.ts';
import type { Directory } from '../../../../access/directory.ts';
import type { Target } from '../../../../access/events.ts';
import type { ListedAttachment } from '../../../../access/listed.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import type { Services } from '../../../edge.ts';
import { invalid } from '../../errors.ts';
import type { Call } from '../../operation.ts';
import { text } from '../shapes.ts';
import { knownGroup, knownPolicy, knownRole, knownUser } from './known.ts';
import { policyName, policyType } from './parameters.ts';
import { namedPolicyViewOf } from './policy-view.ts';
import { dateText } from './times.ts';

export const attachParameters = {
  PolicyType: policyType,
  PolicyName: policyName(),
  ResourceGroupId: Type.Optional({
    ...text(64, 'The account, or left out: policies are attached for all of an account here.', '1234567890123456'),
    'x-flaws': ['value'],
  }),
};

/** The policies attached to one target, as they were attached. */
export function attachedPolicies(directory: Directory, account: AccountId, target: Target) {
  const policies = new Map(directory.policies(account).map((policy) => [policy.name, policy]));
  return directory.attachedTo(account, target).flatMap((attachment) => {
    const policy = policies.get(attachment.policy);
    return policy ? [{ ...namedPolicyViewOf(policy), AttachDate: dateText(attachment.attachedAt) }] : [];
  });
}

/** @throws {Refused} `does-not-exist` */
export function attachmentsOf(
  directory: Directory,
  account: AccountId,
  { PolicyName, PolicyType }: { readonly PolicyName: string; readonly PolicyType: 'System' | 'Custom' },
): readonly ListedAttachment[] {
  const policy = knownPolicy(directory, { account, name: PolicyName, type: PolicyType });
  return directory.attachments(account).filter((attachment) => attachment.policy === policy.name);
}

interface Attachment {
  readonly PolicyType: 'System' | 'Custom';
  readonly PolicyName: string;
  readonly ResourceGroupId?: string;
  readonly target: Target;
}

/**
 * Attaches the policy, or takes it away.
 * @throws {Refused} @throws {ParameterError} for a resource group: a policy would hold for more than was asked.
 */
export async function changeAttachment(
  change: typeof attachPolicy,
  { PolicyType: type, PolicyName: policy, ResourceGroupId, target }: Attachment,
  { account, actor }: Call,
  { administration, directory }: Pick<Services, 'administration' | 'directory'>,
): Promise<Record<never, never>> {
  if (ResourceGroupId !== undefined && ResourceGroupId !== account) {
    throw invalid('ResourceGroupId', `must be the account ${account} or be left out`);
  }
  knownPolicy(directory, { account, name: policy, type });
  knownTarget(directory, account, target);
  await change({ account, actor, policy, ...target }, administration);
  return {};
}

function knownTarget(directory: Directory, account: AccountId, target: Target): void {
  if ('user' in target) knownUser(directory, { account, name: target.user });
  else if ('group' in target) knownGroup(directory, { account, name: target.group });
  else knownRole(directory, { account, name: target.role });
}
