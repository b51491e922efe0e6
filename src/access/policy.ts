// Policies and how a request is judged by them: an explicit Deny wins over every Allow, and what nobody allows is denied.

import { type Condition, holds } from './condition.ts';
import type { ConditionContext } from './condition-context.ts';
import { canBeginWith, matches, matchesEverything, type Pattern } from './wildcard.ts';

export interface Policy {
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Patterns in lower case: actions are compared without regard to case. */
  readonly action: Selection;
  readonly resource: Selection;
  readonly conditions: readonly Condition[];
}

/** What is selected by `Action` or `Resource`; with `negated`, by `NotAction` or `NotResource`: everything else. */
export interface Selection {
  readonly negated: boolean;
  readonly patterns: readonly Pattern[];
}

export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

export interface Question {
  /** `<product>:<operation>`, in any case. */
  readonly action: string;
  /** ARN of one resource, or `*` where permission is asked for all that the product holds at once. */
  readonly resource: string;
  readonly context: ConditionContext;
}

/** The statement that decided: name of its policy, and its place there, counted from 0. */
export interface Ground {
  readonly policy: string;
  readonly statement: number;
}

export type Decision = { readonly allowed: true; readonly by: Ground } | Denial;

export type Denial =
  | { readonly allowed: false; readonly denial: 'ExplicitDeny'; readonly by: Ground }
  | { readonly allowed: false; readonly denial: 'ImplicitDeny' };

/** Judges one request by the policies of its principal. A question that is none (no such form of action) is denied. */
export function evaluate(policies: readonly NamedPolicy[], question: Question): Decision {
  const asked = read(question);
  if (asked === undefined) return { allowed: false, denial: 'ImplicitDeny' };
  const { context } = question;

  let allowedBy: Ground | undefined;
  for (const { name, policy } of policies) {
    for (const [index, statement] of policy.statements.entries()) {
      if (statement.effect === 'Allow' && allowedBy !== undefined) continue;
      if (!selects(statement, asked) || !holds(statement.conditions, statement.effect, context)) continue;
      const by = { policy: name, statement: index };
      if (statement.effect === 'Deny') return { allowed: false, denial: 'ExplicitDeny', by };
      allowedBy = by;
    }
  }
  return allowedBy === undefined ? { allowed: false, denial: 'ImplicitDeny' } : { allowed: true, by: allowedBy };
}

/** How one statement stands to a request: what keeps it from applying, or nothing. */
export interface Fit {
  readonly by: Ground;
  readonly effect: Statement['effect'];
  readonly applies: boolean;
  /** What it does not select, if so. */
  readonly misses?: 'action' | 'resource';
  /** Of one that selects both: the conditions that keep it from applying, and whether that is for want of knowledge. */
  readonly failing: readonly { readonly operator: string; readonly key: string; readonly isUnknown: boolean }[];
}

/** All statements, in the order {@link evaluate} goes through them, by the same rules. */
export function fits(policies: readonly NamedPolicy[], question: Question): readonly Fit[] {
  const asked = read(question);
  if (asked === undefined) return [];
  return policies.flatMap(({ name, policy }) =>
    policy.statements.map((statement, index) =>
      fitOf(statement, { policy: name, statement: index }, asked, question.context),
    ),
  );
}

function fitOf(statement: Statement, by: Ground, asked: Asked, context: ConditionContext): Fit {
  const { effect, conditions } = statement;
  if (!selectsAction(statement, asked)) return { by, effect, applies: false, misses: 'action', failing: [] };
  if (!selectsResource(statement, asked)) return { by, effect, applies: false, misses: 'resource', failing: [] };
  const failing = conditions
    .filter((condition) => !holds([condition], effect, context))
    .map(({ operator, key, ask }) => ({ operator, key, isUnknown: ask(context) === 'unknown' }));
  return { by, effect, applies: failing.length === 0, failing };
}

/** Whether some statement's conditions ask for a key that begins so, whatever it selects. */
export function askFor(policies: readonly NamedPolicy[], prefix: string): boolean {
  return policies.some(({ policy }) =>
    policy.statements.some(({ conditions }) => conditions.some(({ key }) => key.startsWith(prefix))),
  );
}

interface Asked {
  /** In lower case. */
  readonly action: string;
  readonly resource: string;
  /** How the ARNs of the product's resources begin. */
  readonly arnPrefix: string;
}

function read({ action, resource }: Question): Asked | undefined {
  const product = /^([a-z0-9-]+):[a-z0-9_-]+$/i.exec(action)?.[1]?.toLowerCase();
  if (product === undefined || resource === '') return undefined;
  return { action: action.toLowerCase(), resource, arnPrefix: `acs:${product}:` };
}

function selects(statement: Statement, asked: Asked): boolean {
  return selectsAction(statement, asked) && selectsResource(statement, asked);
}

function selectsAction({ action: { negated, patterns } }: Statement, { action }: Asked): boolean {
  return patterns.some((pattern) => matches(pattern, action)) !== negated;
}

// Where all of a product is asked for at once, a statement about some of it can be neither followed nor ignored exactly.
// Chosen: an Allow needs certainty, a Deny takes possibility.
//   Allow Resource     only where a pattern is every resource: naming an ARN of the product grants nothing, as upstream;
//   Deny Resource      where a pattern can name any resource of the product: nobody is let through to a resource that a
//                      policy meant to protect, at the price of denying the operation as a whole;
//   Allow NotResource  only where no pattern can name a resource of the product;
//   Deny NotResource   unless a pattern is every resource.
function selectsResource(
  { effect, resource: { negated, patterns } }: Statement,
  { resource, arnPrefix }: Asked,
): boolean {
  if (resource !== '*') return patterns.some((pattern) => matches(pattern, resource)) !== negated;
  const mustBeAll = (effect === 'Allow') !== negated;
  return (
    patterns.some((pattern) => (mustBeAll ? matchesEverything(pattern) : canBeginWith(pattern, arnPrefix))) !== negated
  );
}
