// What all ways of signing in share: attempts are counted, a session is opened; and who is signed in, and signing out.

import type { FailedAttempts } from '../../access/failed-attempts.ts';
import { arnOf, type Principal } from '../../access/principal.ts';
import { assertNever } from '../../base/assert-never.ts';
import { TooMuchWaiting } from '../../base/at-most.ts';
import { bytesToHex } from '../../base/bytes.ts';
import { parseIpAddress } from '../../pki/ip-address.ts';
import type { EdgeReply, EdgeRequest } from '../edge.ts';
import { ConsoleError, jsonReply } from './replies.ts';
import { clearCookie, readCookie, setCookie } from './session-cookie.ts';
import type { Identity, Session, SessionRules, Sessions } from './sessions.ts';

export interface SignInServices {
  readonly sessions: Sessions;
  readonly sessionRules: SessionRules;
  /** By where it comes from ({@link sourceOf}): whoever tries many names from there does not get far. */
  readonly failedBySource: FailedAttempts;
  readonly observe: (attempt: SignInAttempt) => void;
}

/** For the log. What was tried with is not in it: it may be a secret typed into the wrong field. */
export interface SignInAttempt {
  readonly outcome: 'signed-in' | 'refused' | 'too-many';
  readonly sourceAddress: string;
  readonly principal?: string;
}

/** Failures by whatever is tried with, and how many of them are forgiven where that is not the same for all. */
export interface Counted {
  readonly failed: FailedAttempts;
  readonly name: string;
  readonly limit?: number;
}

/**
 * Refuses to try again after too much failed; each attempt counts from its beginning, so that many at once get no further.
 * @param attempt tells whether it succeeded.
 * @throws {ConsoleError} 429 with the seconds to wait; 503 when too many are tried at once.
 */
export async function limited<Result>(
  request: EdgeRequest,
  { failed, name, limit }: Counted,
  { failedBySource, observe }: SignInServices,
  attempt: () => Promise<Result | undefined> | Result | undefined,
): Promise<Result | undefined> {
  const sourceAddress = request.sourceAddress();
  const source = sourceOf(sourceAddress);
  const wait = Math.max(failedBySource.secondsToWait(source), failed.secondsToWait(name, limit));
  if (wait > 0) {
    observe({ outcome: 'too-many', sourceAddress });
    throw new ConsoleError(429, 'Throttling.SignIn', `Signing in failed too often; try again in ${wait} seconds.`, {
      'retry-after': String(wait),
    });
  }
  failedBySource.add(source);
  failed.add(name, limit);
  try {
    const result = await attempt();
    if (result === undefined) {
      observe({ outcome: 'refused', sourceAddress });
    } else {
      // Of a source only this attempt: whoever can sign in as one could otherwise go on guessing at others.
      failedBySource.takeBack(source);
      failed.forget(name);
    }
    return result;
  } catch (error) {
    failedBySource.takeBack(source);
    failed.takeBack(name);
    if (error instanceof TooMuchWaiting) {
      throw new ConsoleError(503, 'ServiceUnavailable', 'Too many are signing in just now; try again in some seconds.');
    }
    throw error;
  }
}

/** An IPv6 address by its first 64 bits: the rest of it is for one host to choose as it likes (RFC 4291 §2.5.1, RFC 8981). */
export function sourceOf(address: string): string {
  const octets = parseIpAddress(address.split('%', 1)[0] ?? '');
  return octets?.length === 16 ? `${bytesToHex(octets.subarray(0, 8))}/64` : address;
}

/** In the place of the session this browser had. */
export function openSession(request: EdgeRequest, identity: Identity, services: SignInServices): EdgeReply {
  const { sessions, observe } = services;
  const replaced = readCookie(request);
  if (replaced !== undefined) sessions.end(replaced);
  const id = sessions.open(identity);
  const session = sessions.use(id);
  if (!session) throw new ConsoleError(401, 'SignInRefused', 'What you signed in with was taken away just now.');
  observe({
    outcome: 'signed-in',
    sourceAddress: request.sourceAddress(),
    principal: arnOf(session.caller.principal),
  });
  return jsonReply(200, describe(session), {
    'set-cookie': setCookie(request, id, services.sessionRules.absoluteSeconds),
  });
}

export function whoAmI(session: Session): EdgeReply {
  return jsonReply(200, describe(session));
}

export function signOut(request: EdgeRequest, sessions: Sessions): EdgeReply {
  const id = readCookie(request);
  if (id !== undefined) sessions.end(id);
  return jsonReply(200, {}, { 'set-cookie': clearCookie(request) });
}

function describe({ caller, csrfToken, expires, idleUntil, owes }: Session): object {
  return {
    account: caller.account,
    principal: arnOf(caller.principal),
    displayName: `${nameOf(caller.principal)}@${caller.account}`,
    mfaPresent: caller.mfaPresent === true,
    ...(owes && { owes }),
    csrfToken,
    expires: new Date(Math.min(expires, idleUntil)).toISOString(),
  };
}

/** For people, before the account: `alice@1234567890123456`. */
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
