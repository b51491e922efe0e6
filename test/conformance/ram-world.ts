// An account in which the example of every operation of the access management can run. What an example names is made anew for
// each call, under a name of its own, so that no call gets in the way of another.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { maxCustomPolicies, maxGroups, maxMfaDevices, maxRoles, maxUsers } from '../../src/access/limits.ts';
import { totpCode, totpStep } from '../../src/access/totp.ts';
import { type UnixMillis, unixMillis } from '../../src/base/time.ts';
import { encodeRequest } from '../../src/protocols/rpc/encode.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { policyDocumentExample, trustPolicyExample } from '../../src/protocols/rpc/operations/ram/parameters.ts';
import { ram } from '../../src/protocols/rpc/product.ts';
import { otherAccount } from '../journeys/other-account.ts';
import type { Service } from '../journeys/running-service.ts';
import { call, type Signing } from '../journeys/signed-request.ts';
import { ok } from '../journeys/small-pki.ts';
import type { AccessKey, Answer } from '../journeys/vendor-clients.ts';
import type { WireParameters } from './world.ts';

export interface RamWorld {
  readonly url: string;
}

/** With an account that has as many of everything as there may be. */
export interface TroubledRamWorld extends RamWorld {
  readonly fullAccount: { readonly key: AccessKey; readonly alias: string };
}

/** One call, ready to be made. */
export interface Prepared {
  readonly parameters: WireParameters;
  /** Whose call it is; the root's where absent. */
  readonly key?: AccessKey;
}

export const password = 'correct-Horse-42-battery';

export function askRam(
  { url }: RamWorld,
  operation: string,
  parameters: WireParameters = {},
  signing: Signing = {},
): Promise<Answer> {
  return ok(url, operation, parameters, { method: 'POST', product: ram, ...signing });
}

let made = 0;
export const freshName = (stem: string) => `${stem}-${++made}`;

export async function freshUser(world: RamWorld): Promise<string> {
  const UserName = freshName('alice');
  await askRam(world, 'CreateUser', { UserName, DisplayName: 'Alice' });
  return UserName;
}

export async function freshGroup(world: RamWorld): Promise<string> {
  const GroupName = freshName('developers');
  await askRam(world, 'CreateGroup', { GroupName });
  return GroupName;
}

export async function freshRole(world: RamWorld): Promise<string> {
  const RoleName = freshName('deployer');
  await askRam(world, 'CreateRole', { RoleName, AssumeRolePolicyDocument: trustPolicyExample, Tag: tags });
  return RoleName;
}

export async function freshPolicy(world: RamWorld): Promise<string> {
  const PolicyName = freshName('read-status');
  await askRam(world, 'CreatePolicy', { PolicyName, PolicyDocument: policyDocumentExample, Tag: tags });
  return PolicyName;
}

export interface Device {
  readonly serialNumber: string;
  /** The code of the present moment, or of so many steps later. */
  readonly code: (steps?: number) => string;
}

export async function freshDevice(world: RamWorld): Promise<Device> {
  const answer = await askRam(world, 'CreateVirtualMFADevice', { VirtualMFADeviceName: freshName('phone-of-alice') });
  const { SerialNumber, Base32StringSeed } = answer['VirtualMFADevice'] as Record<string, string>;
  const seed = fromBase32(Base32StringSeed ?? '');
  return {
    serialNumber: SerialNumber ?? '',
    code: (steps = 0) => totpCode(seed, totpStep(unixMillis(Date.now()) as UnixMillis) + steps),
  };
}

export const bindingOf = (device: Device) => ({
  SerialNumber: device.serialNumber,
  AuthenticationCode1: device.code(-1),
  AuthenticationCode2: device.code(),
});

export async function freshKey(world: RamWorld, UserName: string): Promise<AccessKey> {
  const { AccessKey } = await askRam(world, 'CreateAccessKey', { UserName });
  const { AccessKeyId = '', AccessKeySecret = '' } = AccessKey as Record<string, string>;
  return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret };
}

