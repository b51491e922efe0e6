// Whether the caller's policies allow the operation, and what a caller is told when they do not.

import type { ConditionContext } from '../../access/condition-context.ts';
import type { Directory } from '../../access/directory.ts';
import { evaluate } from '../../access/policy.ts';
import { arnOf } from '../../access/principal.ts';
import type { Clock } from '../../base/time.ts';
import { type EdgeRequest, onlyHeader } from '../edge.ts';
import type { Caller } from './authentication.ts';
import { gatewayError } from './errors.ts';
import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';

export interface PermissionServices {
  readonly directory: Directory;
  readonly clock: Clock;
  /** Makes the opaque text that explains a refusal to whoever runs the service, bound to the account. */
  readonly sealDiagnostic: (account: string, facts: object) => string;
}

interface Asked {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly request: EdgeRequest;
  readonly parameters: Parameters;
}

/** @throws {RpcError} `NoPermission` with its AccessDeniedDetail */
export function authorize(asked: Asked, { directory, clock, sealDiagnostic }: PermissionServices): void {
  const { operation, parameters } = asked;
  const { principal, account } = asked.caller;
  // The account itself owns its resources; identity policies limit its users only.
  if (principal.kind === 'root') return;
  const { ramCode } = operation.product;
  const action = `${ramCode}:${operation.name}`;
  const relative = operation.resource?.(parameters);
  const resource = relative === undefined ? '*' : `acs:${ramCode}:*:${account}:${relative}`;
  const context = conditionContext(asked, clock);
  const decision = evaluate(directory.policiesOf(principal), { action, resource, context });
  if (decision.allowed) return;
  throw gatewayError('NoPermission', `You are not authorized to do this operation. Action: ${action}.`, {
    accessDenied: {
      AuthAction: action,
      AuthPrincipalType: principal.kind === 'user' ? 'SubUser' : 'AssumedRoleUser',
      AuthPrincipalOwnerId: account,
      AuthPrincipalDisplayName: principal.kind === 'user' ? principal.userId : `${principal.role}:${principal.session}`,
      NoPermissionType: decision.denial,
      PolicyType: 'AccountLevelIdentityBasedPolicy',
      EncodedDiagnosticMessage: sealDiagnostic(account, { action, principal: arnOf(principal), decision }),
    },
  });
}

function conditionContext({ operation, caller, request, parameters }: Asked, clock: Clock): ConditionContext {
  const userAgent = onlyHeader(request, 'user-agent');
  return {
    currentTime: clock.now(),
    secureTransport: request.secure,
    sourceIp: request.sourceAddress,
    mfaPresent: false,
    principalArn: arnOf(caller.principal),
    ...(userAgent !== undefined && { userAgent }),
    requestTags: requestTags(operation, parameters),
  };
}

/** The tags as the operation itself will read them; none where it has none to read. */
function requestTags(operation: Operation, parameters: Parameters): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  if (!Object.hasOwn(operation.request.properties, 'Tags')) return tags;
  for (let index = 1; ; index++) {
    const key = parameters.get(`Tags.${index}.Key`);
    if (key === undefined) return tags;
    tags.set(key, parameters.get(`Tags.${index}.Value`) ?? '');
  }
}
