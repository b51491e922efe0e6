// The store's end of the line to the thread that holds the database: puts questions and appends to it, a few messages a turn, and
// hands its answers and every committed entry on.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { assertNever } from '../../base/assert-never.ts';
import type { ChainedRow } from '../../registry/journal.ts';
import { StoreUnavailable, UnknownOutcome } from '../../registry/store.ts';
import { type ReplayScope, withSecret } from '../sql/journal-queries.ts';
import { type StoredEntry, toEntry } from '../sql/journal-rows.ts';
import type { Append } from './group-commit.ts';
import {
  type Answer,
  fromPortable,
  type ReplayChunk,
  type Report,
  type Request,
  type ThreadOptions,
} from './messages.ts';
import type { Query, Reads, Reply } from './reads.ts';

export class ThreadLink {
  readonly #worker: Worker;
  readonly #followers = new Set<(entry: StoredEntry) => void>();
  readonly #fatalListeners = new Set<(error: Error) => void>();
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #outgoing: Request[] = [];
  #transferred: ArrayBuffer[] = [];
  #closing: Promise<void> | undefined;
  #fatal: Error | undefined;

  /** Starts the thread. @throws {StoreProblem} when there is no store to be had. */
  static async open(workerData: ThreadOptions): Promise<ThreadLink> {
    const worker = new Worker(new URL('./store-thread.ts', import.meta.url), { workerData, name: 'store' });
    // Listened for from the beginning: the thread may be gone in the same turn in which it says why.
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    const [report] = (await once(worker, 'message')) as [Report];
    if (report.type === 'open') return new ThreadLink(worker);
    await exited;
    throw report.type === 'failed' ? fromPortable(report.error) : new TypeError(`unexpected report: ${report.type}`);
  }

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (report: Report) => this.#receive(report));
    worker.on('error', (error) => this.#die(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#ended());
  }

