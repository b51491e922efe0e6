// The envelope of everything that ever happens: who did what to which account, and where in the one order of events.
// What can happen is declared beside its domain: registry/events.ts and access/events.ts.

import type { UnixMillis } from './time.ts';

/** Sixteen decimal digits, as the vendor's account numbers. */
export type AccountId = string & { readonly of: 'account' };

/** On whose behalf a change is made. */
export interface Actor {
  /** ARN of the principal, or `acs:certitude::operator` for the command line and the service itself. */
  readonly principal: string;
  /** Request id of the call, or one made for the command. */
  readonly requestId: string;
  /** Address the call came from; empty for the command line. */
  readonly sourceAddress: string;
}

/** An event on its way into the journal. */
export interface Draft<Event> {
  readonly at: UnixMillis;
  readonly account: AccountId;
  readonly actor: Actor;
  readonly event: Event;
}

/** An event in the journal: durable, numbered without gaps from 1, and seen by every view in this order. */
export interface Entry<Event> extends Draft<Event> {
  readonly sequence: number;
}
