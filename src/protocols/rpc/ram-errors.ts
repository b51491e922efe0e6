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
        message: `There is no ${nameOf(refusal)}.`,
      };
    case 'already-exists':
      return conflict(
        `EntityAlreadyExists.${entityOf(refusal.what, operation)}`,
        `There is a ${nameOf(refusal)} already.`,
      );
    case 'still-in-use':
      if (operation === 'BindMFADevice') {
        return conflict(
          'EntityAlreadyExists.VirtualMFADevice.User',
          `The ${nameOf(refusal)} is bound to a user already.`,
        );
      }
      return conflict(
        `DeleteConflict.${heldUp(refusal.what, refusal.by)}`,
        refusal.what === 'policy version'
          ? `The ${nameOf(refusal)} is the default version; make another one the default first.`
          : `The ${nameOf(refusal)} still has a ${refusal.by}; take that away first.`,
      );
    case 'limit-reached':
      if (operation === 'BindMFADevice') {
        return conflict('EntityAlreadyExists.User.MFADevice', `The user ${refusal.name} has an MFA device already.`);
      }
      return conflict(
        // A user in too many groups, not too many groups.
        `LimitExceeded.${operation === 'AddUserToGroup' ? 'User.Group' : entityOf(refusal.what, operation)}`,
        `There are as many of the kind ${refusal.what} as there may be, which is ${refusal.limit}.`,
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

/** `User.AccessKey`: what is to be deleted, and what stands in the way. */
function heldUp(what: AccessThing, by: AccessThing): string {
  return `${entityOf(what, '')}.${obstacles[by] ?? entityOf(by, '')}`;
}

const obstacles: { readonly [Thing in AccessThing]?: string } = {
  'access key': 'AccessKey',
  attachment: 'Policy',
  'group member': 'User',
  'login profile': 'LoginProfile',
  'MFA device': 'MFADevice',
  'policy version': 'Version',
  // What holds a version up is the policy that it is the default of.
  policy: 'Default',
};

function nameOf({ what, name }: { readonly what: AccessThing; readonly name: string }): string {
  return `${what} ${name}`;
}

function conflict(code: string, message: string): WireRefusal {
  return { code, http: 409, message };
}
