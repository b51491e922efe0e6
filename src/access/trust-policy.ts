// Trust policies: who may assume a role. The same language as other policies, with a Principal instead of a Resource.

import type { AccountId } from '../base/journal-entry.ts';
import { type Condition, compileConditions, holds } from './condition.ts';
import { type ConditionContext, findTrustConditionKey } from './condition-context.ts';
import type { Decision, Ground } from './policy.ts';
import { MAX_POLICY_LENGTH } from './policy-document.ts';
import { PolicyError } from './policy-error.ts';
import { readKnownMembers, readValues } from './policy-shape.ts';
import { arnOf, type Principal, roleArn } from './principal.ts';
import { parseStrictJson } from './strict-json.ts';

export interface TrustPolicy {
  readonly statements: readonly TrustStatement[];
}

export interface TrustStatement {
  readonly effect: 'Allow' | 'Deny';
  /** ARNs: the root of an account stands for all of the account; a user; a role, for all its sessions. */
  readonly ram: readonly string[];
  /** Names of services. None of them assumes roles here, so they let nobody in. */
  readonly services: readonly string[];
  readonly conditions: readonly Condition[];
}

// Document, statements, statement, Principal or Condition, operator, list of values.
const MAX_DEPTH = 6;

/** @throws {PolicyError} for everything the grammar does not have; a document is never understood in part. */
export function parseTrustPolicy(text: string): TrustPolicy {
  const document = parseStrictJson(text, { length: MAX_POLICY_LENGTH, depth: MAX_DEPTH });
  const members = readKnownMembers(document, '', ['Version', 'Statement']);
  if (members.get('Version') !== '1') throw new PolicyError('Version', 'must be "1"');
  const statements = members.get('Statement');
  if (!Array.isArray(statements)) throw new PolicyError('Statement', 'must be a list');
  if (statements.length === 0) throw new PolicyError('Statement', 'must not be empty');
  return { statements: statements.map((statement, index) => parseStatement(statement, `Statement[${index}]`)) };
}

/**
 * Whether the trust policy lets the principal assume the role; its own policies must allow that too.
 * @param context of the call, with the external id if the caller sent one.
 */
export function evaluateTrust(
  { statements }: TrustPolicy,
  { principal, context }: { readonly principal: Principal; readonly context: ConditionContext },
): Decision {
  const names = namesOf(principal);
  let allowedBy: Ground | undefined;
  for (const [index, { effect, ram, conditions }] of statements.entries()) {
    if (!ram.some((arn) => names.includes(arn)) || !holds(conditions, effect, context)) continue;
    const by = { policy: 'AssumeRolePolicyDocument', statement: index };
    if (effect === 'Deny') return { allowed: false, denial: 'ExplicitDeny', by };
    allowedBy ??= by;
  }
  return allowedBy === undefined ? { allowed: false, denial: 'ImplicitDeny' } : { allowed: true, by: allowedBy };
}

/** All names by which a trust policy can mean the principal. */
function namesOf(principal: Principal): readonly string[] {
  const ofAccount = arnOf({ kind: 'root', account: principal.account });
  if (principal.kind === 'assumed-role') return [ofAccount, roleArn(principal.account, principal.role)];
  return [ofAccount, arnOf(principal)];
}

/** Text of the trust policy that lets everybody of an account assume a role whose own policies allow it. */
export function trustOfAccount(account: AccountId): string {
  const principal = { RAM: [arnOf({ kind: 'root', account })] };
  const statement = { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: principal };
  return JSON.stringify({ Statement: [statement], Version: '1' });
}

function parseStatement(written: unknown, at: string): TrustStatement {
  const members = readKnownMembers(written, at, ['Effect', 'Action', 'Principal', 'Condition']);
  const effect = members.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyError(`${at}.Effect`, 'must be "Allow" or "Deny"');
  if (!members.has('Action')) throw new PolicyError(at, 'must have an Action');
  for (const action of readValues(members.get('Action'), `${at}.Action`)) {
    if (typeof action !== 'string' || action.toLowerCase() !== 'sts:assumerole')
      throw new PolicyError(`${at}.Action`, 'must be sts:AssumeRole');
  }
  if (!members.has('Principal')) throw new PolicyError(at, 'must have a Principal');
  const conditionAt = `${at}.Condition`;
  return {
    effect,
    ...parsePrincipal(members.get('Principal'), `${at}.Principal`),
    conditions: members.has('Condition')
      ? compileConditions(members.get('Condition'), conditionAt, findTrustConditionKey)
      : [],
  };
}

function parsePrincipal(written: unknown, at: string): Pick<TrustStatement, 'ram' | 'services'> {
  const members = readKnownMembers(written, at, ['RAM', 'Service']);
  return {
    ram: parseNames(members, `${at}.RAM`, {
      form: /^acs:ram::\d{16}:(?:root|user\/[A-Za-z0-9._-]{1,64}|role\/[A-Za-z0-9.-]{1,64})$/,
      rule: 'must be acs:ram::<account>:root, acs:ram::<account>:user/<name> or acs:ram::<account>:role/<name>',
    }),
    services: parseNames(members, `${at}.Service`, {
      form: /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i,
      rule: 'must be the name of a service, such as ecs.aliyuncs.com',
    }),
  };
}

function parseNames(
  members: ReadonlyMap<string, unknown>,
  at: string,
  { form, rule }: { readonly form: RegExp; readonly rule: string },
): readonly string[] {
  const member = at.slice(at.lastIndexOf('.') + 1);
  if (!members.has(member)) return [];
  return readValues(members.get(member), at).map((name) => {
    if (typeof name !== 'string' || !form.test(name)) throw new PolicyError(at, rule);
    return name;
  });
}
