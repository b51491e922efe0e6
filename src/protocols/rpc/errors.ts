// What a refused call looks like: the codes, HTTP statuses and words of this protocol, in one place.

import type { Denial } from '../../access/policy.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { Refusal } from '../../base/refusal.ts';
import { formatUtc } from '../../base/time.ts';

/** A refusal on its way to the caller. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: string;
  readonly status: number;
  readonly retryAfterMillis: number | undefined;
  readonly accessDenied: AccessDeniedDetail | undefined;
  /** What a policy decided, for the log. */
  readonly decision: Denial | undefined;

  constructor(
    code: string,
    status: number,
    message: string,
    more: {
      readonly retryAfterMillis?: number;
      readonly accessDenied?: AccessDeniedDetail;
      readonly decision?: Denial;
    } = {},
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfterMillis = more.retryAfterMillis;
    this.accessDenied = more.accessDenied;
    this.decision = more.decision;
  }
}

/** Why a policy refused, in the words of the vendor's access management. */
export interface AccessDeniedDetail {
  readonly AuthAction: string;
  readonly AuthPrincipalType: 'SubUser' | 'AssumedRoleUser' | 'RootUser';
  readonly AuthPrincipalOwnerId: string;
  readonly AuthPrincipalDisplayName: string;
  readonly NoPermissionType: 'ImplicitDeny' | 'ExplicitDeny';
  readonly PolicyType: 'AccountLevelIdentityBasedPolicy' | 'SessionPolicy' | 'AssumeRolePolicy';
  readonly EncodedDiagnosticMessage: string;
}

/** The gateway's own refusals. `{Name}` forms are made by `missing` and `invalid`. */
export const gatewayErrors = {
  'InvalidParameter.Format': { http: 400, message: 'Format must be JSON or XML.' },
  UnsupportedHTTPMethod: { http: 400, message: 'Use GET or POST.' },
  'InvalidApi.NotFound': { http: 404, message: 'The API is served under / only; check the URL and the method.' },
  'InvalidAction.NotFound': { http: 404, message: 'The specified api is not found, please check your url and method.' },
  InvalidVersion: { http: 400, message: 'Version must be that of an API served here.' },
  'InvalidProtocol.NeedSsl': { http: 400, message: 'This operation is to be called over https here.' },
  IncompleteSignature: { http: 400, message: 'The request is not signed, or not completely.' },
  InvalidSignatureMethod: { http: 400, message: 'SignatureMethod must be HMAC-SHA1 or HMAC-SHA256.' },
  InvalidSignatureVersion: { http: 400, message: 'SignatureVersion must be 1.0.' },
  SignatureDoesNotMatch: { http: 400, message: 'The signature is not the one calculated here.' },
  SignatureNonceUsed: { http: 400, message: 'The signature nonce was used before; make a new one for each request.' },
  'InvalidAccessKeyId.NotFound': { http: 404, message: 'The specified access key is not found.' },
  'InvalidAccessKeyId.Inactive': { http: 400, message: 'The specified access key is disabled.' },
  'InvalidTimeStamp.Format': { http: 400, message: 'The timestamp must have the form yyyy-MM-ddTHH:mm:ssZ, in UTC.' },
  'InvalidTimeStamp.Expired': { http: 400, message: 'The timestamp is more than 15 minutes away from the clock here.' },
  MissingSecurityToken: { http: 400, message: 'SecurityToken is mandatory for this action.' },
  'InvalidSecurityToken.Malformed': { http: 400, message: 'The security token is not one issued here.' },
  'InvalidSecurityToken.MismatchWithAccessKey': {
    http: 400,
    message: 'The security token was not issued with this access key.',
  },
  'InvalidSecurityToken.Expired': { http: 400, message: 'The security token is expired; assume the role again.' },
  RequestTooLarge: { http: 413, message: 'The request body is larger than 1 MiB.' },
  NoPermission: { http: 403, message: 'You are not authorized to do this operation.' },
  'Throttling.User': { http: 400, message: 'Request was denied due to user flow control.' },
  'Throttling.Api': { http: 400, message: 'Request was denied due to api flow control.' },
  InternalError: {
    http: 500,
    message: 'The request could not be carried out; the RequestId leads to the cause in the log.',
  },
  ServiceUnavailable: { http: 503, message: 'The service cannot do this right now; try again.' },
} as const satisfies Record<string, { readonly http: number; readonly message: string }>;

export type GatewayErrorCode = keyof typeof gatewayErrors;

/** @param message more to the point than the usual words, where there is more to say. */
export function gatewayError(
  code: GatewayErrorCode,
  message?: string,
  more?: ConstructorParameters<typeof RpcError>[3],
): RpcError {
  const { http, message: usual } = gatewayErrors[code];
  return new RpcError(code, http, message ?? usual, more);
}

/** What is wrong with a parameter. Products differ in how many of these they have codes for. */
export type Flaw = 'length' | 'characters' | 'format' | 'range' | 'weak' | 'malformed' | 'value';

