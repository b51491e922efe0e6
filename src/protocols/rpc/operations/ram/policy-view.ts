// Policies, their versions and their attachments as this API shows them.

import { Type } from 'typebox';
import type { ListedPolicy, ListedPolicyVersion } from '../../../../access/listed.ts';
import { answerNumber, answerText, oneOf } from '../shapes.ts';
import { policyDocumentExample } from './parameters.ts';
import { createDate, date, dateText, updateDate } from './times.ts';

export const namedPolicyView = {
  PolicyName: answerText('Name of the policy.', 'read-status'),
  PolicyType: oneOf(['System', 'Custom'], 'System: every account has it. Custom: written in the account.', 'Custom'),
  Description: answerText('What it is for, empty if nothing is said.', 'Asks for the status of certificates.'),
  DefaultVersion: answerText('The version in force.', 'v1'),
};

/** With CreateDate: empty for a system policy, which comes with the program. */
export const policyView = { ...namedPolicyView, CreateDate: createDate };

export const changedPolicyView = { ...policyView, UpdateDate: updateDate };

export const countedPolicyView = {
  ...changedPolicyView,
  AttachmentCount: answerNumber('How many users, groups and roles it is attached to.', 0),
};

export const attachedPolicyView = { ...namedPolicyView, AttachDate: date('When it was attached.') };

export const versionView = {
  VersionId: answerText('Version of the policy.', 'v1'),
  IsDefaultVersion: Type.Boolean({ description: 'Whether it is the one in force.', examples: [true] }),
  PolicyDocument: answerText('What it allows and denies.', policyDocumentExample),
  CreateDate: createDate,
};

export function namedPolicyViewOf({ name, kind, description = '', defaultVersion }: ListedPolicy) {
  return {
    PolicyName: name,
    PolicyType: kind === 'system' ? ('System' as const) : ('Custom' as const),
    Description: description,
    DefaultVersion: defaultVersion as string,
  };
}

export function policyViewOf(policy: ListedPolicy) {
  return { ...namedPolicyViewOf(policy), CreateDate: dateText(policy.createdAt) };
}

export function changedPolicyViewOf(policy: ListedPolicy) {
  return { ...policyViewOf(policy), UpdateDate: dateText(policy.updatedAt) };
}

export function countedPolicyViewOf(policy: ListedPolicy) {
  return { ...changedPolicyViewOf(policy), AttachmentCount: policy.attachmentCount };
}

export function versionViewOf({ version, isDefault, document, createdAt }: ListedPolicyVersion) {
  return {
    VersionId: version as string,
    IsDefaultVersion: isDefault,
    PolicyDocument: document,
    CreateDate: dateText(createdAt),
  };
}
