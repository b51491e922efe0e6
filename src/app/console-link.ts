// The one-time link that signs the operator in to the console: made on the machine, kept as a hash, good once.

import { equalSecrets, type RandomBytes, sha256Hex } from '../base/bytes.ts';
import type { AccountId } from '../base/journal-entry.ts';
import type { Clock } from '../base/time.ts';
import type { OneTimeLinks } from '../protocols/console/by-link.ts';
import type { Config } from './config.ts';
import { urlOf } from './setting.ts';

export interface LinkServices {
  readonly store: {
    setting(name: string): Promise<string | undefined>;
    /** Durable on return. */
    putSetting(name: string, value: string): Promise<void>;
  };
  readonly clock: Clock;
}

/** Minutes after which a link counts for nothing. */
export const linkMinutes = 60;

const settingName = 'console-link';
const none = '';

interface Kept {
  readonly account: AccountId;
  /** SHA-256 in hexadecimal of the token. */
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** @returns the token, 256 bits in hexadecimal. The link before, if it was not used, counts for nothing from here on. */
export async function makeLinkToken(
  account: AccountId,
  { store, clock, random }: LinkServices & { readonly random: RandomBytes },
): Promise<string> {
  const token = Buffer.from(random(32)).toString('hex');
  const kept: Kept = { account, hash: sha256Hex(token), expires: clock.now() + linkMinutes * 60_000 };
  await store.putSetting(settingName, JSON.stringify(kept));
  return token;
}

/** Behind the hash sign: what follows it is sent to no server, so it is in no log. */
export function linkAddress(consoleUrl: string, token: string): string {
  return `${consoleUrl}#link=${token}`;
}

/** Where the console is, by the addresses the service listens on. */
export function consoleUrl({ listen, tls, plainHttp }: Pick<Config, 'listen' | 'tls' | 'plainHttp'>): string {
  return `${tls && plainHttp !== 'all' ? urlOf('https', tls.listen) : urlOf('http', listen)}/console/`;
}

/** Of the one process that serves the store. */
export function oneTimeLinks({ store, clock }: LinkServices): OneTimeLinks {
  let before: Promise<unknown> = Promise.resolve();
  const take = async (token: string): Promise<AccountId | undefined> => {
    const text = await store.setting(settingName);
    if (text === undefined || text === none) return undefined;
    const { account, hash, expires } = JSON.parse(text) as Kept;
    const isRight = equalSecrets(Buffer.from(hash), Buffer.from(sha256Hex(token)));
    if (!isRight || clock.now() >= expires) return undefined;
    // Used up before it lets anybody in.
    await store.putSetting(settingName, none);
    return account;
  };
  return {
    // One after the other: of two that come at once, the second finds it used.
    take: (token) => {
      const taken = before.then(() => take(token));
      before = taken.catch(() => undefined);
      return taken;
    },
  };
}
