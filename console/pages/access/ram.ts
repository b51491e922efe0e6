// The RAM operations that the access page calls, and the shapes of what they answer.

import { callOperation } from '../../base/api.ts';

const version = '2015-05-01';

/** @throws {ApiError} */
export function ram<Answer = object>(
  action: string,
  parameters: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return callOperation<Answer>(action, parameters, version);
}

export interface User {
  readonly UserId: string;
  readonly UserName: string;
  readonly DisplayName: string;
  readonly Email: string;
  readonly MobilePhone: string;
  readonly Comments: string;
  readonly CreateDate: string;
  readonly LastLoginDate?: string;
}

export interface Group {
  readonly GroupName: string;
  readonly Comments: string;
  readonly CreateDate: string;
}

export interface Role {
  readonly RoleName: string;
  readonly Arn: string;
  readonly Description: string;
  readonly MaxSessionDuration: number;
  readonly CreateDate: string;
  readonly AssumeRolePolicyDocument?: string;
}

export interface Policy {
  readonly PolicyName: string;
  readonly PolicyType: 'System' | 'Custom';
  readonly Description: string;
  readonly DefaultVersion: string;
  readonly AttachmentCount?: number;
  readonly CreateDate: string;
}

export interface AccessKey {
  readonly AccessKeyId: string;
  readonly Status: 'Active' | 'Inactive';
  readonly CreateDate: string;
}

/** Of the lists that come in pages. */
export interface Truncated {
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** Whom policies are attached to: the operations are named for it. */
export type HolderKind = 'User' | 'Group' | 'Role';

export interface Holder {
  readonly kind: HolderKind;
  readonly name: string;
}

export function holderParameter({ kind, name }: Holder): Record<string, string> {
  return { [`${kind}Name`]: name };
}

const mostPages = 50;

/** All policies there are to attach, page after page. @throws {ApiError} */
export async function allPolicies(): Promise<readonly Policy[]> {
  return await everyPage(
    'ListPolicies',
    (answer: { Policies: { Policy: readonly Policy[] } }) => answer.Policies.Policy,
  );
}

/** @throws {ApiError} */
export async function allUserNames(): Promise<readonly string[]> {
  const users = await everyPage('ListUsers', (answer: { Users: { User: readonly User[] } }) => answer.Users.User);
  return users.map(({ UserName }) => UserName);
}

/** @throws {ApiError} */
export async function allRoleNames(): Promise<readonly string[]> {
  const roles = await everyPage('ListRoles', (answer: { Roles: { Role: readonly Role[] } }) => answer.Roles.Role);
  return roles.map(({ RoleName }) => RoleName);
}

/** Bounded: who has more than 5,000 users will name them rather than choose among them. */
async function everyPage<Answer, Each>(action: string, itemsOf: (answer: Answer) => readonly Each[]): Promise<Each[]> {
  const items: Each[] = [];
  let marker: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const answer = await ram<Answer & Truncated>(action, { MaxItems: '100', ...(marker && { Marker: marker }) });
    items.push(...itemsOf(answer));
    marker = answer.Marker;
    if (!answer.IsTruncated || !marker) break;
  }
  return items;
}