  /** @returns the last of its entries, when they are durable and every follower has them. */
  async append({ drafts, attachments }: Append): Promise<StoredEntry> {
    return (await this.#answer({ type: 'append', drafts, attachments })) as StoredEntry;
  }

  /** @param transfer  buffers within the query, which are the thread's from then on. */
  async read<Name extends keyof Reads>(
    read: Name,
    query: Query<Name>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Reply<Name>> {
    return (await this.#answer({ type: 'read', read, query }, transfer)) as Reply<Name>;
  }

  /** The same, sent at once and not in the next turn: the thread works on it while the caller does on something else. */
  readNow<Name extends keyof Reads>(
    read: Name,
    query: Query<Name>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Reply<Name>> {
    const reply = this.read(read, query, transfer);
    this.#flush();
    return reply;
  }

  /**
   * Gives `listener` the entries of the scope that there are behind `after`, then every further one of the journal.
   * @returns when those that existed have been given, what ends it; rejects with what the listener threw until then.
   */
  follow(
    listener: (entry: StoredEntry) => void,
    { scope, after }: { readonly scope: ReplayScope; readonly after: number },
  ): Promise<() => void> {
    return new Promise((resolve, reject) => {
      let failed = false;
      const fail = (error: unknown) => {
        failed = true;
        reject(error);
      };
      const take = (value: unknown) => {
        if (failed) return;
        const chunk = value as ReplayChunk;
        // Asked for before these are given, so that the thread reads while this one works.
        if (!chunk.complete) {
          this.#ask({ type: 'replay', scope, after: chunk.columns.sequence.at(-1) ?? 0 }, take, fail);
          this.#flush();
        }
        try {
          giveAll(chunk, listener);
        } catch (error) {
          return fail(error);
        }
        if (!chunk.complete) return;
        // All that was reported before this chunk is in it; what comes after it is not. So the listener is live from
        // this very message on, and not a turn later.
        this.#followers.add(listener);
        resolve(() => this.#followers.delete(listener));
      };
      this.#ask({ type: 'replay', scope, after }, take, fail);
    });
  }

  /** `listener` is told once when the thread can no longer be used. */
  onFatal(listener: (error: Error) => void): void {
    this.#fatalListeners.add(listener);
    if (this.#fatal) listener(this.#fatal);
  }

  /** Ends what is under way. What is asked after this is refused as StoreUnavailable. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    if (this.#fatal && this.#worker.threadId === -1) return;
    const exit = once(this.#worker, 'exit');
    await new Promise((resolve, reject) => this.#send({ type: 'close' }, resolve, reject));
    await exit;
  }

  #answer(question: Question, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
    return new Promise((resolve, reject) => this.#ask(question, resolve, reject, transfer));
  }

  #ask(
    question: Question,
    resolve: (value: unknown) => void,
    reject: (error: Error) => void,
    transfer: readonly ArrayBuffer[] = [],
  ): void {
    if (this.#closing) reject(new StoreUnavailable('the store is closed'));
    else if (this.#fatal) reject(new UnknownOutcome('the store has stopped', { cause: this.#fatal }));
    else this.#send(question, resolve, reject, transfer);
  }

  #send(
    question: Question,
    resolve: (value: unknown) => void,
    reject: (error: Error) => void,
    transfer: readonly ArrayBuffer[] = [],
  ): void {
    const id = ++this.#lastId;
    this.#waiting.set(id, { resolve, reject });
    this.#outgoing.push({ ...question, id });
    for (const buffer of transfer) this.#transferred.push(buffer);
    if (this.#outgoing.length === 1) setImmediate(() => this.#flush());
    else if (this.#outgoing.length === sentTogether) this.#flush();
  }

  /** What is asked in one turn of the event loop goes in few messages: each wakes the thread, and may cost it a commit of its own. */
  #flush(): void {
    if (this.#outgoing.length === 0) return;
    const [requests, transfer] = [this.#outgoing, this.#transferred];
    this.#outgoing = [];
    this.#transferred = [];
    this.#worker.postMessage(requests satisfies Request[], transfer);
  }

  #receive(report: Report): void {
    switch (report.type) {
      case 'committed': {
        // Followers first: what an append's caller does next must find the views up to date.
        const entries = new Map<number, StoredEntry>();
        for (const entry of report.entries) {
          entries.set(entry.sequence, entry);
          if (entry.event.kind !== 'certificate-reserved') for (const follower of this.#followers) follower(entry);
        }
        for (const answer of report.answers) {
          this.#settle('value' in answer ? { id: answer.id, value: entries.get(answer.value as number) } : answer);
        }
        return;
      }
      case 'answer':
        this.#settle(report.answer);
        return;
      case 'fatal':
        this.#die(fromPortable(report.error));
        return;
      case 'open':
      case 'failed':
        throw new TypeError(`unexpected report: ${report.type}`);
      default:
        assertNever(report);
    }
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(fromPortable(answer.error));
    else waiting?.resolve(answer.value);
  }

  #die(error: Error): void {
    if (this.#fatal) return;
    this.#fatal = error;
    for (const listener of this.#fatalListeners) listener(error);
  }

  /** Once the thread has gone nothing is answered any more. */
  #ended(): void {
    if (!this.#closing) this.#die(new UnknownOutcome('the thread that holds the database has ended'));
    for (const { reject } of this.#waiting.values()) {
      reject(new UnknownOutcome('the thread that holds the database has ended', { cause: this.#fatal }));
    }
    this.#waiting.clear();
  }
}

/** So many at most: the thread begins with these while others are still being made. */
const sentTogether = 8;

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

type WithoutId<Each> = Each extends unknown ? Omit<Each, 'id'> : never;
type Question = WithoutId<Request>;

function giveAll({ columns, secrets }: ReplayChunk, listener: (entry: StoredEntry) => void): void {
  for (let index = 0; index < columns.sequence.length; index++) {
    listener(withSecret(toEntry(rowAt(columns, index)), secrets));
  }
}

function rowAt(columns: ReplayChunk['columns'], index: number): ChainedRow {
  return {
    sequence: columns.sequence[index] ?? 0,
    at: columns.at[index] ?? 0,
    account: columns.account[index] ?? '',
    principal: columns.principal[index] ?? '',
    requestId: columns.requestId[index] ?? '',
    sourceAddress: columns.sourceAddress[index] ?? '',
    kind: columns.kind[index] ?? '',
    identifier: columns.identifier[index] ?? null,
    issuer: columns.issuer[index] ?? null,
    serial: columns.serial[index] ?? null,
    facts: columns.facts[index] ?? '',
  };
}
