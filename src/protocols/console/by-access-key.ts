// Signing in with an access key, lasting or temporary.

import { createHash } from 'node:crypto';
import type { AccessKey } from '../../access/directory.ts';
import type { FailedAttempts } from '../../access/failed-attempts.ts';
import { equalSecrets } from '../../base/bytes.ts';
import type { EdgeReply, EdgeRequest } from '../edge.ts';
import { type Caller, findAccessKey, type KeyServices } from '../rpc/authentication.ts';
import { RpcError } from '../rpc/errors.ts';
import { ConsoleError } from './replies.ts';
import { readBody, signInBody } from './request-body.ts';
import type { Identity } from './sessions.ts';
import { limited, openSession, type SignInServices } from './signing-in.ts';

export interface KeySignInServices extends SignInServices {
  readonly keys: KeyServices;
  /** By access key id: neither do many sources with one key get far. */
  readonly failedByKey: FailedAttempts;
}

/** @throws {ConsoleError} the same for a key that does not exist, is disabled, or has another secret. */
export async function signInByKey(request: EdgeRequest, services: KeySignInServices): Promise<EdgeReply> {
  const { accessKeyId, accessKeySecret, securityToken } = readBody(request, signInBody);
  const counted = { failed: services.failedByKey, name: accessKeyId };
  const identity = await limited(request, counted, services, () =>
    proveKey({ accessKeyId, securityToken }, accessKeySecret, services.keys),
  );
  if (!identity) {
    throw new ConsoleError(401, 'SignInRefused', 'There is no enabled access key with this id and secret.');
  }
  return openSession(request, identity, services);
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
  return { caller: () => callerBy(usableKey(named, keys)) };
}

/** As the key stands for now: its user may have been given another name. */
function callerBy(key: AccessKey | undefined): Caller | undefined {
  return key && { account: key.account, principal: key.principal };
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
