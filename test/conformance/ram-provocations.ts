// One way to bring about each error that an operation of the access management declares. What is general stands first and
// takes in new operations by itself.

import type { AccessThing, Refusal } from '../../src/base/refusal.ts';
import type { DeclaredError } from '../../src/protocols/rpc/derive.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { policyDocumentExample } from '../../src/protocols/rpc/operations/ram/parameters.ts';
import { misfitOf, without } from './misfits.ts';
import {
  askRam,
  bindingOf,
  freshDevice,
  freshGroup,
  freshHolder,
  freshKey,
  freshName,
  freshPolicy,
  freshRole,
  freshUser,
  type Prepared,
  password,
  ramExample,
  type TroubledRamWorld,
} from './ram-world.ts';
import type { WireParameters } from './world.ts';

/** The call that brings the error about; `undefined` where nobody has thought of any. */
export async function ramProvocation(
  world: TroubledRamWorld,
  operation: Operation,
  { cause }: DeclaredError,
): Promise<Prepared | undefined> {
  const example = await ramExample(world, operation);
  const { parameters } = example;
  const changed = (change: WireParameters | undefined) =>
    change && { ...example, parameters: { ...parameters, ...change } };
  if ('missing' in cause) return { ...example, parameters: without(parameters, cause.missing) };
  if ('refusal' in cause) {
    const { kind } = cause.refusal;
    if (inFullAccount.has(told(cause.refusal)) && operation.name.startsWith('Create')) {
      return { ...example, key: world.fullAccount.key };
    }
    if (told(cause.refusal) === 'already-exists account alias')
      return changed({ AccountAlias: world.fullAccount.alias });
    if (kind === 'does-not-exist') return await withoutIt(world, { operation, example, refusal: cause.refusal });
    const way = standingInTheWay[`${operation.name} ${told(cause.refusal)}`] ?? standingInTheWay[told(cause.refusal)];
    return changed(await way?.(world, parameters));
  }
  const { invalid: name, flaw } = cause;
  const own = unfit[`${operation.name}.${name} ${flaw}`] ?? unfit[`${name} ${flaw}`];
  if (own !== undefined) return changed({ [name]: own });
  const schema = operation.request.properties[name];
  return changed(schema && misfitOf(schema, name, flaw));
}

/** In an account that has as many of everything as there may be. */
const inFullAccount: ReadonlySet<string> = new Set(
  ['user', 'group', 'role', 'policy', 'MFA device'].map((what) => `limit-reached ${what}`),
);

/** Values that the operation itself finds unfit, where the schema takes any text. */
const unfit: { readonly [parameter: string]: string } = {
  'PolicyDocument malformed': '{"Version":"1","Statement":[{"Effect":"Perhaps","Action":"*","Resource":"*"}]}',
  'AssumeRolePolicyDocument malformed': '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole"}]}',
  'NewAssumeRolePolicyDocument malformed': 'no JSON',
  'Password weak': 'short',
  'NewPassword weak': 'short',
  'OldPassword value': 'not-the-password-so-far',
  'CreatePolicy.PolicyName value': 'AliyunOfMyOwn',
  'ResourceGroupId value': 'rg-aekzexample',
  'EncodedDiagnosticMessage value': 'AQEAAAAA',
};

interface Refused {
  readonly operation: Operation;
  readonly example: Prepared;
  readonly refusal: Refusal & { readonly kind: 'does-not-exist' };
}

/** The same call about something that is not there. */
async function withoutIt(
  world: TroubledRamWorld,
  { operation, example, refusal }: Refused,
): Promise<Prepared | undefined> {
  const { parameters } = example;
  const { what } = refusal;
  const asked = (change: WireParameters) => ({ ...example, parameters: { ...parameters, ...change } });
  const parameter = namedBy[what];
  if (what === 'role' && 'ResourceNames' in parameters) return asked({ ResourceNames: '["nobody"]' });
  if (what === 'policy' && 'ResourceNames' in parameters) {
    return asked({ ResourceType: 'policy', ResourceNames: '["nobody"]' });
  }
  if (parameter !== undefined && parameter in parameters) {
    return asked({ [parameter]: absent[what] ?? freshName('nobody') });
  }
  // What the call is about is there, and has none of what is asked for.
  switch (operation.name) {
    case 'ChangePassword':
      return { parameters };
    case 'ClearAccountAlias':
      await askRam(world, 'ClearAccountAlias');
      return example;
    case 'RemoveUserFromGroup':
    case 'UnbindMFADevice':
    case 'GetUserMFAInfo':
    case 'GetLoginProfile':
    case 'UpdateLoginProfile':
    case 'DeleteLoginProfile':
      return asked({ UserName: await freshUser(world) });
    default:
      return what === 'attachment' ? asked({ PolicyName: await freshPolicy(world) }) : undefined;
  }
}

const namedBy: { readonly [Thing in AccessThing]?: string } = {
  user: 'UserName',
  group: 'GroupName',
  role: 'RoleName',
  policy: 'PolicyName',
  'policy version': 'VersionId',
  'access key': 'UserAccessKeyId',
  'MFA device': 'SerialNumber',
};

const absent: { readonly [Thing in AccessThing]?: string } = {
  'policy version': 'v9',
  'MFA device': 'acs:ram::1234567890123456:mfa/nobody',
};

function told(refusal: Refusal): string {
  const { kind } = refusal;
  if (!('what' in refusal)) return kind;
  return 'by' in refusal ? `${kind} ${refusal.what} ${refusal.by}` : `${kind} ${refusal.what}`;
}

