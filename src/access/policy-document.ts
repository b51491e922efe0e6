// Reads policy documents, JSON in the policy language of RAM, into the form that requests are judged by.

import { compileConditions } from './condition.ts';
import type { Policy, Selection, Statement } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { readKnownMembers, readValues } from './policy-shape.ts';
import { parseStrictJson } from './strict-json.ts';
import { compilePattern, type Pattern } from './wildcard.ts';

/**
 * Longest document, in characters: the vendor's limit for a custom policy (RAM, "Limits", 2025). It bounds the number of
 * statements and patterns, and with it what judging one request can cost.
 */
export const MAX_POLICY_LENGTH = 6144;

// Document, statements, statement, Condition, operator, list of values: the grammar goes no deeper.
const MAX_POLICY_DEPTH = 6;

/** @throws {PolicyError} for everything the grammar does not have; a document is never understood in part. */
export function parsePolicy(text: string): Policy {
  const document = parseStrictJson(text, { length: MAX_POLICY_LENGTH, depth: MAX_POLICY_DEPTH });
  const members = readKnownMembers(document, '', ['Version', 'Statement']);
  if (members.get('Version') !== '1') throw new PolicyError('Version', 'must be "1"');
  const statements = members.get('Statement');
  if (!Array.isArray(statements)) throw new PolicyError('Statement', 'must be a list');
  if (statements.length === 0) throw new PolicyError('Statement', 'must not be empty');
  return { statements: statements.map((statement, index) => parseStatement(statement, `Statement[${index}]`)) };
}

const STATEMENT_MEMBERS = ['Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'];

function parseStatement(written: unknown, at: string): Statement {
  const members = readKnownMembers(written, at, STATEMENT_MEMBERS);
  const effect = members.get('Effect');
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyError(`${at}.Effect`, 'must be "Allow" or "Deny"');
  return {
    effect,
    action: parseSelection(members, 'Action', at, compileAction),
    resource: parseSelection(members, 'Resource', at, compileResource),
    conditions: members.has('Condition') ? compileConditions(members.get('Condition'), `${at}.Condition`) : [],
  };
}

function parseSelection(
  members: ReadonlyMap<string, unknown>,
  name: 'Action' | 'Resource',
  at: string,
  compile: (pattern: string, at: string) => Pattern,
): Selection {
  const negated = members.has(`Not${name}`);
  if (negated === members.has(name)) throw new PolicyError(at, `must have exactly one of ${name} and Not${name}`);
  const member = negated ? `Not${name}` : name;
  const written = members.get(member);
  const patterns = readValues(written, `${at}.${member}`).map((pattern, index) => {
    const patternAt = Array.isArray(written) ? `${at}.${member}[${index}]` : `${at}.${member}`;
    if (typeof pattern !== 'string') throw new PolicyError(patternAt, 'must be a text');
    return compile(pattern, patternAt);
  });
  return { negated, patterns };
}

function compileAction(text: string, at: string): Pattern {
  if (!/^(\*|[a-z0-9*?-]+:[a-z0-9*?_-]+)$/i.test(text)) throw new PolicyError(at, 'must be * or <product>:<operation>');
  return compile(text.toLowerCase(), at);
}

// Anything else can never be the name of a resource: in a Deny it would silently protect nothing.
function compileResource(text: string, at: string): Pattern {
  if (!/^(\*|acs:[^:]*:[^:]*:[^:]*:.+)$/s.test(text)) {
    throw new PolicyError(at, 'must be * or acs:<product>:<region>:<account>:<resource>');
  }
  // The vendor writes `acs:ram:*:…` and, in newer pages, `acs:ram::…`: a region left out is every region.
  return compile(text.replace(/^(acs:[^:]*)::/, '$1:*:'), at);
}

function compile(text: string, at: string): Pattern {
  const pattern = compilePattern(text);
  if (pattern === undefined) throw new PolicyError(at, 'has more than 256 characters with a ? between two stars');
  return pattern;
}
