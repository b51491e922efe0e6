// Who signed the call, and that he did: access key, timestamp, signature and nonce, in this order.

import type { AccessKey, Directory } from '../../access/directory.ts';
import type { Principal } from '../../access/principal.ts';
import { TEMPORARY_KEY_PREFIX, type TemporaryKeys } from '../../access/temporary-keys.ts';
import { equalSecretTexts } from '../../base/bytes.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { type Clock, parseUtc, toSeconds, type UnixSeconds } from '../../base/time.ts';
import type { EdgeRequest } from '../edge.ts';
import { type Claims, readClaims } from './credentials.ts';
import { gatewayError } from './errors.ts';
import type { Collected } from './parameters.ts';
import { type ReplayGuard, timestampWindowSeconds } from './replay.ts';

/** Who calls, proven. */
export interface Caller {
  readonly account: AccountId;
  readonly principal: Principal;
  /** What it was proven with; absent for a session of the console. */
  readonly accessKeyId?: string;
  /** Whether a code of an MFA device was part of it. */
  readonly mfaPresent?: boolean;
}

/** Who calls, and for what: the operation and the version of its API as sent. */
export interface Authenticated {
  readonly caller: Caller;
  readonly action: string;
  readonly version: string;
}

/** One way to prove who calls. @throws {RpcError} for whoever has not proven it. */
export type Authenticate = (request: EdgeRequest, collected: Collected) => Authenticated;

/** Where access keys are found. */
export interface KeyServices {
  readonly directory: Pick<Directory, 'accessKey'>;
  readonly temporaryKeys: Pick<TemporaryKeys, 'find'>;
}

export interface SignatureServices extends KeyServices {
  readonly replayGuard: ReplayGuard;
  readonly clock: Clock;
}

/** The way of API clients: each call is signed. */
export function bySignature(services: SignatureServices): Authenticate {
  const { replayGuard, clock } = services;
  return (request, collected) => {
    const claims = readClaims(request, collected);
    const accessKey = findAccessKey(claims, services);
    const timestamp = checkTimestamp(claims, clock);
    checkSignature(claims, accessKey);
    claimNonce(claims, timestamp, replayGuard);
    const { account, principal, id } = accessKey;
    return { caller: { account, principal, accessKeyId: id }, action: claims.action, version: claims.version };
  };
}

/**
 * The key of this id: one of the directory's, or a temporary one, which its token brings along. What it is claimed with is
 * not proven by that.
 * @throws {RpcError}
 */
export function findAccessKey(
  { accessKeyId, securityToken }: Pick<Claims, 'accessKeyId' | 'securityToken'>,
  services: KeyServices,
): AccessKey {
  if (securityToken !== undefined) return findTemporaryKey(accessKeyId, securityToken, services.temporaryKeys);
  if (accessKeyId.startsWith(TEMPORARY_KEY_PREFIX)) throw gatewayError('MissingSecurityToken');
  const accessKey = services.directory.accessKey(accessKeyId);
  if (!accessKey) throw gatewayError('InvalidAccessKeyId.NotFound');
  if (!accessKey.active) throw gatewayError('InvalidAccessKeyId.Inactive');
  return accessKey;
}

function findTemporaryKey(accessKeyId: string, token: string, keys: SignatureServices['temporaryKeys']): AccessKey {
  const found = keys.find(accessKeyId, token);
  switch (found) {
    case 'malformed':
      throw gatewayError('InvalidSecurityToken.Malformed');
    case 'mismatch':
      throw gatewayError('InvalidSecurityToken.MismatchWithAccessKey');
    case 'expired':
      throw gatewayError('InvalidSecurityToken.Expired');
    case 'role-gone':
      throw gatewayError('InvalidAccessKeyId.NotFound', 'The role that this temporary access key stands for is gone.');
    default:
      return found;
  }
}

function checkTimestamp(claims: Claims, clock: Clock): UnixSeconds {
  const timestamp = parseUtc(claims.timestamp);
  if (timestamp === undefined) throw gatewayError('InvalidTimeStamp.Format');
  if (Math.abs(timestamp - toSeconds(clock.now())) > timestampWindowSeconds) {
    throw gatewayError('InvalidTimeStamp.Expired');
  }
  return timestamp;
}

/** 1,000 serial numbers of 20 octets are 47,000 characters in it. */
const longestEcho = 65_536;

function checkSignature(claims: Claims, accessKey: AccessKey): void {
  const stringToSign = claims.stringToSign();
  if (equalSecretTexts(claims.expectedSignature(accessKey.secret, stringToSign), claims.signature)) return;
  // A form of a mebibyte would be answered with three times as much, and whoever sends one has not shown who he is.
  if (stringToSign.length > longestEcho) {
    throw gatewayError(
      'SignatureDoesNotMatch',
      `Specified signature is not matched with our calculation; the string to sign has ${stringToSign.length} characters, too many to repeat.`,
    );
  }
  // Clients compare what follows the colon with their own string, and tell "wrong secret" from "wrong string" by it.
  throw gatewayError(
    'SignatureDoesNotMatch',
    `Specified signature is not matched with our calculation. server string to sign is:${stringToSign}`,
  );
}

function claimNonce(claims: Claims, timestamp: UnixSeconds, replayGuard: ReplayGuard): void {
  switch (replayGuard.claim(claims.accessKeyId, claims.nonce, timestamp)) {
    case 'fresh':
      return;
    case 'used':
      throw gatewayError('SignatureNonceUsed');
    case 'expired':
      throw gatewayError('InvalidTimeStamp.Expired');
    case 'full':
      throw gatewayError('ServiceUnavailable', 'Too many signature nonces are remembered; try again in a minute.');
  }
}
