// Random commands: what each must come to by the naive model, the attempt itself, and what becomes of the model.

import { createAccessKey, deleteAccessKey, switchAccessKey } from '../../src/access/administration/access-keys.ts';
import * as groups from '../../src/access/administration/groups.ts';
import * as policies from '../../src/access/administration/policies.ts';
import { createRole, deleteRole, updateRole } from '../../src/access/administration/roles.ts';
import * as signIn from '../../src/access/administration/sign-in.ts';
import { createUser, deleteUser, updateUser } from '../../src/access/administration/users.ts';
import type { Target } from '../../src/access/events.ts';
import { defaultPasswordPolicy } from '../../src/access/password-policy.ts';
import { trustOfAccount } from '../../src/access/trust-policy.ts';
import type { SeededRandom } from '../journeys/seeded-random.ts';
import type { administered } from './administered.ts';
import {
  deviceNames,
  effects,
  groupNames,
  type Meaning,
  type Model,
  names,
  policyNames,
  roleNames,
  systemPolicy,
  userNames,
} from './naive-model.ts';

interface Attempted {
  readonly expected: string | undefined;
  readonly attempt: Promise<unknown>;
  /** What becomes of the model when it is done. */
  readonly carryOut: () => void;
}

type Named = readonly [name: string, command: () => Attempted];

