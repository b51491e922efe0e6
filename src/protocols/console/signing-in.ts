// Signing in with an access key, who is signed in, and signing out.

import { createHash } from 'node:crypto';
import type { AccessKey } from '../../access/directory.ts';
import { arnOf, type Principal } from '../../access/principal.ts';
import { assertNever } from '../../base/assert-never.ts';
import { equalSecrets } from '../../base/bytes.ts';
import type { EdgeReply, EdgeRequest } from '../edge.ts';
import { type Caller, findAccessKey, type KeyServices } from '../rpc/authentication.ts';
import { RpcError } from '../rpc/errors.ts';
import type { FailedAttempts } from './failed-attempts.ts';
import { ConsoleError, jsonReply } from './replies.ts';
import { readBody, signInBody } from './request-body.ts';
import { clearCookie, readCookie, setCookie } from './session-cookie.ts';
import type { Identity, Session, SessionRules, Sessions } from './sessions.ts';

export interface SignInServices {
  readonly keys: KeyServices;
  readonly sessions: Sessions;
  readonly sessionRules: SessionRules;
  /** By source address and by access key: neither a source that tries many keys nor many sources with one key get far. */
  readonly failedBySource: FailedAttempts;
  readonly failedByKey: FailedAttempts;
  readonly observe: (attempt: SignInAttempt) => void;
}

/** For the log. What was tried with is not in it: it may be a secret typed into the wrong field. */
export interface SignInAttempt {
  readonly outcome: 'signed-in' | 'refused' | 'too-many';
  readonly sourceAddress: string;
  readonly principal?: string;
}

/** @throws {ConsoleError} the same for a key that does not exist, is disabled, or has another secret. */
export function signIn(request: EdgeRequest, services: SignInServices): EdgeReply {
  const { accessKeyId, accessKeySecret, securityToken } = readBody(request, signInBody);
  const identity = limited(request, accessKeyId, services, () =>
    proveKey({ accessKeyId, securityToken }, accessKeySecret, services.keys),
  );
  return openSession(request, identity, services);
}

/** Counts what fails, and refuses to try again after too much of it. */
function limited(
  { sourceAddress }: EdgeRequest,
  name: string,
  { failedBySource, failedByKey, observe }: SignInServices,
  attempt: () => Identity | undefined,
): Identity {
  const wait = Math.max(failedBySource.secondsToWait(sourceAddress), failedByKey.secondsToWait(name));
  if (wait > 0) {
    observe({ outcome: 'too-many', sourceAddress });
    throw new ConsoleError(429, 'Throttling.SignIn', `Signing in failed too often; try again in ${wait} seconds.`, {
      'retry-after': String(wait),
    });
  }
  const identity = attempt();
  if (identity) return identity;
  failedBySource.add(sourceAddress);
  failedByKey.add(name);
  observe({ outcome: 'refused', sourceAddress });
  throw new ConsoleError(401, 'SignInRefused', 'There is no enabled access key with this id and secret.');
}

function openSession(request: EdgeRequest, identity: Identity, services: SignInServices): EdgeReply {
  const { sessions, sessionRules, observe } = services;
  const replaced = readCookie(request);
  if (replaced !== undefined) sessions.end(replaced);
  const id = sessions.open(identity);
  const session = sessions.use(id);
  if (!session) throw new ConsoleError(401, 'SignInRefused', 'The access key was disabled just now.');
  observe({
    outcome: 'signed-in',
    sourceAddress: request.sourceAddress,
    principal: arnOf(session.caller.principal),
  });
  return jsonReply(200, describe(session), { 'set-cookie': setCookie(request, id, sessionRules.absoluteSeconds) });
}

export function whoAmI(session: Session): EdgeReply {
  return jsonReply(200, describe(session));
}

export function signOut(request: EdgeRequest, sessions: Sessions): EdgeReply {
  const id = readCookie(request);
  if (id !== undefined) sessions.end(id);
  return jsonReply(200, {}, { 'set-cookie': clearCookie(request) });
}

function describe({ caller, displayName, csrfToken, expires, idleUntil }: Session): object {
  return {
    account: caller.account,
    principal: arnOf(caller.principal),
    displayName,
    csrfToken,
    expires: new Date(Math.min(expires, idleUntil)).toISOString(),
  };
}

interface NamedKey {
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
}

function proveKey(named: NamedKey, secret: string, keys: KeyServices): Identity | undefined {
  const key = usableKey(named, keys);
  // Hashes, so that neither the length of a secret nor whether there is such a key shows in the time taken.
  const isRight = equalSecrets(digest(key?.secret ?? ''), digest(secret));
  if (!key || !isRight) return undefined;
  return {
    displayName: `${nameOf(key.principal)}@${key.account}`,
    caller: () => callerBy(usableKey(named, keys)),
  };
}

/** As the key stands for now: its user may have been given another name. */
function callerBy(key: AccessKey | undefined): Caller | undefined {
  return key && { account: key.account, principal: key.principal };
}

function nameOf(principal: Principal): string {
  switch (principal.kind) {
    case 'root':
      return 'root';
    case 'user':
      return principal.name;
    case 'assumed-role':
      return `${principal.role}/${principal.session}`;
    default:
      return assertNever(principal);
  }
}

function usableKey(named: NamedKey, keys: KeyServices): AccessKey | undefined {
  try {
    return findAccessKey(named, keys);
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}

function digest(secret: Uint8Array | string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
