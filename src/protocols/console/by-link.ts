// Signing in as the root of an account by a link that the operator had made on the machine.

import type { FailedAttempts } from '../../access/failed-attempts.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import type { EdgeReply, EdgeRequest } from '../edge.ts';
import { ConsoleError } from './replies.ts';
import { linkSignInBody, readBody } from './request-body.ts';
import { limited, openSession, type SignInServices } from './signing-in.ts';

/** Links that sign in once. */
export interface OneTimeLinks {
  /** @returns the account of the link's token, which is used up by that; `undefined` if it is none, or no longer. */
  take(token: string): Promise<AccountId | undefined>;
}

export interface LinkSignInServices extends SignInServices {
  readonly links: OneTimeLinks;
  /** Of all together: there is one link at a time. */
  readonly failedLinks: FailedAttempts;
}

/** @throws {ConsoleError} */
export async function signInByLink(request: EdgeRequest, services: LinkSignInServices): Promise<EdgeReply> {
  const { token } = readBody(request, linkSignInBody);
  const counted = { failed: services.failedLinks, name: 'link' };
  const account = await limited(request, counted, services, () => services.links.take(token));
  if (account === undefined) {
    throw new ConsoleError(
      401,
      'LinkRefused',
      'This link has been used, has expired, or another one took its place. On the machine of the service, `certitude console link` makes a new one.',
    );
  }
  const principal = { kind: 'root', account } as const;
  return openSession(request, { caller: () => ({ account, principal }) }, services);
}
