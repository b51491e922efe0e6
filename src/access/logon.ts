// Names that users sign in by: `alice@1234567890123456`, or with the account's alias in the place of its number.

import type { AccountId } from '../base/journal-entry.ts';
import type { Directory } from './directory.ts';
import type { ListedLoginProfile, ListedUser } from './listed.ts';

/** Domain that the vendor's console puts behind every account, so that names known from there are understood. */
const vendorDomain = '.onaliyun.com';

export interface Logon {
  readonly account: AccountId;
  /** As it was given; there need be no such user. */
  readonly name: string;
}

export interface KnownLogon {
  readonly user: ListedUser;
  readonly login: ListedLoginProfile;
}

/** @returns `undefined` for a name in no account. */
export function findLogon(text: string, directory: Pick<Directory, 'accounts'>): Logon | undefined {
  const at = text.lastIndexOf('@');
  const domain = text.slice(at + 1).toLowerCase();
  const named = domain.endsWith(vendorDomain) ? domain.slice(0, -vendorDomain.length) : domain;
  const account = directory.accounts().find(({ account: id, alias }) => id === named || alias === named)?.account;
  return at < 1 || account === undefined ? undefined : { account, name: text.slice(0, at) };
}

/** @returns `undefined` for one that nobody can sign in by. */
export function knownLogon({ account, name }: Logon, directory: Directory): KnownLogon | undefined {
  const user = directory.user(account, name);
  const login = directory.loginProfile(account, name);
  return user && login && { user, login };
}
