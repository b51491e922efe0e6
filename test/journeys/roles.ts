// Users and roles for tests about temporary keys, and the vendor's unmodified client of the token service.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type * as OpenApiCore from '@alicloud/openapi-core';
import type * as Sts from '@alicloud/sts20150401';
import { createAccessKey } from '../../src/access/administration/access-keys.ts';
import { attachPolicy, detachPolicy, writePolicy } from '../../src/access/administration/policies.ts';
import { createRole, deleteRole, updateRole } from '../../src/access/administration/roles.ts';
import { createUser } from '../../src/access/administration/users.ts';
import type { Target } from '../../src/access/events.ts';
import { roleArn } from '../../src/access/principal.ts';
import { operatorActor } from '../../src/app/initialise.ts';
import type { AccountId } from '../../src/base/journal-entry.ts';
import type { ServiceWithin } from './service-within.ts';
import type { AccessKey } from './vendor-clients.ts';

export interface Statement {
  readonly Effect?: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: string;
  readonly Principal?: object;
  readonly Condition?: object;
}

/** A policy document of one statement, which allows on everything unless it says otherwise. */
export function document(...statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: '1',
    Statement: statements.map((statement) => ({
      Effect: 'Allow',
      ...(statement.Principal ? { Action: 'sts:AssumeRole' } : { Resource: '*' }),
      ...statement,
    })),
  });
}

/** A trust policy for these ARNs. */
export function trusting(arns: string | readonly string[], more: Statement = {}): string {
  return document({ Principal: { RAM: arns }, ...more });
}

/** What an administrator of an account does; in force on return. */
export function administer({ services: { administration } }: Pick<ServiceWithin, 'services'>, account: AccountId) {
  const of = { account, actor: operatorActor() };
  return {
    arnOf: (relative: string) => `acs:ram::${account}:${relative}`,
    roleArn: (role: string) => roleArn(account, role),
    user: async (user: string): Promise<AccessKey> => {
      await createUser({ ...of, user }, administration);
      return createAccessKey({ ...of, user }, administration);
    },
    role: (role: string, trustPolicy: string, maxSessionDuration?: number) =>
      createRole({ ...of, role, trustPolicy, ...(maxSessionDuration && { maxSessionDuration }) }, administration),
    trust: (role: string, trustPolicy: string) => updateRole({ ...of, role, trustPolicy }, administration),
    removeRole: (role: string) => deleteRole({ ...of, role }, administration),
    policy: (policy: string, ...statements: readonly Statement[]) =>
      writePolicy({ ...of, policy, document: document(...statements) }, administration),
    attach: (policy: string, target: Target) => attachPolicy({ ...of, policy, ...target }, administration),
    detach: (policy: string, target: Target) => detachPolicy({ ...of, policy, ...target }, administration),
  };
}

export type Administrator = ReturnType<typeof administer>;

const require = createRequire(import.meta.url);
const core: typeof OpenApiCore.default = require('@alicloud/openapi-core');
const sts: typeof Sts.default = require('@alicloud/sts20150401');

export interface AssumeRoleWish {
  readonly roleArn: string;
  readonly roleSessionName?: string;
  readonly durationSeconds?: number;
  readonly policy?: string;
  readonly externalId?: string;
}

export interface StsCaller {
  /** @throws what the client throws, with `code`, `statusCode` and `accessDeniedDetail`. */
  readonly assume: (wish: AssumeRoleWish) => Promise<Sts.AssumeRoleResponseBody>;
  /** The keys of the new session alone. */
  readonly keys: (wish: AssumeRoleWish) => Promise<AccessKey>;
  readonly identity: () => Promise<Record<string, unknown>>;
}

export function stsClient(port: number, key: AccessKey, signatureAlgorithm?: 'v2'): StsCaller {
  const config = {
    ...key,
    endpoint: `127.0.0.1:${port}`,
    protocol: 'http',
    ...(signatureAlgorithm && { signatureAlgorithm }),
  };
  const client = new sts.default(new core.$OpenApiUtil.Config(config));
  const assume: StsCaller['assume'] = async (wish) => {
    const { body } = await client.assumeRole(new sts.AssumeRoleRequest({ roleSessionName: 'alice', ...wish }));
    if (body === undefined) throw new Error('no answer');
    return body;
  };
  return {
    assume,
    keys: async (wish) => {
      const { accessKeyId = '', accessKeySecret = '', securityToken = '' } = (await assume(wish)).credentials ?? {};
      return { accessKeyId, accessKeySecret, securityToken };
    },
    identity: async () => {
      const { requestId, ...told } = (await client.getCallerIdentity()).body ?? {};
      if (requestId === undefined) throw new Error('no answer');
      return told;
    },
  };
}

interface Thrown {
  readonly code: string;
  readonly statusCode: number;
  readonly message: string;
  readonly accessDeniedDetail?: Readonly<Record<string, string>> | null;
}

/** What the client threw. */
export async function refusalOf(attempt: Promise<unknown>): Promise<Thrown> {
  return await attempt.then(
    () => assert.fail('was not refused'),
    (error: Thrown) => error,
  );
}

/** @param told code, and of the AccessDeniedDetail the type of denial and of policy. */
export async function assertDenied(attempt: Promise<unknown>, ...told: readonly string[]): Promise<Thrown> {
  const thrown = await refusalOf(attempt);
  const { NoPermissionType, PolicyType } = thrown.accessDeniedDetail ?? {};
  assert.deepEqual([thrown.code, NoPermissionType, PolicyType], ['NoPermission', ...told], thrown.message);
  return thrown;
}
