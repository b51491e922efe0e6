// The only place that talks to the service: the console's own API, and through it every operation.

import type { ExplorerCatalog } from '../../src/protocols/console/explorer-catalog.ts';

export type { ExplorerCatalog };
export type ExplorerProduct = ExplorerCatalog['products'][number];
export type ExplorerOperation = ExplorerProduct['operations'][number];

/** Who is signed in. */
export interface SignedIn {
  readonly account: string;
  /** ARN. */
  readonly principal: string;
  readonly displayName: string;
  /** Whether a code of an MFA device was part of signing in. */
  readonly mfaPresent: boolean;
  /** What has to be done before anything else. */
  readonly owes?: 'change-password' | 'bind-mfa-device';
  readonly csrfToken: string;
  /** ISO 8601. */
  readonly expires: string;
}

export interface Credentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string;
}

export interface UserCredentials {
  /** `<user>@<account>`. */
  readonly userName: string;
  readonly password: string;
  /** Of the user's MFA device; without one where one is needed, the code of the refusal is `MfaCodeRequired`. */
  readonly code?: string;
}

/** A call of the API as it went over the wire, whatever its outcome. */
export interface CallRecord {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly durationMillis: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
}

export interface CallRequest {
  readonly version: string;
  readonly action: string;
  /** Wire parameters: `Tags.1.Key` and the like. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly format?: 'JSON' | 'XML';
}

/** What a caller whom a policy refuses is told. */
export interface AccessDenied {
  /** `<product>:<operation>`. */
  readonly action: string;
  readonly denial: 'ExplicitDeny' | 'ImplicitDeny';
  /** For DecodeDiagnosticMessage. */
  readonly diagnosticMessage: string;
}

/** The service said no, or did not answer; then `code` is `Unreachable`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly requestId: string;
  readonly accessDenied: AccessDenied | undefined;
  /** Of a throttled call: how long to wait. */
  readonly retryAfterMillis: number;

  constructor(
    refusal: { Code?: unknown; Message?: unknown; RequestId?: unknown; AccessDeniedDetail?: unknown },
    status: number,
    retryAfterMillis: number = 0,
  ) {
    super(typeof refusal.Message === 'string' ? refusal.Message : 'The service gave no reason.');
    this.code = typeof refusal.Code === 'string' ? refusal.Code : 'Unknown';
    this.status = status;
    this.retryAfterMillis = retryAfterMillis;
    this.requestId = typeof refusal.RequestId === 'string' ? refusal.RequestId : '';
    this.accessDenied = readAccessDenied(refusal.AccessDeniedDetail);
  }
}

function readAccessDenied(detail: unknown): AccessDenied | undefined {
  if (typeof detail !== 'object' || detail === null) return undefined;
  const { AuthAction, NoPermissionType, EncodedDiagnosticMessage } = detail as Record<string, unknown>;
  return {
    action: String(AuthAction),
    denial: NoPermissionType === 'ExplicitDeny' ? 'ExplicitDeny' : 'ImplicitDeny',
    diagnosticMessage: String(EncodedDiagnosticMessage),
  };
}

const casVersion = '2020-06-30';

let csrfToken = '';
let onSignedOut: () => void = () => {};

/** @param listener called when the service no longer knows the session. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** @throws {ApiError} */
export async function signIn(credentials: Credentials): Promise<SignedIn> {
  return remember(await send<SignedIn>('POST', 'session', credentials));
}

/** @throws {ApiError} */
export async function signInAsUser(credentials: UserCredentials): Promise<SignedIn> {
  return remember(await send<SignedIn>('POST', 'session/user', credentials));
}

/** With the token of a link that is good once. @throws {ApiError} */
export async function signInByLink(token: string): Promise<SignedIn> {
  return remember(await send<SignedIn>('POST', 'session/link', { token }));
}

/** Where `owes` asks for it. @returns the session that takes this one's place. @throws {ApiError} */
export async function chooseNewPassword(newPassword: string): Promise<SignedIn> {
  return remember(await send<SignedIn>('POST', 'session/password', { newPassword }));
}

/** Seed of an MFA device to be bound, as text and as a PNG in Base64, where `owes` asks for it. @throws {ApiError} */
export function offeredMfaSeed(): Promise<{ readonly seed: string; readonly qrCode: string }> {
  return send('POST', 'session/mfa-seed', {});
}

/** @returns the session that takes this one's place. @throws {ApiError} */
export async function bindMfaDevice(code1: string, code2: string): Promise<SignedIn> {
  return remember(await send<SignedIn>('POST', 'session/mfa-device', { code1, code2 }));
}

/** @returns `undefined` when nobody is. @throws {ApiError} */
export async function whoIsSignedIn(): Promise<SignedIn | undefined> {
  try {
    return remember(await send<SignedIn>('GET', 'session'));
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) return undefined;
    throw error;
  }
}

export async function signOut(): Promise<void> {
  await send('DELETE', 'session');
  onSignedOut();
}

/** A call with all that is to be known of it; refused ones too. @throws {ApiError} if it could not be made. */
export function callForRecord(call: CallRequest): Promise<CallRecord> {
  return send('POST', 'call', call);
}

/**
 * What an operation answers.
 * @param version of the API; that of the certificate service when left out.
 * @throws {ApiError} with the code of the operation's refusal
 */
export async function callOperation<Answer>(
  action: string,
  parameters: Readonly<Record<string, string>> = {},
  version: string = casVersion,
): Promise<Answer> {
  const { status, body } = await callForRecord({ version, action, parameters });
  const answer = JSON.parse(body);
  if (status !== 200) throw new ApiError(answer, status);
  return answer;
}

let catalog: Promise<ExplorerCatalog> | undefined;

/** The operations there are; asked for once. @throws {ApiError} */
export function loadCatalog(): Promise<ExplorerCatalog> {
  catalog ??= send<ExplorerCatalog>('GET', 'catalog').catch((error: unknown) => {
    catalog = undefined;
    throw error;
  });
  return catalog;
}

/** A request to `/console/api/<path>`. @throws {ApiError} */
export async function send<Answer>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(`/console/api/${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(method !== 'GET' && { 'x-certitude-csrf': csrfToken }),
      },
      ...(body && { body: JSON.stringify(body) }),
      credentials: 'same-origin',
      redirect: 'error',
    });
  } catch {
    throw new ApiError({ Code: 'Unreachable', Message: 'The service does not answer.' }, 0);
  }
  const answer = await response.json().catch(() => ({}));
  if (response.ok) return answer;
  const error = new ApiError(answer, response.status, Number(response.headers.get('x-acs-retry-after') ?? 0));
  if (error.code === 'NotSignedIn') onSignedOut();
  throw error;
}

function remember(signedIn: SignedIn): SignedIn {
  csrfToken = signedIn.csrfToken;
  return signedIn;
}
