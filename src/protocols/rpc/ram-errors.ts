// What the access management says when it refuses: the vendor's published codes (RAM API reference, "Error messages"), and
// codes of the same form where it publishes none.

import type { AccessThing, Refusal } from '../../base/refusal.ts';
import { type Flaw, type ParameterError, type WireRefusal, wireRefusal } from './errors.ts';

const suffixes: Readonly<Record<Exclude<Flaw, 'malformed'>, string>> = {
  characters: '.InvalidChars',
  length: '.Length',
  format: '.Format',
  range: '.Range',
  weak: '.TooWeak',
  value: '',
};

/** `InvalidParameter.UserName.InvalidChars`, `InvalidParameter.PolicyType`; a missing one is told as by every gateway. */
export function ramParameterCode(parameter: string, problem: ParameterError['problem']): string {
  if (problem === 'missing') return `Missing${parameter}`;
  if (problem === 'malformed') return 'MalformedPolicyDocument';
  // The vendor has one code for both codes of a device.
  return `InvalidParameter.${parameter.replace(/^(AuthenticationCode)[12]$/, '$1')}${suffixes[problem]}`;
}

/** @param operation tells what an attachment or a device is asked about. */
export function ramRefusal(refusal: Refusal, operation: string): WireRefusal {
  switch (refusal.kind) {
    case 'does-not-exist':
      return {
        code: `EntityNotExist.${entityOf(refusal.what, operation)}`,
        http: 404,
        message: `There is no ${refusal.what} ${refusal.name}.`,
      };
    case 'already-exists':
      return conflict(
        `EntityAlreadyExists.${entityOf(refusal.what, operation)}`,
        `The ${refusal.what} ${refusal.name} is there already.`,
      );
    case 'still-in-use':
      return conflict(
        operation === 'BindMFADevice'
          ? 'EntityAlreadyExists.VirtualMFADevice.User'
          : `DeleteConflict.${entityOf(refusal.what, '')}.${obstacles[refusal.by] ?? entityOf(refusal.by, '')}`,
        `The ${refusal.what} ${refusal.name} is in use: ${reasonOf(refusal.what, refusal.by)}.`,
      );
    case 'limit-reached':
      return conflict(
        operation === 'BindMFADevice'
          ? 'EntityAlreadyExists.User.MFADevice'
          : // A user in too many groups, not too many groups.
            `LimitExceeded.${operation === 'AddUserToGroup' ? 'User.Group' : entityOf(refusal.what, operation)}`,
        `No more than ${refusal.limit} are allowed (${refusal.what}).`,
      );
    case 'mfa-code-refused':
      return {
        code: 'CheckAuthenticationCodeFail',
        http: 403,
        message: `These are no two codes that ${refusal.device} shows one after the other at this time.`,
      };
    default:
      return wireRefusal(refusal);
  }
}

const entities: Readonly<Record<Exclude<AccessThing, 'attachment'>, string>> = {
  account: 'Account',
  'account alias': 'AccountAlias',
  user: 'User',
  group: 'Group',
  'group member': 'User.Group',
  role: 'Role',
  'access key': 'User.AccessKey',
  policy: 'Policy',
  'policy version': 'Policy.Version',
  'default policy version': 'Policy.Version.Default',
  'login profile': 'User.LoginProfile',
  'MFA device': 'VirtualMFADevice',
  tag: 'Tag',
};

function entityOf(what: AccessThing, operation: string): string {
  if (what === 'attachment') return `${/(?:User|Group|Role)$/.exec(operation)?.[0] ?? 'User'}.Policy`;
  if (what === 'MFA device' && (operation === 'UnbindMFADevice' || operation === 'GetUserMFAInfo'))
    return 'User.MFADevice';
  return entities[what];
}

/** What stands in the way, after the name of what is to be deleted: `User.AccessKey`. */
const obstacles: { readonly [Thing in AccessThing]?: string } = {
  'access key': 'AccessKey',
  attachment: 'Policy',
  'login profile': 'LoginProfile',
  'MFA device': 'MFADevice',
  'policy version': 'Version',
  // What holds a version up is the policy that it is the default of.
  policy: 'Default',
};

/** By what is in use and what uses it; by the latter alone where that says it all. */
const reasons: { readonly [use: string]: string } = {
  'access key': 'it has access keys; delete them first',
  attachment: 'policies are attached to it; detach them first',
  'login profile': 'it has a login profile; delete that first',
  'user by MFA device': 'an MFA device is bound to it; unbind that first',
  'user by group': 'it is a member of a group; take it out first',
  'group by user': 'it has members; take them out first',
  'policy by user': 'it is attached to a user; detach it first',
  'policy by group': 'it is attached to a group; detach it first',
  'policy by role': 'it is attached to a role; detach it first',
  'policy by policy version': 'it has versions beside the default one; delete them first, or ask for CascadingDelete',
  'policy version by policy': 'it is the default version; make another one the default first',
  'MFA device by user': 'it is bound to a user; unbind it first',
};

function reasonOf(what: AccessThing, by: AccessThing): string {
  return reasons[`${what} by ${by}`] ?? reasons[by] ?? `there is a ${by}`;
}

function conflict(code: string, message: string): WireRefusal {
  return { code, http: 409, message };
}
