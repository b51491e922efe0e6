// Whether the caller's policies allow the operation, and what a caller is told when they do not.

import type { ConditionContext } from '../../access/condition-context.ts';
import { arnOf } from '../../access/principal.ts';
import { evaluateSession } from '../../access/session-policy.ts';
import type { Clock } from '../../base/time.ts';
import { type EdgeRequest, onlyHeader } from '../edge.ts';
import { accessDenied, type PermissionServices } from './access-denied.ts';
import type { Caller } from './authentication.ts';
import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';

/** A call on its way: what conditions may ask about it, and the id it is answered with. */
interface Asked {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly parameters: Parameters;
  readonly context: ConditionContext;
  readonly requestId: string;
}

/** @throws {RpcError} `NoPermission` with its AccessDeniedDetail */
export function authorize(asked: Asked, services: PermissionServices): void {
  const { operation, caller, context, requestId } = asked;
  const { principal } = caller;
  // The account itself owns its resources; identity policies limit its users only.
  if (principal.kind === 'root' || operation.isOpenToAll) return;
  const action = `${operation.product.ramCode}:${operation.name}`;
  const resource = resourceOf(asked);
  const sessionPolicy = principal.kind === 'assumed-role' ? principal.sessionPolicy : undefined;
  const policies = services.directory.policiesOf(principal);
  const { decision, decidedBy } = evaluateSession(policies, sessionPolicy, { action, resource, context });
  if (!decision.allowed) {
    throw accessDenied({ action, resource, principal, context, requestId, decidedBy, decision }, services);
  }
}

/** ARN of what permission is asked for, or `*`. */
function resourceOf({ operation, caller, parameters }: Asked): string {
  const arn = operation.resourceArn?.(parameters);
  if (arn !== undefined) return arn;
  const relative = operation.resource?.(parameters);
  // Without a region: a policy names it as `*` or leaves it out, and both must match.
  return relative === undefined ? '*' : `acs:${operation.product.ramCode}::${caller.account}:${relative}`;
}

/** What conditions may ask about a call of this operation. */
export function conditionContext(
  { operation, caller, request, parameters }: Pick<Asked, 'operation' | 'caller' | 'parameters'> & {
    readonly request: EdgeRequest;
  },
  clock: Clock,
): ConditionContext {
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