/** A parameter that is not there or cannot be accepted; wording.ts has the code of it in each product. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
  readonly parameter: string;
  readonly problem: 'missing' | Flaw;
  constructor(parameter: string, problem: 'missing' | Flaw, message: string) {
    super(message);
    this.parameter = parameter;
    this.problem = problem;
  }
}

/** A parameter that has to be there is not. */
export function missing(name: string): ParameterError {
  return new ParameterError(name, 'missing', `${name} is mandatory for this action.`);
}

/** A parameter is there and cannot be accepted. `reason` completes "SerialNumber …". */
export function invalid(name: string, reason: string, flaw: Flaw = 'value'): ParameterError {
  return new ParameterError(name, flaw, `${name} ${reason}.`);
}

export interface WireRefusal {
  readonly code: string;
  readonly http: number;
  readonly message: string;
}

/** The domain's refusals on this wire. The codes are ours: the vendor publishes none for its operations but NotFound. */
export function wireRefusal(refusal: Refusal): WireRefusal {
  switch (refusal.kind) {
    case 'certificate-not-found':
      return notFound(`There is no certificate with the identifier ${refusal.identifier}.`);
    case 'authority-not-found':
      return notFound(`There is no CA certificate with the identifier ${refusal.identifier}.`);
    case 'not-a-root':
      return bad(
        'InvalidParentIdentifier',
        `${refusal.identifier} is not a root CA; only a root signs subordinate CAs.`,
      );
    case 'not-a-subordinate':
      return bad(
        'InvalidParentIdentifier',
        `${refusal.identifier} is a root CA or an external one; certificates are issued by subordinate CAs held here.`,
      );
    case 'authority-revoked':
      return bad(
        'InvalidParentIdentifier',
        `The CA ${refusal.identifier} is revoked; nothing more is issued below it.`,
      );
    case 'already-revoked':
      return bad('InvalidStatus', `The certificate ${refusal.identifier} is revoked already.`);
    case 'not-revoked':
      return bad(
        'InvalidStatus',
        `The certificate ${refusal.identifier} is not revoked; revoke it before deleting it.`,
      );
    case 'algorithm-not-allowed':
      return bad('InvalidAlgorithm', `Algorithm ${refusal.algorithm} is not allowed: ${refusal.reason}.`);
    case 'algorithm-family-differs':
      return bad(
        'InvalidAlgorithm',
        `Algorithm ${refusal.algorithm} is of another family than the issuing CA's ${refusal.issuerAlgorithm}.`,
      );
    case 'validity-refused':
      return bad('InvalidValidity', `The validity cannot be accepted: ${refusal.reason}.`);
    case 'beyond-issuer':
      return bad(
        'InvalidValidity',
        `The certificate would end at ${formatUtc(refusal.notAfter)}, after its issuing CA (${formatUtc(refusal.issuerNotAfter)}).`,
      );
    case 'path-length-exceeded':
      return bad('InvalidPathLenConstraint', `The path length of ${refusal.identifier} leaves no room for this.`);
    case 'usage-not-allowed':
      return bad(
        'InvalidParentIdentifier',
        `The CA ${refusal.identifier} is restricted to other uses than ${refusal.usage}.`,
      );
    case 'custom-identifier-taken':
      return bad('InvalidCustomIdentifier', `CustomIdentifier ${refusal.customIdentifier} is in use already.`);
    case 'serial-number-taken':
      return bad('InvalidSerialNumber', `The serial number ${refusal.serialNumber} is in use already.`);
    case 'not-on-hold':
      return bad('InvalidStatus', `The certificate ${refusal.identifier} is not on hold; only a hold can be lifted.`);
    case 'not-issued-yet':
      return bad('InvalidStatus', `The certificate ${refusal.identifier} is not issued yet; try again in a moment.`);
    case 'quota-exhausted':
      return bad(
        'QuotaExceeded',
        `The CA ${refusal.identifier} has issued the ${refusal.total} certificates it was granted.`,
      );
    case 'quota-below-issued':
      return bad(
        'InvalidCertTotalCount',
        `The CA ${refusal.identifier} has issued ${refusal.issued} certificates already; it cannot be granted fewer.`,
      );
    case 'too-many-tags':
      return bad('InvalidTags', `${refusal.identifier} would have more than ${refusal.limit} tags.`);
    case 'key-not-held':
      return bad(
        'InvalidIdentifier',
        `The private key of ${refusal.identifier} is not held here: it was made elsewhere, or erased.`,
      );
    case 'csr-refused':
      return bad('InvalidCsr', `The certificate request cannot be accepted: ${refusal.reason}.`);
    case 'client-token-used':
    case 'client-token-mismatch':
      return bad(
        'IdempotentParameterMismatch',
        `The ClientToken ${refusal.token} was used before with other parameters; make a new one for each new request.`,
      );
    case 'already-exists':
    case 'does-not-exist':
    case 'still-in-use':
    case 'limit-reached':
    case 'mfa-code-refused':
      // Access is administered on the command line, which has words of its own for these.
      return { code: 'InternalError', http: 500, message: gatewayErrors.InternalError.message };
    default:
      return assertNever(refusal);
  }
}

function bad(code: string, message: string): WireRefusal {
  return { code, http: 400, message };
}

function notFound(message: string): WireRefusal {
  return { code: 'NotFound', http: 404, message };
}
