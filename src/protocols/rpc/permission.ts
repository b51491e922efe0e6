// Whether the caller's policies allow the operation.

import type { ConditionContext } from '../../access/condition-context.ts';
import { arnOf } from '../../access/principal.ts';
import { evaluateSession, type Judgement as Judged } from '../../access/session-policy.ts';
import type { Clock } from '../../base/time.ts';
import type { EdgeRequest, Services } from '../edge.ts';
import { accessDenied } from './access-denied.ts';
import type { Caller } from './authentication.ts';
import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';

interface Asked {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly request: EdgeRequest;
  readonly parameters: Parameters;
}

/** What the policies were asked, and what they said. */
export interface Judgement extends Judged {
  readonly action: string;
  /** ARN, or `*`. */
  readonly resource: string;
}

/** The account itself owns its resources; identity policies limit its users only. */
const ownerMay = allowedBy('AccountOwner');
const everybodyMay = allowedBy('OpenToAll');

function allowedBy(policy: string): Judged {
  return { decision: { allowed: true, by: { policy, statement: 0 } }, decidedBy: 'identity' };
}

export function judge(asked: Asked, { directory, clock }: Pick<Services, 'directory' | 'clock'>): Judgement {
  const { operation } = asked;
  const { principal } = asked.caller;
  const action = `${operation.product.ramCode}:${operation.name}`;
  const resource = resourceOf(asked);
  if (principal.kind === 'root') return { action, resource, ...ownerMay };
  if (operation.isOpenToAll) return { action, resource, ...everybodyMay };
  const sessionPolicy = principal.kind === 'assumed-role' ? principal.sessionPolicy : undefined;
  const question = { action, resource, context: conditionContext(asked, clock) };
  return { action, resource, ...evaluateSession(directory.policiesOf(principal), sessionPolicy, question) };
}

/** @throws {RpcError} `NoPermission` with its AccessDeniedDetail */
export function requireAllowed(
  { action, resource, decision, decidedBy }: Judgement,
  asked: Asked & { readonly requestId: string },
  services: Pick<Services, 'directory' | 'clock' | 'diagnostics'>,
): void {
  if (decision.allowed) return;
  const { requestId, caller } = asked;
  const context = conditionContext(asked, services.clock);
  throw accessDenied(
    { action, resource, principal: caller.principal, context, requestId, decidedBy, decision },
    services,
  );
}

/** ARN of what permission is asked for, or `*`. */
function resourceOf({ operation, caller, parameters }: Asked): string {
  const about = operation.resource?.(parameters);
  if (about === undefined || about.startsWith('acs:')) return about ?? '*';
  // Without a region: a policy names it as `*` or leaves it out, and both must match.
  return `acs:${operation.product.ramCode}::${caller.account}:${about}`;
}

/** What conditions may ask about the call. */
export function conditionContext({ operation, caller, request, parameters }: Asked, clock: Clock): ConditionContext {
  const userAgent = request.headers.only('user-agent');
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
