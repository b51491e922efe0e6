// Whether the caller's policies allow the operation.

import { Type } from 'typebox';
import type { ConditionContext } from '../../access/condition-context.ts';
import { askFor, type Denial, type NamedPolicy } from '../../access/policy.ts';
import { arnOf } from '../../access/principal.ts';
import { evaluateSession, type Judgement as Judged } from '../../access/session-policy.ts';
import type { Clock } from '../../base/time.ts';
import type { CertificateStore } from '../../registry/store.ts';
import type { EdgeRequest, Services } from '../edge.ts';
import { accessDenied } from './access-denied.ts';
import type { Caller } from './authentication.ts';
import { decode } from './decode.ts';
import { ParameterError, type RpcError } from './errors.ts';
import type { Operation } from './operation.ts';
import type { Parameters } from './parameter-list.ts';
import { askForResourceTags, resourcesNamed, tagsOfResources } from './resource-tags.ts';

/** What is judged. */
export interface JudgedCall {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly request: EdgeRequest;
  readonly parameters: Parameters;
}

/** What the policies were asked, and what they said. */
export interface Judgement extends Judged {
  readonly action: string;
  /** ARN, or `*`; of several resources the one that is not allowed, or the first. */
  readonly resource: string;
}

/** The account itself owns its resources; identity policies limit its users only. */
const ownerMay = allowedBy('AccountOwner');
const everybodyMay = allowedBy('OpenToAll');

/** Says the same of every call of an operation, so it is put together once for each. */
function allowedBy(policy: string): (operation: Operation) => Judgement {
  const decided: Judged = { decision: { allowed: true, by: { policy, statement: 0 } }, decidedBy: 'identity' };
  const judgements = new WeakMap<Operation, Judgement>();
  return (operation) => {
    let judgement = judgements.get(operation);
    if (judgement === undefined) {
      judgement = { action: operation.action, resource: '*', ...decided };
      judgements.set(operation, judgement);
    }
    return judgement;
  };
}

interface JudgingServices extends Pick<Services, 'directory' | 'clock'> {
  readonly store: Pick<CertificateStore, 'listTags'>;
}

/** At once, unless a policy asks for tags of what the call is about. */
export function judge(asked: JudgedCall, { directory, clock, store }: JudgingServices): Judgement | Promise<Judgement> {
  const { operation, parameters } = asked;
  const { principal, account } = asked.caller;
  const { action } = operation;
  if (principal.kind === 'root') return ownerMay(operation);
  if (operation.isOpenToAll) return everybodyMay(operation);
  const policies = directory.policiesOf(principal);
  const sessionPolicy = principal.kind === 'assumed-role' ? principal.sessionPolicy : undefined;
  const context = () => conditionContext(asked, clock);
  if (operation.resource === undefined && sessionPolicy === undefined && policies.every(isUnconditional)) {
    return settledBy(policies, operation, context);
  }
  const facts = context();
  const resources = resourcesOf(asked);
  /** Each resource has to be allowed, whichever of the tags are meant. */
  const judgeWith = (contexts: readonly ConditionContext[]): Judgement => {
    const judgements = resources.flatMap((resource) =>
      contexts.map((each) => ({
        action,
        resource,
        ...evaluateSession(policies, sessionPolicy, { action, resource, context: each }),
      })),
    );
    const [first] = judgements;
    if (first === undefined) throw new TypeError('permission was asked for nothing');
    return judgements.find(({ decision }) => !decision.allowed) ?? first;
  };
  const asksForTags = askForResourceTags(policies) || (sessionPolicy && askForResourceTags([sessionPolicy]));
  const named = asksForTags ? resourcesNamed(operation, parameters) : [];
  if (named.length === 0) return judgeWith([facts]);
  return tagsOfResources(account, named, store).then((all = []) =>
    judgeWith(all.length === 0 ? [facts] : all.map((resourceTags) => ({ ...facts, resourceTags }))),
  );
}

/**
 * What nothing of a call has a say in but its operation, by the policies. It ends with their list: the directory never changes
 * one, and makes another as soon as a policy, or who has it, changes.
 */
const settled = new WeakMap<readonly NamedPolicy[], Map<Operation, Judgement>>();

function settledBy(policies: readonly NamedPolicy[], operation: Operation, context: () => ConditionContext): Judgement {
  let byOperation = settled.get(policies);
  if (byOperation === undefined) {
    byOperation = new Map();
    settled.set(policies, byOperation);
  }
  let judgement = byOperation.get(operation);
  if (judgement === undefined) {
    const { action } = operation;
    const question = { action, resource: '*', context: context() };
    judgement = { action, resource: '*', ...evaluateSession(policies, undefined, question) };
    byOperation.set(operation, judgement);
  }
  return judgement;
}

/** Kept by policy: it is another object when it says something else. */
const unconditional = new WeakMap<NamedPolicy, boolean>();

function isUnconditional(policy: NamedPolicy): boolean {
  let is = unconditional.get(policy);
  if (is === undefined) {
    is = !askFor([policy], '');
    unconditional.set(policy, is);
  }
  return is;
}

/** `NoPermission`, for a call that was judged so. */
export function refusal(
  judgement: Judgement & { readonly decision: Denial },
  asked: JudgedCall & { readonly requestId: string },
  services: Pick<Services, 'directory' | 'clock' | 'diagnostics'>,
): RpcError {
  const { requestId, caller } = asked;
  const context = conditionContext(asked, services.clock);
  return accessDenied({ ...judgement, principal: caller.principal, context, requestId }, services);
}

/** Every ARN the call needs permission for; never none. */
function resourcesOf({ operation, caller, parameters }: JudgedCall): readonly string[] {
  const about = operation.resource?.(parameters, caller.principal);
  if (about === undefined || about.length === 0) return ['*'];
  const each = typeof about === 'string' ? [about] : about;
  return each.map((resource) =>
    // Without a region: a policy names it as `*` or leaves it out, and both must match.
    resource.startsWith('acs:') ? resource : `acs:${operation.product.ramCode}::${caller.account}:${resource}`,
  );
}

/** What conditions may ask about the call. */
export function conditionContext(
  { operation, caller, request, parameters }: JudgedCall,
  clock: Clock,
): ConditionContext {
  const userAgent = request.headers.only('user-agent');
  return {
    currentTime: clock.now(),
    secureTransport: request.secure,
    sourceIp: request.sourceAddress(),
    mfaPresent: caller.mfaPresent === true,
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
