// Everything below /console/: its files, and the small API behind its pages.

import type { RandomBytes } from '../../base/bytes.ts';
import type { EdgeReply, EdgeRequest } from '../edge.ts';
import { createCallIds } from '../rpc/call-ids.ts';
import { type KeySignInServices, signInByKey } from './by-access-key.ts';
import { type LinkSignInServices, signInByLink } from './by-link.ts';
import { signInByPassword } from './by-password.ts';
import { type CallServices, callAs } from './calls.ts';
import { certificateHistory, findCertificates, listCertificates } from './certificates.ts';
import { listEnding } from './figures.ts';
import { answerFile, type BuiltConsole } from './files.ts';
import { readJournal } from './journal.ts';
import { findLoggedCall } from './logged-call.ts';
import { bindOwedMfaDevice, changeOwedPassword, type OwedServices, offerMfaSeed, requireNothingOwed } from './owed.ts';
import { ConsoleError, jsonReply } from './replies.ts';
import { requireSameOrigin } from './same-origin.ts';
import { readCookie } from './session-cookie.ts';
import { isTokenOf, type Session } from './sessions.ts';
import { signOut, whoAmI } from './signing-in.ts';
import { simulateAccess } from './simulate.ts';
import { askStatus } from './status.ts';
import type { AnswerUnderOperation } from './under-operation.ts';

export interface ConsoleServices extends KeySignInServices, LinkSignInServices, OwedServices, CallServices {
  readonly built: BuiltConsole | undefined;
  readonly random: RandomBytes;
  readonly catalog: (request: EdgeRequest) => EdgeReply;
  /** Why a serial number stands as it does. */
  readonly why: AnswerUnderOperation;
  /** Counts of certificates and calls. */
  readonly figures: AnswerUnderOperation;
  /** How CRLs and OCSP of the account's CAs stand. */
  readonly publication: AnswerUnderOperation;
  /** How the service is set up. */
  readonly settings: AnswerUnderOperation;
  /** What went wrong here, for the log alone. */
  readonly onError: (error: unknown, requestId: string) => void;
}

/** What one path of the console's API does. */
type Answer = (request: EdgeRequest, services: ConsoleServices, requestId: string) => EdgeReply | Promise<EdgeReply>;

const apiPath = '/console/api/';
export const consolePath = '/console/';

/** The name of the header that carries the session's token back. */
const tokenHeader = 'x-certitude-csrf';

/**
 * By method and path below the API's. `withSession` ones are answered to whoever has a session, `signedIn` ones once there
 * is nothing he has to do first.
 */
const answers: Readonly<Record<string, Answer>> = {
  'POST session': signInByKey,
  'POST session/user': signInByPassword,
  'POST session/link': signInByLink,
  'GET session': withSession(whoAmI),
  'DELETE session': withSession((_session, request, { sessions }) => signOut(request, sessions)),
  'POST session/password': withSession(changeOwedPassword),
  'POST session/mfa-seed': withSession(offerMfaSeed),
  'POST session/mfa-device': withSession(bindOwedMfaDevice),
  'POST call': signedIn(callAs),
  'POST certificates': signedIn(listCertificates),
  'POST certificates-named': signedIn(findCertificates),
  'POST certificate-history': signedIn(certificateHistory),
  'POST figures': signedIn((session, request, services) => services.figures(session, request, services)),
  'POST ending': signedIn(listEnding),
  'POST publication': signedIn((session, request, services) => services.publication(session, request, services)),
  'POST status': signedIn(askStatus),
  'POST why': signedIn((session, request, services) => services.why(session, request, services)),
  'GET catalog': signedIn((_session, request, { catalog }) => catalog(request)),
  'POST journal': signedIn(readJournal),
  'POST logged-call': signedIn(findLoggedCall),
  'POST settings': signedIn((session, request, services) => services.settings(session, request, services)),
  'POST simulate': signedIn(simulateAccess),
};

const answersByPath = new Map<string, Map<string, Answer>>();
for (const [name, answer] of Object.entries(answers)) {
  const [method = '', path = ''] = name.split(' ');
  answersByPath.set(path, (answersByPath.get(path) ?? new Map()).set(method, answer));
}

/** `undefined` for what is not the console's. */
export function createConsole(
  services: ConsoleServices,
): (request: EdgeRequest) => EdgeReply | Promise<EdgeReply> | undefined {
  const ids = createCallIds(services.random);
  return (request) => {
    const { path } = request;
    if (path === '/console') return { status: 308, headers: { location: consolePath }, body: '' };
    if (!path.startsWith(consolePath)) return undefined;
    if (!path.startsWith(apiPath)) return answerFile(request, path.slice(consolePath.length), services);
    return answerApi(request, services, ids.requestId());
  };
}

async function answerApi(request: EdgeRequest, services: ConsoleServices, requestId: string): Promise<EdgeReply> {
  try {
    const answer = answerTo(request.method, request.path.slice(apiPath.length));
    if (request.method !== 'GET') requireSameOrigin(request);
    return await answer(request, services, requestId);
  } catch (error) {
    return refusal(error, services, requestId);
  }
}

/** @throws {ConsoleError} for a path that is not there, and for a method it does not have (RFC 9110 §15.5.6). */
function answerTo(method: string, path: string): Answer {
  const answer = answersByPath.get(path)?.get(method);
  if (answer) return answer;
  const methods = Array.from(answersByPath.get(path)?.keys() ?? []);
  if (methods.length === 0) throw new ConsoleError(404, 'InvalidApi.NotFound', 'The console has no such path.');
  const allow = methods.join(', ');
  throw new ConsoleError(405, 'UnsupportedHTTPMethod', `Use ${methods.join(' or ')}.`, { allow });
}

function refusal(error: unknown, { onError }: ConsoleServices, requestId: string): EdgeReply {
  if (error instanceof ConsoleError) {
    const { status, code, message, headers } = error;
    return jsonReply(status, { RequestId: requestId, Code: code, Message: message }, headers);
  }
  onError(error, requestId);
  const message = 'The request could not be carried out; the RequestId leads to the cause in the log.';
  return jsonReply(500, { RequestId: requestId, Code: 'InternalError', Message: message });
}

type SignedInAnswer = (
  session: Session,
  request: EdgeRequest,
  services: ConsoleServices,
  requestId: string,
) => EdgeReply | Promise<EdgeReply>;

function signedIn(answer: SignedInAnswer): Answer {
  return withSession((session, ...rest) => {
    requireNothingOwed(session);
    return answer(session, ...rest);
  });
}

/** Only with a session, and where it does something only with the token that other sites cannot read. */
function withSession(answer: SignedInAnswer): Answer {
  return (request, services, requestId) => {
    const id = readCookie(request);
    const session = id === undefined ? undefined : services.sessions.use(id);
    if (!session) throw new ConsoleError(401, 'NotSignedIn', 'You are not signed in, or your session has ended.');
    if (request.method !== 'GET' && !isTokenOf(session, request.headers.only(tokenHeader))) {
      throw new ConsoleError(403, 'InvalidCsrfToken', `The header ${tokenHeader} must carry the token of the session.`);
    }
    return answer(session, request, services, requestId);
  };
}
