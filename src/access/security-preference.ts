// What an account lets its users do about their own sign-in, and how they sign in at a console.

import { parseRange } from './ip-range.ts';

export interface SecurityPreference {
  /** Holds beside policies: both must allow it. */
  readonly allowUserToChangePassword: boolean;
  /** Whether a console may remember a second factor for seven days. */
  readonly enableSaveMfaTicket: boolean;
  /** 1 to 24. */
  readonly loginSessionHours: number;
  /** In CIDR notation; none for all. */
  readonly loginNetworks: readonly string[];
}

/** The vendor's, where an account has set none. */
export const defaultSecurityPreference: SecurityPreference = {
  allowUserToChangePassword: true,
  enableSaveMfaTicket: false,
  loginSessionHours: 6,
  loginNetworks: [],
};

const maxNetworks = 40;

/** @returns why the preference is none, in words; `undefined` if it is one. */
export function preferenceProblem({ loginSessionHours, loginNetworks }: SecurityPreference): string | undefined {
  if (!Number.isInteger(loginSessionHours) || loginSessionHours < 1 || loginSessionHours > 24) {
    return 'sessions of 1 to 24 hours';
  }
  if (loginNetworks.length > maxNetworks) return `at most ${maxNetworks} networks`;
  return loginNetworks.every((network) => parseRange(network) !== undefined)
    ? undefined
    : 'networks in CIDR notation, such as 10.0.0.0/8';
}