/** The message of a call that a policy denied. */
export async function freshDiagnosticMessage(world: RamWorld): Promise<string> {
  const UserName = await freshUser(world);
  const PolicyName = freshName('nobody-lists');
  const PolicyDocument = '{"Version":"1","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}';
  await askRam(world, 'CreatePolicy', { PolicyName, PolicyDocument });
  await askRam(world, 'AttachPolicyToUser', { ...custom, PolicyName, UserName });
  const { body } = await call(world.url, 'ListCert', {}, { key: await freshKey(world, UserName) });
  return String((body['AccessDeniedDetail'] as Record<string, unknown>)['EncodedDiagnosticMessage']);
}

export const tags = '[{"Key":"team","Value":"gateway"}]';
const custom = { PolicyType: 'Custom' };

/** The wire parameters of an operation's example, and what they name made to be there. */
export async function ramExample(world: RamWorld, operation: Operation): Promise<Prepared> {
  const { name } = operation;
  const parameters: WireParameters = Object.fromEntries(encodeRequest(operation.request, operation.example.request));
  const creates = (what: string) => name === `Create${what}`;
  if ('UserName' in parameters) parameters['UserName'] = creates('User') ? freshName('alice') : await freshUser(world);
  if ('GroupName' in parameters) {
    parameters['GroupName'] = creates('Group') ? freshName('developers') : await freshGroup(world);
  }
  if ('RoleName' in parameters)
    parameters['RoleName'] = creates('Role') ? freshName('deployer') : await freshRole(world);
  if ('PolicyName' in parameters) {
    parameters['PolicyName'] = creates('Policy') ? freshName('read-status') : await freshPolicy(world);
  }
  if ('VirtualMFADeviceName' in parameters) parameters['VirtualMFADeviceName'] = freshName('phone-of-alice');
  if ('AccountAlias' in parameters) parameters['AccountAlias'] = freshName('example-ltd');
  if ('SerialNumber' in parameters) Object.assign(parameters, bindingFor(parameters, await freshDevice(world)));
  if ('ResourceNames' in parameters) parameters['ResourceNames'] = JSON.stringify([await freshRole(world)]);
  if ('UserAccessKeyId' in parameters) {
    const { accessKeyId } = await freshKey(world, parameters['UserName'] ?? '');
    parameters['UserAccessKeyId'] = accessKeyId;
  }
  await preparations[name]?.(world, parameters);
  const key = await callers[name]?.(world);
  return { parameters, ...(key && { key }) };
}

function bindingFor(parameters: WireParameters, device: Device): WireParameters {
  return 'AuthenticationCode1' in parameters ? bindingOf(device) : { SerialNumber: device.serialNumber };
}

type Preparation = (world: RamWorld, parameters: WireParameters) => Promise<unknown>;

const signsIn: Preparation = async (world, { UserName = '' }) => {
  await askRam(world, 'CreateLoginProfile', { UserName, Password: password });
};

export const member: Preparation = async (world, parameters) => {
  const { UserName = await freshUser(world), GroupName = await freshGroup(world) } = parameters;
  await askRam(world, 'AddUserToGroup', { UserName, GroupName });
};

const attached =
  (kind: 'User' | 'Group' | 'Role'): Preparation =>
  async (world, parameters) => {
    const { PolicyName = await freshPolicy(world) } = parameters;
    const holder = parameters[`${kind}Name`] ?? (await freshHolder[kind](world));
    await askRam(world, `AttachPolicyTo${kind}`, { ...custom, PolicyName, [`${kind}Name`]: holder });
  };

export const freshHolder = { User: freshUser, Group: freshGroup, Role: freshRole };

const bound: Preparation = async (world, { UserName = '' }) => {
  await askRam(world, 'BindMFADevice', { UserName, ...bindingOf(await freshDevice(world)) });
};

