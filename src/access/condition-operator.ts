// The operators of conditions, all of the vendor's list: what may be written beside each, and when it holds.
// The list has no `…IfExists`, `Null`, `ForAnyValue:` or `ForAllValues:`; those belong to other clouds and are refused.

import { parseUtc } from '../base/time.ts';
import type { Fact } from './condition-context.ts';
import { type Address, isWithin, parseAddress, parseRange } from './ip-range.ts';
import { compilePattern, matches } from './wildcard.ts';

/** `unknown`: the fact is not of the operator's kind, such as a tag `many` that a numeric operator asks about. */
export type Outcome = boolean | 'unknown';

export interface Operator {
  readonly kind: 'text' | 'number' | 'date' | 'boolean' | 'address';
  /** What may be written beside it, in words. */
  readonly form: string;
  /** Whether it holds where none of the written values fits, instead of where one of them does. */
  readonly negated: boolean;
  /** @param misfit is called for a written value that is not of that form; throws. */
  readonly compile: (written: readonly unknown[], misfit: (index: number) => never) => (fact: Fact) => Outcome;
}

/** @returns `undefined` for an operator the policy language does not have. */
export function findOperator(name: string): Operator | undefined {
  return operators.get(name);
}

// Bounds what one long User-Agent can cost; nobody writes a policy about a longer text.
const MAX_TEXT = 4096;

interface Kind<Value> {
  readonly kind: Operator['kind'];
  readonly form: string;
  readonly read: (fact: Fact) => Value | undefined;
}

const text: Kind<string> = {
  kind: 'text',
  form: 'a text',
  read: (fact) => (typeof fact === 'string' && fact.length <= MAX_TEXT ? fact : undefined),
};

const pattern: Kind<string> = { ...text, form: 'a text with at most 256 characters between stars if it has a ?' };

const number: Kind<number> = { kind: 'number', form: 'a decimal number of at most 2^53 - 1', read: parseDecimal };

const date: Kind<number> = {
  kind: 'date',
  form: 'a moment such as 2026-02-23T12:46:24Z or 2026-02-23T20:46:24+08:00',
  read: (fact) => (typeof fact === 'number' && Number.isFinite(fact) ? fact : parseMoment(fact)),
};

const truth: Kind<boolean> = { kind: 'boolean', form: 'true or false', read: parseTruth };

const address: Kind<Address> = {
  kind: 'address',
  form: 'an IPv4 or IPv6 address or CIDR block',
  read: (fact) => (typeof fact === 'string' ? parseAddress(fact) : undefined),
};

/** Turns a written value into the test of a fact; `undefined` if it does not fit. */
type Prepare<Value> = (written: unknown) => ((actual: Value) => boolean) | undefined;

const equal = prepare(asText, (wanted) => (actual: string) => actual === wanted);

const equalIgnoringCase = prepare(
  (written) => asText(written)?.toLowerCase(),
  (wanted) => (actual: string) => actual.toLowerCase() === wanted,
);

const like = prepare(
  (written) => (typeof written === 'string' ? compilePattern(written) : undefined),
  (wanted) => (actual: string) => matches(wanted, actual),
);

const within = prepare(
  (written) => (typeof written === 'string' ? parseRange(written) : undefined),
  (wanted) => (actual: Address) => isWithin(actual, wanted),
);

const same = prepare(parseTruth, (wanted) => (actual: boolean) => actual === wanted);

const operators: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', holdsIf(text, equal)],
  ['StringNotEquals', holdsUnless(text, equal)],
  ['StringEqualsIgnoreCase', holdsIf(text, equalIgnoringCase)],
  ['StringNotEqualsIgnoreCase', holdsUnless(text, equalIgnoringCase)],
  ['StringLike', holdsIf(pattern, like)],
  ['StringNotLike', holdsUnless(pattern, like)],
  ...ordered('Numeric', number, parseDecimal),
  ...ordered('Date', date, parseMoment),
  ['Bool', holdsIf(truth, same)],
  ['IpAddress', holdsIf(address, within)],
  ['NotIpAddress', holdsUnless(address, within)],
]);

function ordered(
  name: string,
  kind: Kind<number>,
  parse: (written: unknown) => number | undefined,
): [string, Operator][] {
  const equals = prepare(parse, (wanted) => (actual: number) => actual === wanted);
  return [
    [`${name}Equals`, holdsIf(kind, equals)],
    [`${name}NotEquals`, holdsUnless(kind, equals)],
    [
      `${name}LessThan`,
      holdsIf(
        kind,
        prepare(parse, (wanted) => (actual) => actual < wanted),
      ),
    ],
    [
      `${name}LessThanEquals`,
      holdsIf(
        kind,
        prepare(parse, (wanted) => (actual) => actual <= wanted),
      ),
    ],
    [
      `${name}GreaterThan`,
      holdsIf(
        kind,
        prepare(parse, (wanted) => (actual) => actual > wanted),
      ),
    ],
    [
      `${name}GreaterThanEquals`,
      holdsIf(
        kind,
        prepare(parse, (wanted) => (actual) => actual >= wanted),
      ),
    ],
  ];
}

function prepare<Wanted, Value>(
  parse: (written: unknown) => Wanted | undefined,
  test: (wanted: Wanted) => (actual: Value) => boolean,
): Prepare<Value> {
  return (written) => {
    const wanted = parse(written);
    return wanted === undefined ? undefined : test(wanted);
  };
}

function holdsIf<Value>(kind: Kind<Value>, prepareTest: Prepare<Value>): Operator {
  return operator(kind, prepareTest, false);
}

function holdsUnless<Value>(kind: Kind<Value>, prepareTest: Prepare<Value>): Operator {
  return operator(kind, prepareTest, true);
}

function operator<Value>({ kind, form, read }: Kind<Value>, prepareTest: Prepare<Value>, negated: boolean): Operator {
  return {
    kind,
    form,
    negated,
    compile(written, misfit) {
      const tests = written.map((value, index) => prepareTest(value) ?? misfit(index));
      return (fact) => {
        const actual = read(fact);
        return actual === undefined ? 'unknown' : tests.some((test) => test(actual)) !== negated;
      };
    },
  };
}

function asText(written: unknown): string | undefined {
  return typeof written === 'string' ? written : undefined;
}

function parseDecimal(written: unknown): number | undefined {
  if (typeof written !== 'number' && !(typeof written === 'string' && /^-?\d{1,16}(\.\d{1,16})?$/.test(written)))
    return undefined;
  // Beyond, neighbouring integers are one and the same `number`, and *equals* would lie.
  return Math.abs(Number(written)) <= Number.MAX_SAFE_INTEGER ? Number(written) : undefined;
}

function parseTruth(written: unknown): boolean | undefined {
  if (written === true || written === 'true') return true;
  if (written === false || written === 'false') return false;
  return undefined;
}

/** Seconds since 1970 of ISO 8601 text. The zone is required: without it the text would mean another moment elsewhere. */
function parseMoment(written: unknown): number | undefined {
  if (typeof written !== 'string') return undefined;
  const parts = /^(.{19})(?:Z|([+-])(0\d|1[0-4]):([0-5]\d))$/.exec(written);
  if (parts === null) return undefined;
  const [, local, sign, hours = '0', minutes = '0'] = parts;
  const asIfUtc = parseUtc(`${local}Z`);
  if (asIfUtc === undefined) return undefined;
  const offsetSeconds = Number(hours) * 3600 + Number(minutes) * 60;
  return sign === '-' ? asIfUtc + offsetSeconds : asIfUtc - offsetSeconds;
}
