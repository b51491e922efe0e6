// What permission is asked for, in the vendor's forms: `user/<name>`, `acs:ram:*:system:policy/<name>`. A call that creates or
// lists is about all of a kind, `user/*`.

import type { Principal } from '../../../../access/principal.ts';
import type { ResourceOf } from '../../operation.ts';
import type { Parameters } from '../../parameter-list.ts';

function named(kind: string, parameter: string): ResourceOf {
  return (parameters) => `${kind}/${parameters.get(parameter) || '*'}`;
}

export const ofUser = named('user', 'UserName');
export const ofGroup = named('group', 'GroupName');
export const ofRole = named('role', 'RoleName');
export const ofCustomPolicy = named('policy', 'PolicyName');

export const allUsers: ResourceOf = () => 'user/*';
export const allGroups: ResourceOf = () => 'group/*';
export const allRoles: ResourceOf = () => 'role/*';
export const allPolicies: ResourceOf = () => 'policy/*';
export const allDevices: ResourceOf = () => 'mfa/*';

/** The account as a whole: its alias, what it asks of passwords. */
export const ofAccount: ResourceOf = () => '*';

/** The user named; where none is, the one who calls. */
export const ofUserOrCaller: ResourceOf = (parameters, principal) =>
  `user/${parameters.get('UserName') || nameOf(principal)}`;

export const ofCaller: ResourceOf = (_, principal) => `user/${nameOf(principal)}`;

/** System policies are in no account. */
export function ofPolicy(parameters: Parameters): string {
  const name = parameters.get('PolicyName') || '*';
  return parameters.get('PolicyType') === 'System' ? `acs:ram:*:system:policy/${name}` : `policy/${name}`;
}

/** Permission is needed for each: to hand out a policy, for the policy and for whoever gets it. */
export function both(one: ResourceOf, other: ResourceOf): ResourceOf {
  return (parameters, principal) =>
    [one(parameters, principal), other(parameters, principal)].flatMap((each) => each ?? []);
}

/** The resource as it is and as it will be, so that nobody renames into or out of reach. */
export function renamed(kind: string, now: string, then: string): ResourceOf {
  return (parameters) => {
    const old = `${kind}/${parameters.get(now) || '*'}`;
    const next = parameters.get(then);
    return next ? [old, `${kind}/${next}`] : old;
  };
}

/** `mfa/<name>` of a serial number of this account; a foreign one is asked for as it is. */
export const ofDevice: ResourceOf = (parameters, { account }) => {
  const serial = parameters.get('SerialNumber') ?? '';
  const own = `acs:ram::${account}:`;
  return serial.startsWith(own) ? serial.slice(own.length) : 'mfa/*';
};

function nameOf(principal: Principal): string {
  return principal.kind === 'user' ? principal.name : '*';
}
