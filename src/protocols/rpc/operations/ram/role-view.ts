// A role as this API shows it.

import type { ListedRole } from '../../../../access/listed.ts';
import { roleArn } from '../../../../access/principal.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { answerNumber, answerText } from '../shapes.ts';
import { trustPolicyExample } from './parameters.ts';
import { createDate, dateText, updateDate } from './times.ts';

export const namedRoleView = {
  RoleId: answerText('Id of the role. One created later under the same name has another.', '323456789012345678'),
  RoleName: answerText('Name of the role.', 'deployer'),
  Arn: answerText('What policies and AssumeRole call it.', 'acs:ram::1234567890123456:role/deployer'),
  Description: answerText('What it is for, empty if nothing is said.', 'Issues for deployments.'),
};

export const listedRoleView = {
  ...namedRoleView,
  CreateDate: createDate,
  MaxSessionDuration: answerNumber('Longest session, in seconds.', 3600),
};

export const roleView = {
  ...listedRoleView,
  AssumeRolePolicyDocument: answerText('Who may assume it.', trustPolicyExample),
};

export const changedRoleView = { ...roleView, UpdateDate: updateDate };

export function namedRoleViewOf({ roleId, name, description = '' }: ListedRole, account: AccountId) {
  return { RoleId: roleId, RoleName: name, Arn: roleArn(account, name), Description: description };
}

export function listedRoleViewOf(role: ListedRole, account: AccountId) {
  return {
    ...namedRoleViewOf(role, account),
    CreateDate: dateText(role.createdAt),
    MaxSessionDuration: role.maxSessionDuration,
  };
}

export function roleViewOf(role: ListedRole, account: AccountId) {
  return { ...listedRoleViewOf(role, account), AssumeRolePolicyDocument: role.trustPolicy };
}

export function changedRoleViewOf(role: ListedRole, account: AccountId) {
  return { ...roleViewOf(role, account), UpdateDate: dateText(role.updatedAt) };
}
