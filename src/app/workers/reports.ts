// What a thread tells the main one of the calls it has answered: gathered for a moment, since to post something takes longer
// than to answer a call. The main thread alone writes the access log, and counts.

import type { LastUse } from '../../access/principals.ts';
import type { Clock, UnixMillis } from '../../base/time.ts';
import { type CallHistory, pathOf } from '../../protocols/console/call-history.ts';
import type { Catalog } from '../../protocols/rpc/catalog.ts';
import type { CallOutcome } from '../../protocols/rpc/gateway.ts';
import type { AccessLogWriter } from '../access-log/writer.ts';
import { addDuration, noDurations } from '../call-metrics.ts';
import { noteUse } from '../last-uses.ts';
import type { Metrics } from '../metrics.ts';
import type { Report, ReportedCalls } from './messages.ts';

const gatherMillis = 50;
/** While the main thread takes none. */
const mostOctetsOfLines = 32 * 1024 * 1024;

type Open = { -readonly [Name in keyof Report]: Report[Name] } & {
  readonly calls: Map<string, ReportedCalls>;
  readonly ocsp: Map<string, number>;
  readonly lastUses: Map<string, LastUse>;
};

export class Reports {
  readonly #post: (report: Report) => void;
  #open = newReport();
  readonly #uses = { note: (use: LastUse) => void this.#open.lastUses.set(use.subject, use) };
  /** The last call, and what it was counted among. */
  #latest: { readonly outcome: CallOutcome; readonly calls: ReportedCalls } | undefined;
  #isAwaited = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(post: (report: Report) => void) {
    this.#post = post;
  }

  /** @param line of the access log, where one is kept. */
  addCall(outcome: CallOutcome, line: string | undefined, at: UnixMillis, seconds: number): void {
    const open = this.#open;
    addDuration(this.#callsLike(outcome).durations, seconds);
    noteUse(this.#uses, outcome, at);
    if (line !== undefined) {
      if (open.lines.length > mostOctetsOfLines) {
        open.lostLines++;
      } else {
        open.lines += `${line}\n`;
        open.lineCount++;
      }
    }
    this.#later();
  }

  addOcsp(method: string, outcome: string): void {
    const { ocsp } = this.#open;
    const key = `${method} ${outcome}`;
    ocsp.set(key, (ocsp.get(key) ?? 0) + 1);
    this.#later();
  }

  countReply(by: 'itself' | 'main'): void {
    if (by === 'itself') this.#open.ownReplies++;
    else this.#open.passedOn++;
    this.#later();
  }

  /** The main thread has taken the last one: only then it is given the next. */
  taken(): void {
    this.#isAwaited = false;
  }

  /** What there is, now. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const report = this.#open;
    this.#open = newReport();
    this.#latest = undefined;
    this.#isAwaited = true;
    this.#post(report);
  }

  /** Those that ended as this one did. The last one did, mostly: then no key is put together. */
  #callsLike(outcome: CallOutcome): ReportedCalls {
    const { operation, code, status, caller } = outcome;
    const account = caller?.account;
    const last = this.#latest?.outcome;
    if (this.#latest && last?.operation === operation && last?.code === code && last?.caller?.account === account)
      return this.#latest.calls;
    const { calls } = this.#open;
    const key = `${account} ${operation?.product.version} ${operation?.name} ${code}`;
    let alike = calls.get(key);
    if (alike === undefined) {
      const called = operation && { version: operation.product.version, name: operation.name };
      alike = { operation: called, code, account, status, durations: noDurations() };
      calls.set(key, alike);
    }
    this.#latest = { outcome, calls: alike };
    return alike;
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#isAwaited) this.#later();
      else this.flush();
    }, gatherMillis).unref();
  }
}

function newReport(): Open {
  return {
    lines: '',
    lineCount: 0,
    lostLines: 0,
    calls: new Map(),
    ocsp: new Map(),
    lastUses: new Map(),
    ownReplies: 0,
    passedOn: 0,
  };
}

export interface Takers {
  readonly catalog: Catalog;
  readonly callHistory: CallHistory;
  readonly clock: Pick<Clock, 'now'>;
  readonly metrics: Pick<Metrics, 'countCalls' | 'countOcsp' | 'countThread'>;
  readonly lastUses: Parameters<typeof noteUse>[0];
  readonly accessLog: Pick<AccessLogWriter, 'writeLines' | 'lose'> | undefined;
}

/** On the main thread: as if the calls had been answered here. */
export function takeReport(thread: number, report: Report, takers: Takers): void {
  const { catalog, callHistory, clock, metrics, lastUses, accessLog } = takers;
  if (report.lineCount > 0) accessLog?.writeLines(report.lines, report.lineCount);
  if (report.lostLines > 0) accessLog?.lose(report.lostLines);
  for (const { operation, code, account, status, durations } of report.calls.values()) {
    const called = operation && catalog.get(operation.version)?.get(operation.name);
    if (account) callHistory.add({ account, operation: pathOf(called), code, status }, clock.now(), durations.calls);
    metrics.countCalls({ operation: called, code }, durations);
  }
  for (const [key, times] of report.ocsp) {
    const [method = '', outcome = ''] = key.split(' ');
    metrics.countOcsp(method, outcome, times);
  }
  for (const use of report.lastUses.values()) lastUses.note(use);
  metrics.countThread(thread, report);
}