type Way = (world: TroubledRamWorld, parameters: WireParameters) => Promise<WireParameters | undefined>;

const custom = { PolicyType: 'Custom' };

/** The example has been carried out once already. */
const again =
  (operation: string): Way =>
  async (world, parameters) => {
    await askRam(world, operation, parameters);
    return {};
  };

const attachedTo =
  (kind: 'User' | 'Group' | 'Role'): Way =>
  async (world, parameters) => {
    const { PolicyName = await freshPolicy(world) } = parameters;
    const holder = parameters[`${kind}Name`] ?? (await freshHolder[kind](world));
    await askRam(world, `AttachPolicyTo${kind}`, { ...custom, PolicyName, [`${kind}Name`]: holder });
    return {};
  };

const manyAttached =
  (kind: 'User' | 'Group' | 'Role'): Way =>
  async (world, parameters) => {
    const holder = parameters[`${kind}Name`] ?? '';
    for (let count = 0; count < 10; count++) await attachedTo(kind)(world, { [`${kind}Name`]: holder });
    return {};
  };

const joined: Way = async (world, parameters) => {
  const { UserName = await freshUser(world), GroupName = await freshGroup(world) } = parameters;
  await askRam(world, 'AddUserToGroup', { UserName, GroupName });
  return {};
};

const bound: Way = async (world, parameters) => {
  const device = await freshDevice(world);
  const { UserName = await freshUser(world) } = parameters;
  await askRam(world, 'BindMFADevice', { UserName, ...bindingOf(device) });
  return {};
};

/** By kind, what it is about, and what stands in the way; with the operation before it where that needs another way. */
const standingInTheWay: { readonly [refusal: string]: Way } = {
  'already-exists user': again('CreateUser'),
  'UpdateUser already-exists user': async (world) => ({ NewUserName: await freshUser(world) }),
  'already-exists group': again('CreateGroup'),
  'UpdateGroup already-exists group': async (world) => ({ NewGroupName: await freshGroup(world) }),
  'already-exists role': again('CreateRole'),
  'already-exists policy': again('CreatePolicy'),
  'already-exists MFA device': again('CreateVirtualMFADevice'),
  'already-exists login profile': again('CreateLoginProfile'),
  'already-exists group member': again('AddUserToGroup'),
  'AttachPolicyToUser already-exists attachment': again('AttachPolicyToUser'),
  'AttachPolicyToGroup already-exists attachment': again('AttachPolicyToGroup'),
  'AttachPolicyToRole already-exists attachment': again('AttachPolicyToRole'),
  'still-in-use user access key': async (world, { UserName = '' }) => {
    await freshKey(world, UserName);
    return {};
  },
  'still-in-use user attachment': attachedTo('User'),
  'still-in-use user group': joined,
  'still-in-use user login profile': async (world, { UserName = '' }) => {
    await askRam(world, 'CreateLoginProfile', { UserName, Password: password });
    return {};
  },
  'still-in-use user MFA device': bound,
  'still-in-use group user': joined,
  'still-in-use group attachment': attachedTo('Group'),
  'still-in-use role attachment': attachedTo('Role'),
  'still-in-use policy user': attachedTo('User'),
  'still-in-use policy group': attachedTo('Group'),
  'still-in-use policy role': attachedTo('Role'),
  'still-in-use policy policy version': async (world, { PolicyName = '' }) => {
    await askRam(world, 'CreatePolicyVersion', { PolicyName, PolicyDocument: policyDocumentExample });
    return {};
  },
  'still-in-use policy version policy': async () => ({ VersionId: 'v2' }),
  'DeleteVirtualMFADevice still-in-use MFA device user': async (world) => {
    const device = await freshDevice(world);
    await askRam(world, 'BindMFADevice', { UserName: await freshUser(world), ...bindingOf(device) });
    return { SerialNumber: device.serialNumber };
  },
  'BindMFADevice still-in-use MFA device user': async (world, parameters) => {
    await askRam(world, 'BindMFADevice', { ...parameters, UserName: await freshUser(world) });
    return {};
  },
  'BindMFADevice limit-reached MFA device': bound,
  'mfa-code-refused': async () => ({ AuthenticationCode2: '000000', AuthenticationCode1: '000000' }),
  'limit-reached access key': async (world, { UserName = '' }) => {
    for (let count = 0; count < 2; count++) await freshKey(world, UserName);
    return {};
  },
  'AddUserToGroup limit-reached group': async (world, { UserName = '' }) => {
    for (let count = 0; count < 10; count++) await joined(world, { UserName });
    return {};
  },
  'AttachPolicyToUser limit-reached attachment': manyAttached('User'),
  'AttachPolicyToGroup limit-reached attachment': manyAttached('Group'),
  'AttachPolicyToRole limit-reached attachment': manyAttached('Role'),
  'limit-reached policy version': async (world, { PolicyName = '' }) => {
    const version = { PolicyName, PolicyDocument: policyDocumentExample };
    for (let count = 0; count < 4; count++) await askRam(world, 'CreatePolicyVersion', version);
    return {};
  },
  'limit-reached tag': async (world) => {
    const RoleName = await freshRole(world);
    const Tag = JSON.stringify(Array.from({ length: 19 }, (_, index) => ({ Key: `k${index}` })));
    const ResourceNames = JSON.stringify([RoleName]);
    await askRam(world, 'TagResources', { ResourceType: 'role', ResourceNames, Tag });
    return { ResourceNames, Tag: '[{"Key":"one too many"}]' };
  },
};