export function commandsOn({
  model,
  random,
  services,
  by,
}: {
  readonly model: Model;
  readonly random: SeededRandom;
} & Pick<Awaited<ReturnType<typeof administered>>, 'services' | 'by'>): readonly Named[] {
  const first = (...rules: readonly (string | false)[]) => rules.find((rule) => rule !== false) || undefined;
  const missing = (set: { has: (name: string) => boolean }, name: string, what: string) =>
    !set.has(name) && `does-not-exist ${what}`;
  const documentOf = (meaning: Meaning) => {
    const [Effect, Action] = effects[meaning];
    return JSON.stringify({ Version: '1', Statement: [{ Effect, Action, Resource: '*' }] });
  };
  const target = (): readonly [kind: string, name: string, target: Target] => {
    const kind = random.pick(['user', 'group', 'role'] as const);
    if (kind === 'user') {
      const user = random.pick(userNames);
      return [kind, user, { user }];
    }
    if (kind === 'group') {
      const group = random.pick(groupNames.slice(0, 3));
      return [kind, group, { group }];
    }
    const role = random.pick(roleNames);
    return [kind, role, { role }];
  };
  const renamed = (text: string, from: RegExp, to: string) => text.replace(from, to);
  const usersAndGroups: readonly Named[] = [
    [
      'create user',
      () => {
        const user = random.pick(userNames);
        return {
          expected: first(model.users.has(user) && 'already-exists user'),
          attempt: createUser({ ...by, user }, services),
          carryOut: () => model.users.add(user),
        };
      },
    ],
    [
      'rename user',
      () => {
        const [user, newName] = [random.pick(userNames), random.pick(userNames)];
        return {
          expected: first(
            missing(model.users, user, 'user'),
            newName !== user && model.users.has(newName) && 'already-exists user',
          ),
          attempt: updateUser({ ...by, user, newName, comments: random.pick(['', 'x']) }, services),
          carryOut: () => {
            model.users.delete(user);
            model.users.add(newName);
            model.members = new Set(
              [...model.members].map((each) => renamed(each, new RegExp(` ${user}$`), ` ${newName}`)),
            );
            model.attached = new Set(
              [...model.attached].map((each) => renamed(each, new RegExp(`^user ${user} `), `user ${newName} `)),
            );
            for (const key of model.keys.values()) if (key.user === user) key.user = newName;
            if (model.logins.delete(user)) model.logins.add(newName);
            for (const [device, holder] of model.devices) if (holder === user) model.devices.set(device, newName);
          },
        };
      },
    ],
    [
      'delete user',
      () => {
        const user = random.pick(userNames);
        const isUsed =
          [...model.keys.values()].some((key) => key.user === user) ||
          model.attachedTo('user', user).length > 0 ||
          model.groupsOf(user).length > 0 ||
          model.logins.has(user) ||
          [...model.devices.values()].includes(user);
        return {
          expected: first(missing(model.users, user, 'user'), isUsed && 'still-in-use user'),
          attempt: deleteUser({ ...by, user }, services),
          carryOut: () => model.users.delete(user),
        };
      },
    ],
    [
      'create group',
      () => {
        const group = random.pick(groupNames);
        return {
          expected: first(model.groups.has(group) && 'already-exists group'),
          attempt: groups.createGroup({ ...by, group, comments: 'c' }, services),
          carryOut: () => model.groups.add(group),
        };
      },
    ],
    [
      'rename group',
      () => {
        const [group, newName] = [random.pick(groupNames), random.pick(groupNames)];
        return {
          expected: first(
            missing(model.groups, group, 'group'),
            newName !== group && model.groups.has(newName) && 'already-exists group',
          ),
          attempt: groups.updateGroup({ ...by, group, newName }, services),
          carryOut: () => {
            model.groups.delete(group);
            model.groups.add(newName);
            model.members = new Set(
              [...model.members].map((each) => renamed(each, new RegExp(`^${group} `), `${newName} `)),
            );
            model.attached = new Set(
              [...model.attached].map((each) => renamed(each, new RegExp(`^group ${group} `), `group ${newName} `)),
            );
          },
        };
      },
    ],
    [
      'delete group',
      () => {
        const group = random.pick(groupNames.slice(0, 3));
        const isUsed = model.membersOf(group).length > 0 || model.attachedTo('group', group).length > 0;
        return {
          expected: first(missing(model.groups, group, 'group'), isUsed && 'still-in-use group'),
          attempt: groups.deleteGroup({ ...by, group }, services),
          carryOut: () => model.groups.delete(group),
        };
      },
    ],
    ...[1, 2, 3].map(
      (): Named => [
        'add member',
        () => {
          // Few users in many groups, so that the limit is reached, and often in those that policies are attached to.
          const group = random.pick(random.pick([groupNames, groupNames.slice(0, 3)]));
          const user = random.pick(userNames.slice(0, 2));
          return {
            expected: first(
              missing(model.groups, group, 'group'),
              missing(model.users, user, 'user'),
              model.members.has(`${group} ${user}`) && 'already-exists group member',
              model.groupsOf(user).length >= 10 && 'limit-reached group',
            ),
            attempt: groups.addGroupMember({ ...by, group, user }, services),
            carryOut: () => model.members.add(`${group} ${user}`),
          };
        },
      ],
    ),
    [
      'remove member',
      () => {
        const [group, user] = [random.pick(groupNames.slice(0, 5)), random.pick(userNames.slice(0, 3))];
        return {
          expected: first(
            missing(model.groups, group, 'group'),
            missing(model.users, user, 'user'),
            missing(model.members, `${group} ${user}`, 'group member'),
          ),
          attempt: groups.removeGroupMember({ ...by, group, user }, services),
          carryOut: () => model.members.delete(`${group} ${user}`),
        };
      },
    ],
  ];
  const keysAndRoles: readonly Named[] = [
    [
      'create key',
      () => {
        const user = random.pick(userNames);
        const given = { accessKeyId: random.pick(names('key-', 8)), accessKeySecret: 'a-secret-of-tests' };
        const held = [...model.keys.values()].filter((key) => key.user === user).length;
        return {
          expected: first(
            missing(model.users, user, 'user'),
            held >= 2 && 'limit-reached access key',
            model.keys.has(given.accessKeyId) && 'already-exists access key',
          ),
          attempt: createAccessKey({ ...by, user, given }, services),
          carryOut: () => model.keys.set(given.accessKeyId, { user, active: true }),
        };
      },
    ],
    [
      'switch key',
      () => {
        const [accessKeyId, active] = [random.pick(names('key-', 8)), random.pick([true, false])];
        return {
          expected: first(missing(model.keys, accessKeyId, 'access key')),
          attempt: switchAccessKey({ ...by, accessKeyId, active }, services),
          carryOut: () => {
            const key = model.keys.get(accessKeyId);
            if (key) key.active = active;
          },
        };
      },
    ],
    [
      'delete key',
      () => {
        const accessKeyId = random.pick(names('key-', 8));
        return {
          expected: first(missing(model.keys, accessKeyId, 'access key')),
          attempt: deleteAccessKey({ ...by, accessKeyId }, services),
          carryOut: () => model.keys.delete(accessKeyId),
        };
      },
    ],
    [
      'create role',
      () => {
        const role = random.pick(roleNames);
        return {
          expected: first(model.roles.has(role) && 'already-exists role'),
          attempt: createRole({ ...by, role, trustPolicy: trustOfAccount(by.account) }, services),
          carryOut: () => model.roles.add(role),
        };
      },
    ],
    [
      'update role',
      () => {
        const role = random.pick(roleNames);
        const maxSessionDuration = 3600 + random.below(100);
        return {
          expected: first(missing(model.roles, role, 'role')),
          attempt: updateRole({ ...by, role, maxSessionDuration, description: random.pick(['', 'x']) }, services),
          carryOut: () => {},
        };
      },
    ],
    [
      'delete role',
      () => {
        const role = random.pick(roleNames);
        return {
          expected: first(
            missing(model.roles, role, 'role'),
            model.attachedTo('role', role).length > 0 && 'still-in-use role',
          ),
          attempt: deleteRole({ ...by, role }, services),
          carryOut: () => model.roles.delete(role),
        };
      },
    ],
  ];
  const ofPolicies: readonly Named[] = [
    [
      'write policy',
      () => {
        const [policy, meaning] = [random.pick(policyNames), random.pick(['allow', 'deny', 'other'] as const)];
        return {
          expected: undefined,
          attempt: policies.writePolicy({ ...by, policy, document: documentOf(meaning) }, services),
          carryOut: () => {
            const state = model.policies.get(policy) ?? { versions: new Map(), current: 'v1', last: 1 };
            state.versions.set(state.current, meaning);
            model.policies.set(policy, state);
          },
        };
      },
    ],
    [
      'create policy',
      () => {
        const policy = random.pick(policyNames);
        return {
          expected: first(model.policies.has(policy) && 'already-exists policy'),
          attempt: policies.createPolicy({ ...by, policy, document: documentOf('allow'), description: 'd' }, services),
          carryOut: () => model.policies.set(policy, { versions: new Map([['v1', 'allow']]), current: 'v1', last: 1 }),
        };
      },
    ],
    ...[1, 2, 3].map(
      (): Named => [
        'create version',
        () => {
          const [policy, meaning] = [random.pick(policyNames.slice(0, 4)), random.pick(['allow', 'deny'] as const)];
          const [setAsDefault, rotate] = [random.pick([true, false]), random.pick([true, false])];
          const state = model.policies.get(policy);
          const isFull = (state?.versions.size ?? 0) >= 5;
          return {
            expected: first(
              missing(model.policies, policy, 'policy'),
              isFull && !rotate && 'limit-reached policy version',
            ),
            attempt: policies.createPolicyVersion(
              { ...by, policy, document: documentOf(meaning), setAsDefault, rotate },
              services,
            ),
            carryOut: () => {
              if (state === undefined) return;
              if (isFull) {
                const oldest = [...state.versions.keys()]
                  .filter((version) => version !== state.current)
                  .sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))[0];
                state.versions.delete(oldest ?? '');
              }
              state.last += 1;
              state.versions.set(`v${state.last}`, meaning);
              if (setAsDefault) state.current = `v${state.last}`;
            },
          };
        },
      ],
    ),
    [
      'set default version',
      () => {
        const [policy, version] = [random.pick(policyNames.slice(0, 4)), `v${1 + random.below(8)}`];
        const state = model.policies.get(policy);
        return {
          expected: first(
            missing(model.policies, policy, 'policy'),
            state?.versions.has(version) !== true && 'does-not-exist policy version',
          ),
          attempt: policies.setDefaultPolicyVersion({ ...by, policy, version }, services),
          carryOut: () => {
            if (state) state.current = version;
          },
        };
      },
    ],
    [
      'delete version',
      () => {
        const [policy, version] = [random.pick(policyNames.slice(0, 4)), `v${1 + random.below(8)}`];
        const state = model.policies.get(policy);
        return {
          expected: first(
            missing(model.policies, policy, 'policy'),
            state?.current === version && 'still-in-use policy version',
            state?.versions.has(version) !== true && 'does-not-exist policy version',
          ),
          attempt: policies.deletePolicyVersion({ ...by, policy, version }, services),
          carryOut: () => state?.versions.delete(version),
        };
      },
    ],
    [
      'delete policy',
      () => {
        const policy = random.pick(policyNames);
        const state = model.policies.get(policy);
        const isUsed =
          [...model.attached].some((each) => each.endsWith(` ${policy}`)) || (state?.versions.size ?? 0) > 1;
        return {
          expected: first(missing(model.policies, policy, 'policy'), isUsed && 'still-in-use policy'),
          attempt: policies.deletePolicy({ ...by, policy }, services),
          carryOut: () => model.policies.delete(policy),
        };
      },
    ],
    ...[1, 2, 3, 4].map(
      (): Named => [
        'attach',
        () => {
          const [kind, name, to] = target();
          const policy = random.pick([...policyNames, systemPolicy]);
          const attachment = `${kind} ${name} ${policy}`;
          const custom = model.attachedTo(kind, name).filter((each) => each !== systemPolicy).length;
          return {
            expected: first(
              !model.holds(kind, name) && `does-not-exist ${kind}`,
              policy !== systemPolicy && missing(model.policies, policy, 'policy'),
              model.attached.has(attachment) && 'already-exists attachment',
              policy !== systemPolicy && custom >= 10 && 'limit-reached attachment',
            ),
            attempt: policies.attachPolicy({ ...by, policy, ...to }, services),
            carryOut: () => model.attached.add(attachment),
          };
        },
      ],
    ),
    [
      'detach',
      () => {
        const [kind, name, from] = target();
        const policy = random.pick([...policyNames, systemPolicy]);
        return {
          expected: first(
            !model.holds(kind, name) && `does-not-exist ${kind}`,
            missing(model.attached, `${kind} ${name} ${policy}`, 'attachment'),
          ),
          attempt: policies.detachPolicy({ ...by, policy, ...from }, services),
          carryOut: () => model.attached.delete(`${kind} ${name} ${policy}`),
        };
      },
    ],
  ];
  const ofSignIn: readonly Named[] = [
    [
      'create device',
      () => {
        const device = random.pick(deviceNames);
        return {
          expected: first(model.devices.has(device) && 'already-exists MFA device'),
          attempt: signIn.createMfaDevice({ ...by, device }, services),
          carryOut: () => model.devices.set(device, ''),
        };
      },
    ],
    [
      'bind device',
      () => {
        const [device, user] = [random.pick(deviceNames), random.pick(userNames)];
        return {
          expected: first(
            missing(model.users, user, 'user'),
            missing(model.devices, device, 'MFA device'),
            model.devices.get(device) !== '' && 'still-in-use MFA device',
            [...model.devices.values()].includes(user) && 'limit-reached MFA device',
          ),
          attempt: signIn.bindMfaDevice({ ...by, device, user }, services),
          carryOut: () => model.devices.set(device, user),
        };
      },
    ],
    [
      'unbind device',
      () => {
        const [device, user] = [random.pick(deviceNames), random.pick(userNames)];
        return {
          expected: first(model.devices.get(device) !== user && 'does-not-exist MFA device'),
          attempt: signIn.unbindMfaDevice({ ...by, device, user }, services),
          carryOut: () => model.devices.set(device, ''),
        };
      },
    ],
    [
      'delete device',
      () => {
        const device = random.pick(deviceNames);
        return {
          expected: first(
            missing(model.devices, device, 'MFA device'),
            model.devices.get(device) !== '' && 'still-in-use MFA device',
          ),
          attempt: signIn.deleteMfaDevice({ ...by, device }, services),
          carryOut: () => model.devices.delete(device),
        };
      },
    ],
    [
      'write login profile',
      () => {
        const user = random.pick(userNames);
        const isNew = random.pick([true, false]);
        const command = {
          ...by,
          user,
          policy: defaultPasswordPolicy,
          passwordResetRequired: random.pick([true, false]),
          mfaBindRequired: false,
        };
        const password = `password-${random.below(1000)}`;
        return {
          expected: first(
            missing(model.users, user, 'user'),
            isNew && model.logins.has(user) && 'already-exists login profile',
            !isNew && missing(model.logins, user, 'login profile'),
          ),
          attempt: isNew
            ? signIn.createLoginProfile({ ...command, password }, services)
            : signIn.updateLoginProfile(random.pick([command, { ...command, password }]), services),
          carryOut: () => model.logins.add(user),
        };
      },
    ],
    [
      'delete login profile',
      () => {
        const user = random.pick(userNames);
        return {
          expected: first(missing(model.users, user, 'user'), missing(model.logins, user, 'login profile')),
          attempt: signIn.deleteLoginProfile({ ...by, user }, services),
          carryOut: () => model.logins.delete(user),
        };
      },
    ],
  ];
  return [...usersAndGroups, ...keysAndRoles, ...ofPolicies, ...ofSignIn];
}