/** The example's version is not the default one. */
const another: Preparation = async (world, { PolicyName = '' }) => {
  await askRam(world, 'CreatePolicyVersion', {
    PolicyName,
    PolicyDocument: policyDocumentExample,
    SetAsDefault: 'true',
  });
};

const preparations: { readonly [operation: string]: Preparation } = {
  RemoveUserFromGroup: member,
  ListGroupsForUser: member,
  ListUsersForGroup: member,
  DetachPolicyFromUser: attached('User'),
  DetachPolicyFromGroup: attached('Group'),
  DetachPolicyFromRole: attached('Role'),
  ListPoliciesForUser: attached('User'),
  ListPoliciesForGroup: attached('Group'),
  ListPoliciesForRole: attached('Role'),
  ListEntitiesForPolicy: async (world, parameters) => {
    for (const kind of ['User', 'Group', 'Role'] as const) await attached(kind)(world, parameters);
  },
  SetDefaultPolicyVersion: another,
  DeletePolicyVersion: another,
  ListPolicies: (world) => freshPolicy(world),
  ListRoles: (world) => freshRole(world),
  ListUsers: (world) => freshUser(world),
  ListGroups: (world) => freshGroup(world),
  ListAccessKeys: (world, { UserName = '' }) => freshKey(world, UserName),
  ListVirtualMFADevices: async (world) => bound(world, { UserName: await freshUser(world) }),
  GetLoginProfile: signsIn,
  UpdateLoginProfile: signsIn,
  DeleteLoginProfile: signsIn,
  GetUserMFAInfo: bound,
  UnbindMFADevice: bound,
  DecodeDiagnosticMessage: async (world, parameters) => {
    parameters['EncodedDiagnosticMessage'] = await freshDiagnosticMessage(world);
  },
  ClearAccountAlias: (world) => askRam(world, 'SetAccountAlias', { AccountAlias: freshName('ltd') }),
};

/** Where it matters who calls. */
const callers: { readonly [operation: string]: (world: RamWorld) => Promise<AccessKey> } = {
  ChangePassword: async (world) => {
    const UserName = await freshUser(world);
    await signsIn(world, { UserName });
    await askRam(world, 'AttachPolicyToUser', { PolicyType: 'System', PolicyName: 'AliyunRAMFullAccess', UserName });
    return await freshKey(world, UserName);
  },
};

function fromBase32(text: string): Uint8Array {
  const bits = Array.from(text, (character) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(character).toString(2).padStart(5, '0'),
  ).join('');
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, index) =>
    Number.parseInt(bits.slice(index * 8, index * 8 + 8), 2),
  );
}

/**
 * Fills an account of its own. Its tables are written to as a year of calls would have left them: thousands of calls for
 * five refusals would take minutes.
 */
export async function makeRamTrouble(
  service: Pick<Service, 'url' | 'dataDir' | 'environment'>,
): Promise<TroubledRamWorld> {
  const { url, dataDir } = service;
  const key = await otherAccount(service);
  const alias = freshName('taken');
  await askRam({ url }, 'SetAccountAlias', { AccountAlias: alias }, { key });
  const database = new DatabaseSync(join(dataDir, 'certitude.db'));
  const { account = '' } = database.prepare('SELECT account FROM accounts WHERE alias = ?').get(alias) ?? {};
  try {
    const fill = (table: string, columns: string, values: string, count: number) =>
      database
        .prepare(
          `INSERT INTO ${table} (account, name${columns}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
           SELECT ?, 'n' || i${values} FROM n`,
        )
        .run(count, account);
    fill('users', ', user_id', ", ''", maxUsers);
    fill('"groups"', '', '', maxGroups);
    fill('roles', '', '', maxRoles);
    fill('policies', ', default_version, last_version', ', 1, 1', maxCustomPolicies);
    fill('mfa_devices', ', secret_id', ", ''", maxMfaDevices);
  } finally {
    database.close();
  }
  return { url, fullAccount: { key, alias } };
}
