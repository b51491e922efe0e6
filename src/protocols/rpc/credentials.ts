// Reads who says to be calling and how to prove it: signature V1 from the parameters, or V3 from the headers, never both.

import { sha256Hex } from '../../base/bytes.ts';
import type { EdgeRequest } from '../edge.ts';
import { gatewayError, missing } from './errors.ts';
import type { ParameterList, Parameters } from './parameter-list.ts';
import type { Collected } from './parameters.ts';
import { type SignatureV1Method, signatureV1Methods, signV1, stringToSignV1 } from './signature-v1.ts';
import { parseAuthorizationV3, requiredSignedHeaders, signV3, stringToSignV3 } from './signature-v3.ts';

/** What the request claims, in the same words for both schemes. Nothing in it is proven yet. */
export interface Claims {
  readonly action: string;
  readonly version: string;
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly timestamp: string;
  readonly nonce: string;
  /** In the one form that {@link expectedSignature} has. */
  readonly signature: string;
  /** Made from the request as received; only once asked for, so that strangers cannot make us build it. */
  readonly stringToSign: () => string;
  /** The signature that the holder of `secret` would have made on that string. */
  readonly expectedSignature: (secret: Uint8Array, stringToSign: string) => string;
}

const credentialParameters = [
  'AccessKeyId',
  'Signature',
  'SignatureMethod',
  'SignatureNonce',
  'SignatureVersion',
  'SecurityToken',
];
const longestNonce = 256;

/** @throws {RpcError} when something is missing, unreadable, contradictory or there are two sources of credentials. */
export function readClaims(request: EdgeRequest, collected: Collected): Claims {
  const claims = request.headers.has('authorization') ? readV3(request, collected) : readV1(request, collected.all);
  if (claims.nonce.length > longestNonce) {
    throw gatewayError('IncompleteSignature', `The signature nonce is longer than ${longestNonce} characters.`);
  }
  return claims;
}

function readV1(request: EdgeRequest, parameters: ParameterList): Claims {
  const action = need(parameters, 'Action');
  const version = need(parameters, 'Version');
  const accessKeyId = need(parameters, 'AccessKeyId');
  // An empty SignatureType is what an older client sends for "the usual one".
  if (parameters.get('SignatureType')) {
    throw gatewayError(
      'IncompleteSignature',
      'SignatureType must be left out or empty: calls are signed with an access key.',
    );
  }
  const method = signatureMethod(need(parameters, 'SignatureMethod'));
  if (!method) throw gatewayError('InvalidSignatureMethod');
  if (need(parameters, 'SignatureVersion') !== '1.0') throw gatewayError('InvalidSignatureVersion');
  const signature = parameters.get('Signature');
  if (!signature) throw gatewayError('IncompleteSignature', 'Signature is mandatory for this action.');
  return {
    action,
    version,
    accessKeyId,
    securityToken: parameters.get('SecurityToken') || undefined,
    timestamp: need(parameters, 'Timestamp'),
    nonce: need(parameters, 'SignatureNonce'),
    signature,
    stringToSign: () => stringToSignV1(request.method, parameters),
    expectedSignature: (secret, stringToSign) => signV1(secret, method, stringToSign),
  };
}

function need(parameters: Parameters, name: string): string {
  const value = parameters.get(name);
  if (value === undefined || value === '') throw missing(name);
  return value;
}

function readV3(request: EdgeRequest, { all: parameters, query, body }: Collected): Claims {
  const mixed = credentialParameters.find((name) => parameters.has(name));
  if (mixed) {
    throw gatewayError(
      'IncompleteSignature',
      `The request is signed in the Authorization header and carries ${mixed} as a parameter; send credentials in one place.`,
    );
  }
  const header = request.headers.only('authorization');
  const authorization = header === undefined ? undefined : parseAuthorizationV3(header);
  if (!authorization) {
    throw gatewayError(
      'IncompleteSignature',
      'Authorization must be sent once and read ACS3-HMAC-SHA256 Credential=…,SignedHeaders=…,Signature=….',
    );
  }
  const signed: [name: string, value: string][] = [];
  for (const name of authorization.signedHeaders) {
    const value = request.headers.only(name);
    if (value === undefined) {
      throw gatewayError(
        'IncompleteSignature',
        `The signed header ${printable(name)} is missing or sent more than once.`,
      );
    }
    signed.push([name, value]);
  }
  const needSigned = (name: string): string => {
    for (const [each, value] of signed) if (each === name && value !== '') return value;
    throw gatewayError('IncompleteSignature', `The header ${name} must be sent and signed.`);
  };
  for (const name of requiredSignedHeaders) needSigned(name);
  const action = needSigned('x-acs-action');
  const version = needSigned('x-acs-version');
  assertSame('Action', action, parameters);
  assertSame('Version', version, parameters);
  if (body !== 'unread' && needSigned('x-acs-content-sha256').toLowerCase() !== hashOf(body)) {
    throw gatewayError('SignatureDoesNotMatch', 'x-acs-content-sha256 is not the SHA-256 of the body received.');
  }
  const temporary = request.headers.only('x-acs-accesskey-id');
  if (temporary !== undefined && temporary !== authorization.credential) {
    throw gatewayError('IncompleteSignature', 'x-acs-accesskey-id and Credential name different access keys.');
  }
  const receivedHash = needSigned('x-acs-content-sha256');
  return {
    action,
    version,
    accessKeyId: authorization.credential,
    securityToken: request.headers.has('x-acs-security-token') ? needSigned('x-acs-security-token') : undefined,
    timestamp: needSigned('x-acs-date'),
    nonce: needSigned('x-acs-signature-nonce'),
    signature: authorization.signature.toLowerCase(),
    stringToSign: () =>
      stringToSignV3({
        method: request.method,
        path: request.path,
        query,
        headers: signed,
        bodyHash: receivedHash,
      }),
    expectedSignature: signV3,
  };
}

/** Most calls have no body. */
const hashOfNothing = sha256Hex('');

function hashOf(body: Uint8Array): string {
  return body.length === 0 ? hashOfNothing : sha256Hex(body);
}

/** A parameter that says the same as the signed header is harmless, one that contradicts it is not. */
function assertSame(name: string, header: string, parameters: Parameters): void {
  const parameter = parameters.get(name);
  if (parameter !== undefined && parameter !== header) {
    throw gatewayError(
      'IncompleteSignature',
      `The parameter ${name} contradicts the header x-acs-${name.toLowerCase()}.`,
    );
  }
}

const signatureMethods = Object.keys(signatureV1Methods) as readonly SignatureV1Method[];

/** One of those very texts, not one that equals it: what is found by it is found sooner. */
function signatureMethod(text: string): SignatureV1Method | undefined {
  return signatureMethods.find((each) => each === text);
}

function printable(name: string): string {
  return name.replace(/[^\x20-\x7e]/g, '?').slice(0, 64);
}
