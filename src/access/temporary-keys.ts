// Temporary keys: access key pairs that stand for a session of a role and end with it. Nothing about them is stored: all
// there is to know travels in the security token, sealed under a key of this service, and so survives a restart.

import { type RandomBytes, sha256Hex } from '../base/bytes.ts';
import type { AccountId } from '../base/journal-entry.ts';
import { SealBroken, type Sealing } from '../base/sealing.ts';
import { type Clock, toMillis, type UnixSeconds } from '../base/time.ts';
import type { AccessKey, Directory } from './directory.ts';
import type { AssumedRole } from './principal.ts';
import { lettersAndDigits, randomText } from './random-text.ts';
import { recallSessionPolicy } from './session-policy.ts';

/** Ids of temporary keys begin so, and no others. */
export const TEMPORARY_KEY_PREFIX = 'STS.';

/**
 * Longest token that is looked at, in characters. The longest that is made: a session policy of 2,048 characters, three
 * octets each in UTF-8, the other facts, and a third more in base64.
 */
export const MAX_SECURITY_TOKEN_LENGTH = 10_000;

/** Opened tokens that are remembered, so that a busy session is not decrypted and its policy not parsed at each call. */
const rememberedTokens = 1000;

/** Identity the tokens are sealed for; another form of what is inside takes another. */
const identity = 'security token 1';

export interface Session {
  readonly account: AccountId;
  readonly role: string;
  readonly roleId: string;
  /** Name the caller gave the session. */
  readonly session: string;
  /** The first second in which the keys are refused. */
  readonly expires: UnixSeconds;
  /** Document of the session policy. */
  readonly policy?: string;
}

export interface TemporaryKeyPair {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
}

/**
 * `malformed`: not a token of this service; `mismatch`: one, but of another key; `expired`; `role-gone`: its role does not
 * exist any more, or another one of its name.
 */
export type TokenProblem = 'malformed' | 'mismatch' | 'expired' | 'role-gone';

export interface TemporaryKeys {
  readonly issue: (session: Session) => TemporaryKeyPair;
  /** The key that the token was made with, if it is this one and may still be used. */
  readonly find: (accessKeyId: string, securityToken: string) => AccessKey | TokenProblem;
}

export interface TemporaryKeyServices {
  readonly sealing: Sealing;
  readonly directory: Pick<Directory, 'role'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

export function createTemporaryKeys({ sealing, directory, clock, random }: TemporaryKeyServices): TemporaryKeys {
  /** By hash, so that looking one up tells nothing of others by its time. Only tokens of ours get in. */
  const remembered = new Map<string, Opened>();

  const open = (token: string): Opened | undefined => {
    if (token.length > MAX_SECURITY_TOKEN_LENGTH) return undefined;
    const hash = sha256Hex(token);
    const known = remembered.get(hash);
    if (known !== undefined) return known;
    const opened = openToken(token, sealing);
    if (opened === undefined) return undefined;
    const [oldest] = remembered.keys();
    if (oldest !== undefined && remembered.size >= rememberedTokens) remembered.delete(oldest);
    remembered.set(hash, opened);
    return opened;
  };

  return {
    issue: (session) => {
      // The forms clients know from the vendor: `STS.`, and 24 and 40 characters in all. 62^40 is 238 bits.
      const accessKeyId = TEMPORARY_KEY_PREFIX + randomText(lettersAndDigits, 20, random);
      const accessKeySecret = randomText(lettersAndDigits, 40, random);
      const content: Content = { ...session, accessKeyId, accessKeySecret };
      const sealed = sealing.seal(identity, new TextEncoder().encode(JSON.stringify(content)));
      return { accessKeyId, accessKeySecret, securityToken: Buffer.from(sealed).toString('base64url') };
    },
    find: (accessKeyId, securityToken) => {
      const opened = open(securityToken);
      if (opened === undefined) return 'malformed';
      const { key, session } = opened;
      if (key.id !== accessKeyId) return 'mismatch';
      if (clock.now() >= session.expires) return 'expired';
      if (directory.role(session.account, session.role)?.roleId !== session.roleId) return 'role-gone';
      return key;
    },
  };
}

type Content = Session & Pick<TemporaryKeyPair, 'accessKeyId' | 'accessKeySecret'>;

interface Opened {
  readonly key: AccessKey;
  readonly session: AssumedRole;
}

function openToken(token: string, sealing: Sealing): Opened | undefined {
  const sealed = Buffer.from(token, 'base64url');
  // The decoder passes over what it does not know, and over bits at the end: one token would have many spellings.
  if (sealed.toString('base64url') !== token) return undefined;
  let plain: Uint8Array;
  try {
    plain = sealing.open(identity, sealed);
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return undefined;
  }
  // What opens was written by `issue`.
  const { policy, accessKeyId, accessKeySecret, expires, ...rest } = JSON.parse(
    new TextDecoder().decode(plain),
  ) as Content;
  plain.fill(0);
  const session: AssumedRole = {
    kind: 'assumed-role',
    ...rest,
    expires: toMillis(expires),
    ...(policy !== undefined && { sessionPolicy: recallSessionPolicy(policy) }),
  };
  const secret = new TextEncoder().encode(accessKeySecret);
  return { session, key: { id: accessKeyId, account: session.account, principal: session, active: true, secret } };
}
