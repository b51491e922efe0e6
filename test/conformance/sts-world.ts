// An account with a role that a user may assume: where the examples of the token service run, and its errors come about.

import type { DeclaredError } from '../../src/protocols/rpc/derive.ts';
import { encodeRequest } from '../../src/protocols/rpc/encode.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { sts } from '../../src/protocols/rpc/product.ts';
import { ok } from '../journeys/small-pki.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { misfitOf, without } from './misfits.ts';
import { askRam, freshKey, freshRole, freshUser, type Prepared } from './ram-world.ts';
import type { WireParameters } from './world.ts';

export interface StsWorld {
  readonly url: string;
  /** Of a user who may assume the role. */
  readonly key: AccessKey;
  readonly roleArn: string;
}

export async function makeStsWorld(url: string): Promise<StsWorld> {
  const world = { url };
  const UserName = await freshUser(world);
  await askRam(world, 'AttachPolicyToUser', {
    PolicyType: 'System',
    PolicyName: 'AliyunSTSAssumeRoleAccess',
    UserName,
  });
  const key = await freshKey(world, UserName);
  const { AccountId: account } = await ok(url, 'GetCallerIdentity', {}, { product: sts });
  const RoleName = await freshRole(world);
  const Principal = { RAM: [`acs:ram::${account}:root`] };
  const Statement = [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }];
  const NewAssumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement });
  await askRam(world, 'UpdateRole', { RoleName, NewAssumeRolePolicyDocument });
  return { url, key, roleArn: `acs:ram::${account}:role/${RoleName}` };
}

export function stsExample({ key, roleArn }: StsWorld, operation: Operation): Prepared {
  const parameters: WireParameters = Object.fromEntries(encodeRequest(operation.request, operation.example.request));
  if ('RoleArn' in parameters) parameters['RoleArn'] = roleArn;
  return { parameters, key };
}

/** The call that brings the error about; `undefined` where nobody has thought of any. */
export function stsProvocation(world: StsWorld, operation: Operation, { cause }: DeclaredError): Prepared | undefined {
  const { parameters, key } = stsExample(world, operation);
  const changed = (change: WireParameters | undefined) =>
    change && { parameters: { ...parameters, ...change }, key: world.key };
  if ('missing' in cause) return { parameters: without(parameters, cause.missing), ...(key && { key }) };
  if ('refusal' in cause) {
    return changed(cause.refusal.kind === 'does-not-exist' ? { RoleArn: `${world.roleArn}-of-nobody` } : undefined);
  }
  const { invalid: name, flaw } = cause;
  if (flaw === 'malformed') return changed({ [name]: '{"Version":"1"}' });
  const schema = operation.request.properties[name];
  return changed(schema && misfitOf(schema, name, flaw));
}
