// How often an operation may be called, by one account and by all together: sliding seconds, on a clock that nobody can
// set back.

import type { AccountId } from '../../base/journal-entry.ts';
import type { Clock, MonotonicMillis } from '../../base/time.ts';
import { SlidingSecond } from './sliding-second.ts';

/** Calls a second; 0 for no limit. Asked at every call, so a change holds from the next one on. */
export interface CallLimits<Operation> {
  readonly ofAccount: (account: AccountId, operation: Operation) => number;
  /** Of all accounts together. */
  readonly ofAll: (operation: Operation) => number;
}

export interface Throttled {
  /** Whose limit it was: the account's own, or that of all together. */
  readonly limit: 'account' | 'all';
  /** Until the call would be admitted if nobody else called: whole milliseconds, not one too many. */
  readonly retryAfterMillis: number;
}

interface Counted {
  readonly all: SlidingSecond;
  readonly byAccount: Map<AccountId, SlidingSecond>;
}

/** How often windows nobody has called in for a second are forgotten. */
const forgetMillis = 10_000;

/**
 * The limit of all together is not for the loudest: its last quarter is kept for accounts that have had less than a
 * sixteenth of the whole within the second. So a few that call without end cannot keep out one that calls now and then.
 */
const keptShare = 4;
const littleShare = 16;

export class Throttle<Operation> {
  readonly #limits: CallLimits<Operation>;
  readonly #clock: Clock;
  readonly #counted = new Map<Operation, Counted>();
  #forgetAt = 0;

  constructor(limits: CallLimits<Operation>, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** Windows kept: no more than accounts and operations called within the last eleven seconds. */
  get size(): number {
    let size = 0;
    for (const { byAccount } of this.#counted.values()) size += byAccount.size;
    return size;
  }

  /** Admits the call, or tells why not. Refused calls count for nothing: hammering does not prolong the wait. */
  admit(account: AccountId, operation: Operation): Throttled | undefined {
    const ofAccount = this.#limits.ofAccount(account, operation);
    const ofAll = this.#limits.ofAll(operation);
    if (ofAccount === 0 && ofAll === 0) return undefined;
    const now = wholeSteps(this.#clock.monotonic());
    if (now >= this.#forgetAt) this.#forgetIdle(now);
    const { all, own } = this.#windowsOf(account, operation);

    const ownWait = ofAccount === 0 ? 0 : own.untilFewerThan(ofAccount, now);
    const little = Math.max(1, Math.floor(ofAll / littleShare));
    const allWait = ofAll === 0 ? 0 : untilRoom({ all, own, ofAll, little }, now);
    if (ownWait > 0 || allWait > 0) {
      return {
        limit: ownWait >= allWait ? 'account' : 'all',
        retryAfterMillis: Math.ceil(Math.max(ownWait, allWait)),
      };
    }
    own.add(now, Math.max(ofAccount, little));
    if (ofAll > 0) all.add(now, ofAll);
    return undefined;
  }

  /**
   * Counts so many calls more for one that was admitted and turned out to be as much work. They count against the account's own
   * limit, where its later calls wait for them; against that of all together it stays one call, so that others do not wait.
   */
  charge(account: AccountId, operation: Operation, calls: number): void {
    const ofAccount = this.#limits.ofAccount(account, operation);
    if (ofAccount === 0 || calls <= 0) return;
    const now = wholeSteps(this.#clock.monotonic());
    this.#windowsOf(account, operation).own.addAll(calls, now, ofAccount);
  }

  #windowsOf(account: AccountId, operation: Operation): { readonly all: SlidingSecond; readonly own: SlidingSecond } {
    const { all, byAccount } = getOrMake(this.#counted, operation, newlyCounted);
    return { all, own: getOrMake(byAccount, account, newWindow) };
  }

  #forgetIdle(now: MonotonicMillis): void {
    for (const [operation, { byAccount }] of this.#counted) {
      for (const [account, window] of byAccount) if (window.isOver(now)) byAccount.delete(account);
      if (byAccount.size === 0) this.#counted.delete(operation);
    }
    this.#forgetAt = now + forgetMillis;
  }
}

function newlyCounted(): Counted {
  return { all: new SlidingSecond(), byAccount: new Map() };
}

function newWindow(): SlidingSecond {
  return new SlidingSecond();
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Cut to 1/1024 ms: differences of such numbers are exact, and a wait is not rounded up for what a float leaves over. */
function wholeSteps(moment: MonotonicMillis): MonotonicMillis {
  return (Math.floor(moment * 1024) / 1024) as MonotonicMillis;
}

interface Shared {
  readonly all: SlidingSecond;
  readonly own: SlidingSecond;
  readonly ofAll: number;
  readonly little: number;
}

function untilRoom({ all, own, ofAll, little }: Shared, now: MonotonicMillis): number {
  const open = ofAll - Math.ceil(ofAll / keptShare);
  const untilOpen = open === 0 ? Number.POSITIVE_INFINITY : all.untilFewerThan(open, now);
  return Math.max(all.untilFewerThan(ofAll, now), Math.min(untilOpen, own.untilFewerThan(little, now)));
}
