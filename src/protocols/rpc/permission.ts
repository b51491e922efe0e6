// Whether the caller's policies allow the operation.

import { Type } from 'typebox';
import type { ConditionContext } from '../../access/condition-context.ts';
import { arnOf } from '../../access/principal.ts';
import { evaluateSession, type Judgement as Judged } from '../../access/session-policy.ts';
import type { Clock } from '../../base/time.ts';
import type { EdgeRequest, Services } from '../edge.ts';
import { accessDenied } from './access-denied.ts';
import type { Caller } from './authentication.ts';
import { decode } from './decode.ts';
import { ParameterError } from './errors.ts';
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
  const [resource = '*', ...more] = resourcesOf(asked);
  if (principal.kind === 'root') return { action, resource, ...ownerMay };
  if (operation.isOpenToAll) return { action, resource, ...everybodyMay };
  const sessionPolicy = principal.kind === 'assumed-role' ? principal.sessionPolicy : undefined;
  const policies = directory.policiesOf(principal);
  const context = conditionContext(asked, clock);
  const judgeOne = (one: string): Judgement => {
    const judged = evaluateSession(policies, sessionPolicy, { action, resource: one, context });
    return { action, resource: one, ...judged };
  };
  const first = judgeOne(resource);
  if (!first.decision.allowed || more.length === 0) return first;
  return more.map(judgeOne).find(({ decision }) => !decision.allowed) ?? first;
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

/** Every ARN the call needs permission for; never none. */
function resourcesOf({ operation, caller, parameters }: Asked): readonly string[] {
  const about = operation.resource?.(parameters, caller.principal);
  if (about === undefined || about.length === 0) return ['*'];
  const each = typeof about === 'string' ? [about] : about;
  return each.map((resource) =>
    // Without a region: a policy names it as `*` or leaves it out, and both must match.
    resource.startsWith('acs:') ? resource : `acs:${operation.product.ramCode}::${caller.account}:${resource}`,
  );
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

/** The tags as the operation itself will read them; none where it has none to read, or will refuse them. */
function requestTags({ request, accessLevel }: Operation, parameters: Parameters): ReadonlyMap<string, string> {
  const [name, schema] = Object.entries(request.properties).find(([each]) => each === 'Tags' || each === 'Tag') ?? [];
  // A list is filtered by tags: nothing gets them.
  if (name === undefined || schema === undefined || accessLevel === 'list') return new Map();
  try {
    const tags = decode(Type.Object({ [name]: Type.Optional(schema) }), parameters)[name] as Tags | undefined;
    return new Map(tags?.map(({ Key, Value = '' }) => [Key, Value]));
  } catch (error) {
    if (error instanceof ParameterError) return new Map();
    throw error;
  }
}

type Tags = readonly { readonly Key: string; readonly Value?: string }[];
