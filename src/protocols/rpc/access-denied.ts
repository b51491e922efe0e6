// What a caller is told whom a policy refuses: who he is, which kind of policy it was, and a message for his administrator.

import type { ConditionContext } from '../../access/condition-context.ts';
import { type DenyingStatement, type Diagnosis, factsOf, sealDiagnosis } from '../../access/diagnostic-message.ts';
import type { Directory } from '../../access/directory.ts';
import type { Denial, Ground } from '../../access/policy.ts';
import type { Principal } from '../../access/principal.ts';
import { assertNever } from '../../base/assert-never.ts';
import { toSeconds } from '../../base/time.ts';
import type { Services } from '../edge.ts';
import { type AccessDeniedDetail, gatewayError, type RpcError } from './errors.ts';

/** A decision against the caller, and what it was about. */
interface Denied {
  readonly action: string;
  readonly resource: string;
  readonly principal: Principal;
  readonly context: ConditionContext;
  readonly requestId: string;
  readonly decidedBy: Diagnosis['decidedBy'];
  readonly decision: Denial;
}

/** `NoPermission`, with its AccessDeniedDetail. */
export function accessDenied(
  denied: Denied,
  { directory, diagnostics }: Pick<Services, 'directory' | 'diagnostics'>,
): RpcError {
  const { action, principal, context, decidedBy, decision } = denied;
  const name = displayName(principal);
  const diagnosis: Diagnosis = {
    requestId: denied.requestId,
    at: toSeconds(context.currentTime),
    action,
    resource: denied.resource,
    principal: { kind: principal.kind, owner: principal.account, name },
    decidedBy,
    ...(decision.denial === 'ExplicitDeny' && { deniedBy: denyingStatement(denied, decision.by, directory) }),
    facts: factsOf(context),
  };
  return gatewayError('NoPermission', `${reasons[decidedBy]} Action: ${action}.`, {
    decision,
    accessDenied: {
      AuthAction: action,
      AuthPrincipalType: principalTypes[principal.kind],
      AuthPrincipalOwnerId: principal.account,
      AuthPrincipalDisplayName: name,
      NoPermissionType: decision.denial,
      PolicyType: policyTypes[decidedBy],
      EncodedDiagnosticMessage: sealDiagnosis(principal.account, diagnosis, diagnostics),
    },
  });
}

const reasons: Readonly<Record<Diagnosis['decidedBy'], string>> = {
  identity: 'You are not authorized to do this operation.',
  session: 'The policy of your session does not allow this operation.',
  trust: 'The trust policy of the role does not allow you to assume it.',
};

/** On the wire. */
export const principalTypes = {
  root: 'RootUser',
  user: 'SubUser',
  'assumed-role': 'AssumedRoleUser',
} as const satisfies Record<Principal['kind'], AccessDeniedDetail['AuthPrincipalType']>;

/** On the wire. */
export const policyTypes = {
  identity: 'AccountLevelIdentityBasedPolicy',
  session: 'SessionPolicy',
  trust: 'AssumeRolePolicy',
} as const satisfies Record<Diagnosis['decidedBy'], AccessDeniedDetail['PolicyType']>;

function displayName(principal: Principal): string {
  switch (principal.kind) {
    case 'root':
      return principal.account;
    case 'user':
      return principal.userId;
    case 'assumed-role':
      return `${principal.role}:${principal.session}`;
    default:
      return assertNever(principal);
  }
}

function denyingStatement(
  { principal, decidedBy }: Denied,
  { policy, statement }: Ground,
  directory: Directory,
): DenyingStatement {
  if (decidedBy !== 'identity') return { policy, kind: 'custom', statement, attachedTo: 'role' };
  const { account } = principal;
  const inForce = directory.policyVersions(account, policy).find(({ isDefault }) => isDefault);
  // Only versions that somebody made have a moment at which they did.
  const isCustom = inForce?.createdAt !== undefined;
  return {
    policy,
    kind: isCustom ? 'custom' : 'system',
    ...(isCustom && { version: inForce.version }),
    statement,
    attachedTo: holderOf(principal, policy, directory),
  };
}

function holderOf(principal: Principal, policy: string, directory: Directory): DenyingStatement['attachedTo'] {
  if (principal.kind !== 'user') return 'role';
  const own = directory.attachedTo(principal.account, { user: principal.name });
  return own.some((attached) => attached.policy === policy) ? 'user' : 'group';
}
