// Whether the caller's policies allow the operation, and what a caller is told when they do not.

import { Type } from 'typebox';
import type { ConditionContext } from '../../access/condition-context.ts';
import type { Directory } from '../../access/directory.ts';
import { type Decision, evaluate } from '../../access/policy.ts';
import { arnOf } from '../../access/principal.ts';
import type { Clock } from '../../base/time.ts';
import type { CertificateStore } from '../../registry/store.ts';
import type { EdgeRequest } from '../edge.ts';
import type { Caller } from './authentication.ts';
import { decode } from './decode.ts';
import { gatewayError, ParameterError } from './errors.ts';
import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';
import { askForResourceTags, resourcesNamed, tagsOfResources } from './resource-tags.ts';

export interface PermissionServices {
  readonly directory: Directory;
  readonly clock: Clock;
  readonly services: { readonly store: Pick<CertificateStore, 'listTags'> };
  /** Makes the opaque text that explains a refusal to whoever runs the service, bound to the account. */
  readonly sealDiagnostic: (account: string, facts: object) => string;
}

/** What is judged. */
export interface JudgedCall {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly request: EdgeRequest;
  readonly parameters: Parameters;
}

/** What the policies were asked, and what they said. */
export interface Judgement {
  readonly action: string;
  /** ARN, or `*`; of several resources the one that is not allowed, or the first. */
  readonly resource: string;
  readonly decision: Decision;
}

/** The account itself owns its resources; identity policies limit its users only. */
const ownerMay: Decision = { allowed: true, by: { policy: 'AccountOwner', statement: 0 } };

/** At once, unless a policy asks for tags of what the call is about. */
export function judge(
  asked: JudgedCall,
  { directory, clock, services: { store } }: PermissionServices,
): Judgement | Promise<Judgement> {
  const { operation, parameters } = asked;
  const { principal, account } = asked.caller;
  const action = `${operation.product.ramCode}:${operation.name}`;
  if (principal.kind === 'root') return { action, resource: '*', decision: ownerMay };
  const context = conditionContext(asked, clock);
  const policies = directory.policiesOf(principal);
  const resources = resourcesOf(asked);
  /** Each resource has to be allowed, whichever of the tags are meant. */
  const judgeWith = (contexts: readonly ConditionContext[]): Judgement => {
    const judgements = resources.flatMap((resource) =>
      contexts.map((facts) => ({
        action,
        resource,
        decision: evaluate(policies, { action, resource, context: facts }),
      })),
    );
    const [first] = judgements;
    if (first === undefined) throw new TypeError('permission was asked for nothing');
    return judgements.find(({ decision }) => !decision.allowed) ?? first;
  };
  const named = askForResourceTags(policies) ? resourcesNamed(operation, parameters) : [];
  if (named.length === 0) return judgeWith([context]);
  return tagsOfResources(account, named, store).then((all = []) =>
    judgeWith(all.length === 0 ? [context] : all.map((resourceTags) => ({ ...context, resourceTags }))),
  );
}

/** @throws {RpcError} `NoPermission` with its AccessDeniedDetail */
export function requireAllowed(
  { action, decision }: Judgement,
  { principal, account }: Caller,
  { sealDiagnostic }: PermissionServices,
): void {
  if (decision.allowed || principal.kind === 'root') return;
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

/** Every ARN the call needs permission for; never none. */
function resourcesOf({ operation, caller, parameters }: JudgedCall): readonly string[] {
  const about = operation.resource?.(parameters, caller.principal);
  if (about === undefined || about.length === 0) return ['*'];
  const each = typeof about === 'string' ? [about] : about;
  return each.map((resource) =>
    resource.startsWith('acs:') ? resource : `acs:${operation.product.ramCode}:*:${caller.account}:${resource}`,
  );
}

function conditionContext({ operation, caller, request, parameters }: JudgedCall, clock: Clock): ConditionContext {
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
