// How many calls an account made in each minute of the last hour, and how they ended. In memory, and gone with the process:
// the access log is what lasts.

import type { AccountId } from '../../base/journal-entry.ts';
import type { UnixMillis } from '../../base/time.ts';
import type { Operation } from '../rpc/operation.ts';

/** How a call ended: answered, refused for what it asked, refused because there were too many, or not possible just now. */
export const callEndings = ['answered', 'refused', 'throttled', 'failed'] as const;
export type CallEnding = (typeof callEndings)[number];
export type CallCounts = Readonly<Record<CallEnding, number>>;

export interface EndedCall {
  readonly account: AccountId;
  /** `cas/ListCert`: product and name; absent where it came to none. */
  readonly operation: string | undefined;
  readonly code: string | undefined;
  /** Of HTTP. */
  readonly status: number;
}

export interface CallsOfHour {
  /** The oldest minute first; the last is the present one, which is not over. */
  readonly minutes: readonly ({ readonly at: UnixMillis } & CallCounts)[];
  /** Those called most first. */
  readonly operations: readonly ({ readonly name: string } & CallCounts)[];
}

/** How the Explorer's addresses name an operation. */
export function pathOf(operation: Operation | undefined): string | undefined {
  return operation && (pathsOf.get(operation) ?? newPath(operation));
}

/** Put together once for each. */
const pathsOf = new WeakMap<Operation, string>();

function newPath(operation: Operation): string {
  const path = `${operation.product.code}/${operation.name}`;
  pathsOf.set(operation, path);
  return path;
}

type Counts = Record<CallEnding, number>;

interface Minute {
  /** Since 1970. */
  minute: number;
  counts: Counts;
  byOperation: Map<string, Counts>;
}

const minutesKept = 60;
const minuteMillis = 60_000;
/** Some kilobytes each; the one that has called least recently goes. */
const accountsKept = 1000;

export class CallHistory {
  /** The account that called last at the end. */
  readonly #byAccount = new Map<AccountId, Minute[]>();
  #last: AccountId | undefined;

  /** @param count of calls that ended alike. */
  add({ account, operation, code, status }: EndedCall, now: UnixMillis, count = 1): void {
    const minute = minuteAt(this.#ringOf(account), Math.floor(now / minuteMillis));
    const ending = endingOf(code, status);
    minute.counts[ending] += count;
    if (operation === undefined) return;
    let counts = minute.byOperation.get(operation);
    if (!counts) {
      counts = noCalls();
      minute.byOperation.set(operation, counts);
    }
    counts[ending] += count;
  }

  of(account: AccountId, now: UnixMillis): CallsOfHour {
    const present = Math.floor(now / minuteMillis);
    const kept = new Map((this.#byAccount.get(account) ?? []).map((each) => [each.minute, each]));
    const operations = new Map<string, Counts>();
    const minutes = Array.from({ length: minutesKept }, (_, index) => {
      const minute = present - minutesKept + 1 + index;
      const found = kept.get(minute);
      for (const [name, counts] of found?.byOperation ?? []) addTo(operations, name, counts);
      return { at: (minute * minuteMillis) as UnixMillis, ...(found?.counts ?? noCalls()) };
    });
    const sorted = [...operations].map(([name, counts]) => ({ name, ...counts })).sort((a, b) => sum(b) - sum(a));
    return { minutes, operations: sorted };
  }

  #ringOf(account: AccountId): Minute[] {
    let ring = this.#byAccount.get(account);
    // Mostly the account that called last calls again: then nothing is to be moved.
    if (ring && account === this.#last) return ring;
    ring ??= Array.from({ length: minutesKept }, () => ({ minute: -1, counts: noCalls(), byOperation: new Map() }));
    this.#byAccount.delete(account);
    this.#byAccount.set(account, ring);
    this.#last = account;
    const [oldest] = this.#byAccount.keys();
    if (this.#byAccount.size > accountsKept && oldest !== undefined) this.#byAccount.delete(oldest);
    return ring;
  }
}

/** The place of a minute, emptied of what happened an hour before. */
function minuteAt(ring: Minute[], minute: number): Minute {
  const kept = ring[minute % minutesKept];
  if (!kept) throw new TypeError('a ring has all its minutes');
  if (kept.minute !== minute) {
    kept.minute = minute;
    kept.counts = noCalls();
    kept.byOperation = new Map();
  }
  return kept;
}

function endingOf(code: string | undefined, status: number): CallEnding {
  if (code === undefined) return 'answered';
  if (code.startsWith('Throttling')) return 'throttled';
  return status >= 500 ? 'failed' : 'refused';
}

function addTo(all: Map<string, Counts>, name: string, counts: CallCounts): void {
  const before = all.get(name) ?? noCalls();
  for (const ending of callEndings) before[ending] += counts[ending];
  all.set(name, before);
}

function sum(counts: CallCounts): number {
  return callEndings.reduce((total, ending) => total + counts[ending], 0);
}

function noCalls(): Counts {
  return { answered: 0, refused: 0, throttled: 0, failed: 0 };
}
