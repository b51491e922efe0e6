// Users and their policies, as the account's root makes them through the RAM API: they are there with the answer.

import { ram } from '../../src/protocols/rpc/product.ts';
import { call } from './signed-request.ts';
import { ok } from './small-pki.ts';
import type { AccessKey } from './vendor-clients.ts';

const byRoot = { product: ram };

interface Where {
  readonly url: string;
}

/** A user with an access key and no permission. */
export async function makeUser({ url }: Where, UserName: string): Promise<AccessKey> {
  await ok(url, 'CreateUser', { UserName }, byRoot);
  const { AccessKey: made } = await ok(url, 'CreateAccessKey', { UserName }, byRoot);
  const { AccessKeyId = '', AccessKeySecret = '' } = made as Record<string, string>;
  return { accessKeyId: AccessKeyId, accessKeySecret: AccessKeySecret };
}

/** A policy of these statements, made or changed. */
export async function putPolicy({ url }: Where, PolicyName: string, ...statements: readonly object[]): Promise<void> {
  const PolicyDocument = JSON.stringify({ Version: '1', Statement: statements });
  const { status, body } = await call(url, 'CreatePolicy', { PolicyName, PolicyDocument }, byRoot);
  if (status === 200) return;
  if (body['Code'] !== 'EntityAlreadyExists.Policy') throw new Error(JSON.stringify(body));
  const rotating = { SetAsDefault: 'true', RotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded' };
  await ok(url, 'CreatePolicyVersion', { PolicyName, PolicyDocument, ...rotating }, byRoot);
}

export async function attachPolicy({ url }: Where, PolicyName: string, UserName: string): Promise<void> {
  await ok(url, 'AttachPolicyToUser', { PolicyType: 'Custom', PolicyName, UserName }, byRoot);
}
