// Access keys: what calls are signed with.

import type { RandomBytes } from '../../base/bytes.ts';
import { lettersAndDigits, randomText } from '../random-text.ts';
import { type Administration, append, type Command, requireForm } from './command.ts';

export interface AccessKeyPair {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/**
 * Makes an access key for a user or, without one, for the root of the account; or takes in a pair that exists already.
 *
 * @returns the pair. The secret is stored sealed and never shown again.
 * @throws {InvalidName} for a given pair of another form.
 * @throws {Refused} `already-exists`, `does-not-exist` (account, user), `limit-reached`
 */
export async function createAccessKey(
  command: Command & { readonly user?: string; readonly given?: AccessKeyPair },
  services: Administration,
): Promise<AccessKeyPair> {
  const { user, given } = command;
  if (given !== undefined) checkGiven(given);
  const pair = given ?? makePair(services.randomBytes);
  const { accessKeyId } = pair;
  const secret = new TextEncoder().encode(pair.accessKeySecret);
  const more = user === undefined ? {} : { user };
  await append(command, { kind: 'access-key-created', accessKeyId, ...more }, services, secret);
  return pair;
}

/** Calls with a key that is not active are refused, and it can be made active again. @throws {Refused} `does-not-exist` */
export async function switchAccessKey(
  command: Command & { readonly accessKeyId: string; readonly active: boolean },
  services: Administration,
): Promise<void> {
  const { accessKeyId, active } = command;
  await append(command, { kind: 'access-key-switched', accessKeyId, active }, services);
}

/** Erases the secret as well. @throws {Refused} `does-not-exist` */
export async function deleteAccessKey(
  command: Command & { readonly accessKeyId: string },
  services: Administration,
): Promise<void> {
  await append(command, { kind: 'access-key-deleted', accessKeyId: command.accessKeyId }, services);
}

// The forms clients know from the vendor: `LTAI` for keys that last, and 24 and 30 characters in all. 62^30 is 178 bits.
function makePair(randomBytes: RandomBytes): AccessKeyPair {
  return {
    accessKeyId: `LTAI${randomText(lettersAndDigits, 20, randomBytes)}`,
    accessKeySecret: randomText(lettersAndDigits, 30, randomBytes),
  };
}

function checkGiven({ accessKeyId, accessKeySecret }: AccessKeyPair): void {
  const idRule = '3 to 128 letters, digits, points, at signs, underscores and hyphens, not beginning with STS.';
  // Ids that begin so are those of temporary keys.
  requireForm('access key id', accessKeyId, /^(?!STS\.)[A-Za-z0-9.@_-]{3,128}$/, idRule);
  const secretRule = '8 to 128 printable ASCII characters, no blanks';
  requireForm('access key secret', accessKeySecret, /^[\x21-\x7e]{8,128}$/, secretRule);
}
