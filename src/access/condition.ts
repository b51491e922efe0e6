// The `Condition` of a policy statement: operator → key → value or list of values. All operators and all keys must hold;
// of several values one must fit or, under a negated operator, none may.

import {
  type ConditionContext,
  type ConditionKey,
  type Fact,
  findConditionKey,
  notKnown,
} from './condition-context.ts';
import { findOperator, type Outcome } from './condition-operator.ts';
import { PolicyError, quoteName } from './policy-error.ts';
import { readMembers, readValues } from './policy-shape.ts';

/**
 * One operator and key, ready to be asked.
 *
 * A fact that does not exist (no User-Agent sent, no such tag) equals nothing and lies in no range: positive operators
 * do not hold. Under a negated operator the language leaves it open; like a fact that nobody looked up, or one that is
 * not of the operator's kind, it is `unknown`, and {@link holds} counts that against the caller.
 */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly ask: (context: ConditionContext) => Outcome;
}

/**
 * Whether all conditions of a statement hold, as far as its effect may rely on it: what is unknown does not let an Allow
 * take effect, and does not keep a Deny from it. Otherwise a caller could step out of "deny unless the agent is like …"
 * by leaving the header away.
 */
export function holds(conditions: readonly Condition[], effect: 'Allow' | 'Deny', context: ConditionContext): boolean {
  for (const condition of conditions) {
    const outcome = condition.ask(context);
    if (outcome === false || (outcome === 'unknown' && effect === 'Allow')) return false;
  }
  return true;
}

/**
 * @param at path of the `Condition`, for messages.
 * @param findKey which keys there are, in this kind of policy.
 * @throws {PolicyError}
 */
export function compileConditions(
  written: unknown,
  at: string,
  findKey: FindKey = findConditionKey,
): readonly Condition[] {
  const conditions: Condition[] = [];
  for (const [operatorName, keys] of readMembers(written, at)) {
    const operatorAt = `${at}.${quoteName(operatorName)}`;
    for (const [keyName, values] of readMembers(keys, operatorAt)) {
      conditions.push(compileCondition({ operatorName, keyName, written: values, operatorAt }, findKey));
    }
  }
  return conditions;
}

type FindKey = (name: string) => ConditionKey | undefined;

interface WrittenCondition {
  readonly operatorName: string;
  readonly keyName: string;
  readonly written: unknown;
  readonly operatorAt: string;
}

function compileCondition(
  { operatorName, keyName, written, operatorAt }: WrittenCondition,
  findKey: FindKey,
): Condition {
  const operator = findOperator(operatorName);
  if (operator === undefined) throw new PolicyError(operatorAt, 'is not an operator');
  const at = `${operatorAt}.${quoteName(keyName)}`;
  const key = findKey(keyName);
  if (key === undefined) throw new PolicyError(at, 'is not a condition key');
  if (key.kind !== 'text' && key.kind !== operator.kind) {
    throw new PolicyError(at, `cannot be asked by this operator, only by those for ${key.kind} values`);
  }

  const test = operator.compile(readValues(written, at), (index) => {
    throw new PolicyError(Array.isArray(written) ? `${at}[${index}]` : at, `must be ${operator.form}`);
  });
  return {
    operator: operatorName,
    key: keyName,
    ask: (context) => judge(key.read(context), test, operator.negated),
  };
}

function judge(fact: Fact | undefined | typeof notKnown, test: (fact: Fact) => Outcome, negated: boolean): Outcome {
  if (fact === notKnown) return 'unknown';
  if (fact === undefined) return negated ? 'unknown' : false;
  return test(fact);
}
