// How a command that failed explains itself, and with which exit status.

import { InvalidName } from '../access/administration/command.ts';
import { PolicyError } from '../access/policy-error.ts';
import { ConfigError } from '../app/setting.ts';
import { assertNever } from '../base/assert-never.ts';
import { type Refusal, Refused } from '../base/refusal.ts';
import { CallRefused, ServiceUnreachable } from '../client/rpc-client.ts';
import { MasterKeyProblem } from '../drivers/master-key.ts';
import { StoreProblem } from '../drivers/store-problem.ts';
import { StoreUnavailable } from '../registry/store.ts';
import { exitStatus } from './exit-status.ts';
import { printNote } from './terminal.ts';

/** The command cannot be carried out as typed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** A file or line that is not what it should be. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

interface Explanation {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** What to do next. */
  readonly hint?: string;
  readonly requestId?: string;
}

/** Prints the failure on standard error, as one JSON object where the command was asked for JSON, and returns the exit status. */
export function reportFailure(error: unknown, json: boolean): number {
  const { status, ...told } = explain(error);
  if (json) {
    printNote(JSON.stringify({ error: told }));
  } else {
    printNote(`certitude: ${told.message}`);
    if (told.requestId) printNote(`  ${told.code}, RequestId ${told.requestId}`);
    if (told.hint) printNote(`  ${told.hint}`);
  }
  return status;
}

function explain(error: unknown): Explanation {
  if (error instanceof CallRefused) return explainRefusedCall(error);
  if (error instanceof ServiceUnreachable) {
    return {
      status: exitStatus.unreachable,
      code: 'Unreachable',
      message: error.message,
      hint: 'Start the service with `certitude serve`, or name another with --endpoint or CERTITUDE_ENDPOINT.',
    };
  }
  if (error instanceof StoreProblem || error instanceof MasterKeyProblem)
    return { status: exitStatus.store, code: error.kind, message: error.message };
  if (error instanceof StoreUnavailable) {
    return {
      status: exitStatus.store,
      code: 'unavailable',
      message: `The store cannot be written right now: ${error.message}`,
      hint: 'Nothing was changed. Look for a full disk or another program that holds the database.',
    };
  }
  if (error instanceof Refused) {
    return { status: exitStatus.refused, code: error.refusal.kind, message: refusalText(error.refusal) };
  }
  if (error instanceof PolicyError) {
    return {
      status: exitStatus.badInput,
      code: 'InvalidPolicy',
      message: `The policy cannot be accepted: ${error.message}`,
      hint: 'Nothing was changed. docs/access-policies.md has the grammar with examples.',
    };
  }
  if (error instanceof InvalidName || error instanceof UsageError || error instanceof ConfigError) {
    return { status: exitStatus.usage, code: error.name, message: error.message };
  }
  if (error instanceof InputError) return { status: exitStatus.badInput, code: error.name, message: error.message };
  const system = error as NodeJS.ErrnoException;
  if (system.code === 'EADDRINUSE') {
    return {
      status: exitStatus.unreachable,
      code: system.code,
      message: 'The address to listen on is in use already.',
      hint: 'Stop the other program, or set CERTITUDE_LISTEN (or CERTITUDE_TLS_LISTEN) to another address.',
    };
  }
  // getaddrinfo: the host of CERTITUDE_LISTEN or CERTITUDE_TLS_LISTEN is a name that nobody knows.
  if (system.syscall === 'listen' || system.syscall === 'getaddrinfo') {
    return {
      status: exitStatus.unreachable,
      code: system.code ?? 'listen',
      message: `The address cannot be listened on: ${system.message}`,
      hint: 'Set CERTITUDE_LISTEN (or CERTITUDE_TLS_LISTEN) to an address and port of this machine that the service may use.',
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { status: exitStatus.internal, code: system.code ?? 'internal', message };
}

function explainRefusedCall(error: CallRefused): Explanation {
  const hints: Record<string, string> = {
    'InvalidAccessKeyId.NotFound':
      'Check CERTITUDE_ACCESS_KEY_ID; `certitude access key list` shows the keys there are.',
    SignatureDoesNotMatch: 'The secret is not the one of this access key; check CERTITUDE_ACCESS_KEY_SECRET.',
    'InvalidTimeStamp.Expired': 'The clocks of this machine and of the service differ by more than 15 minutes.',
    'InvalidProtocol.NeedSsl': 'Call the service by its https address, with --endpoint or CERTITUDE_ENDPOINT.',
    NoPermission: 'The user lacks a policy; `certitude access attach` gives it one.',
    'Throttling.User': 'Wait a second, or let the operator set another limit: `certitude quota calls`.',
    'Throttling.Api': 'Wait a second; all accounts together call this too often (CERTITUDE_API_QPS).',
  };
  const hint = hints[error.code];
  // The echoed string to sign is for programs.
  const message = error.message.split(' server string to sign is:', 1)[0] ?? error.message;
  return { status: exitStatus.refused, code: error.code, message, requestId: error.requestId, ...(hint && { hint }) };
}

function refusalText(refusal: Refusal): string {
  switch (refusal.kind) {
    case 'already-exists':
      return `There is already a ${refusal.what} ${refusal.name}.`;
    case 'does-not-exist':
      return `There is no ${refusal.what} ${refusal.name}.`;
    case 'still-in-use':
      return `The ${refusal.what} ${refusal.name} is still in use: ${refusal.by}.`;
    case 'limit-reached':
      return `${refusal.name} has ${refusal.limit} of ${refusal.what} already; delete one first.`;
    case 'authority-not-found':
      return `There is no CA ${refusal.identifier} in this account.`;
    case 'quota-below-issued':
      return `The CA has issued ${refusal.issued} certificates already; it cannot be held to fewer.`;
    case 'certificate-not-found':
    case 'not-a-root':
    case 'not-a-subordinate':
    case 'authority-revoked':
    case 'already-revoked':
    case 'not-revoked':
    case 'algorithm-not-allowed':
    case 'algorithm-family-differs':
    case 'validity-refused':
    case 'beyond-issuer':
    case 'path-length-exceeded':
    case 'usage-not-allowed':
    case 'custom-identifier-taken':
    case 'serial-number-taken':
    case 'not-on-hold':
    case 'not-issued-yet':
    case 'quota-exhausted':
    case 'too-many-tags':
    case 'key-not-held':
    case 'csr-refused':
    case 'client-token-used':
    case 'client-token-mismatch':
    case 'mfa-code-refused':
      return `The registry refused: ${refusal.kind}.`;
    default:
      return assertNever(refusal);
  }
}
