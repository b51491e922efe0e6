// The embedded store: certificates, principals and their journal in one SQLite database, held by a worker thread so that
// waiting for the disk never holds up the event loop.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { AccessEvent } from '../../access/events.ts';
import type { AccessEntry, LastUse, LastUseStore, PrincipalStore } from '../../access/principals.ts';
import { assertNever } from '../../base/assert-never.ts';
import type { AccountId, Draft, Entry } from '../../base/journal-entry.ts';
import type { UnixSeconds } from '../../base/time.ts';
import type { SerialNumber } from '../../pki/serial-number.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import { type ChainBreak, type ChainedRow, type ChainHead, genesis } from '../../registry/journal.ts';
import type { JournalEntry, JournalQuery, JournalReader } from '../../registry/journal-reader.ts';
import type { AuthorityRecord, CertificateRecord, Identifier } from '../../registry/model.ts';
import type { PublicationStore } from '../../registry/publication-store.ts';
import type { StandingPage, StandingPlace } from '../../registry/standing-page.ts';
import {
  type AboutEndEntity,
  type AuthorityQuery,
  type Bearer,
  type CertificateStore,
  type EndEntityQuery,
  type EndEntitySearch,
  type EndingCertificate,
  type Figures,
  type HistorySpan,
  type Material,
  type Page,
  type RecordedToken,
  type Reservation,
  type SearchStep,
  type StatusSubject,
  type StoredResponder,
  StoreUnavailable,
  type TagOfCertificate,
  type TagQuery,
  UnknownOutcome,
} from '../../registry/store.ts';
import type { Attachments } from '../sql/append.ts';
import { type ReplayScope, withSecret } from '../sql/journal-queries.ts';
import { isCertificateEntry, type StoredEntry, type StoredEvent, toEntry } from '../sql/journal-rows.ts';
import { serialNumbersPerQuery } from '../sql/queries.ts';
import type { IssuedBelow, TableDifference, TokenPlace } from '../sql/row-verification.ts';
import type { Append } from './group-commit.ts';
import {
  type Answer,
  type Committed,
  fromPortable,
  type ReplayChunk,
  type Report,
  type Request,
  type ThreadOptions,
  type Written,
} from './messages.ts';
import { SqlitePublications } from './publications.ts';
import type { Query, Reads, Reply } from './reads.ts';

export interface SqliteStoreOptions {
  /** Folder of the database; made, open to its owner only, when a store is made. */
  readonly dataDir: string;
  /** `create` refuses a store that is there, `existing` one that is not. */
  readonly mode: 'create' | 'existing' | 'existing-or-create';
  /** Whether the journal is checked from its last checkpoint on before the store opens; `none` is for tools that then check it all. */
  readonly verify: 'since-checkpoint' | 'none';
  /** How often entries of other processes are looked for; 100 unless told. */
  readonly pollMillis?: number;
  /** How long another process's lock is waited for; 5,000 unless told. */
  readonly busyMillis?: number;
}

/** What a check of the whole journal found; all is well exactly when `broken` is absent and `differences` is empty. */
export interface VerifyReport {
  readonly entries: number;
  readonly certificates: number;
  /** Where the chain led to. */
  readonly head: ChainHead;
  /** The first entry that does not continue the chain, or that a checkpoint names and is not there. */
  readonly broken?: ChainBreak;
  /** Certificates whose rows are not what the journal says: the first 100 differences. */
  readonly differences: readonly TableDifference[];
}

export class SqliteStore implements CertificateStore, PrincipalStore, LastUseStore, JournalReader {
  readonly publications: PublicationStore = new SqlitePublications((...question) => this.#read(...question));
  readonly #worker: Worker;
  readonly #followers = new Set<(entry: StoredEntry) => void>();
  readonly #fatalListeners = new Set<(error: Error) => void>();
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #outgoing: Request[] = [];
  #transferred: ArrayBuffer[] = [];
  #closing: Promise<void> | undefined;
  #fatal: Error | undefined;

  /** @throws {StoreProblem} when there is no store to be had. */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { dataDir, mode, verify, pollMillis = 100, busyMillis = 5000 } = options;
    const workerData: ThreadOptions = { dataDir, mode, verify, pollMillis, busyMillis };
    const worker = new Worker(new URL('./store-thread.ts', import.meta.url), { workerData, name: 'store' });
    // Listened for from the beginning: the thread may be gone in the same turn in which it says why.
    const exited = new Promise((resolve) => worker.once('exit', resolve));
    const [report] = (await once(worker, 'message')) as [Report];
    if (report.type === 'open') return new SqliteStore(worker);
    await exited;
    throw report.type === 'failed' ? fromPortable(report.error) : new TypeError(`unexpected report: ${report.type}`);
  }

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (report: Report) => this.#receive(report));
    worker.on('error', (error) => this.#die(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#ended());
  }

  async append(draft: Draft<CertificateEvent>, material: Material = {}): Promise<Entry<CertificateEvent>> {
    return (await this.#append(draft, material)) as Entry<CertificateEvent>;
  }

  async appendAccess(draft: Draft<AccessEvent>, sealedSecret?: Uint8Array): Promise<AccessEntry> {
    return (await this.#append(draft, sealedSecret ? { sealedSecret } : {})) as AccessEntry;
  }

  lastUses(): Promise<readonly LastUse[]> {
    return this.#read('lastUses', undefined);
  }

  async putLastUses(uses: readonly LastUse[]): Promise<void> {
    await this.#read('putLastUses', uses);
  }

  async appendAll(drafts: readonly Draft<CertificateEvent>[], material: Material = {}): Promise<void> {
    if (drafts.length > 0) await this.#answerTo({ type: 'append', drafts, attachments: material });
  }

  async appendAbout(draft: Draft<AboutEndEntity>): Promise<Entry<CertificateEvent>> {
    return (await this.#append(draft, {})) as Entry<CertificateEvent>;
  }

  certificate(account: AccountId, identifier: string): Promise<CertificateRecord | undefined> {
    return this.#read('certificate', { account, identifier });
  }

  certificateById(account: AccountId, id: number): Promise<CertificateRecord | undefined> {
    return this.#read('certificateById', { account, id });
  }

  async certificatesBySerialNumber(
    account: AccountId,
    serialNumbers: readonly SerialNumber[],
  ): Promise<readonly CertificateRecord[]> {
    const found: CertificateRecord[] = [];
    for (let from = 0; from < serialNumbers.length; from += serialNumbersPerQuery) {
      const some = serialNumbers.slice(from, from + serialNumbersPerQuery);
      found.push(...(await this.#read('certificatesBySerialNumber', { account, serialNumbers: some })));
    }
    return found.sort((a, b) => a.id - b.id);
  }

  figures(account: AccountId, now: UnixSeconds, revokedFrom: UnixSeconds): Promise<Figures> {
    return this.#read('figures', { account, now, revokedFrom });
  }

  endingNext(account: AccountId, from: UnixSeconds, limit: number): Promise<readonly EndingCertificate[]> {
    return this.#read('endingNext', { account, from, limit });
  }

  bearersOf(account: AccountId, serialNumber: SerialNumber, limit: number): Promise<readonly Bearer[]> {
    return this.#read('bearersOf', { account, serialNumber, limit });
  }

  certificatesForStatus(account: AccountId, identifiers: readonly string[]): Promise<(StatusSubject | undefined)[]> {
    return this.#read('certificatesForStatus', { account, identifiers });
  }

  authority(account: AccountId, identifier: string): Promise<AuthorityRecord | undefined> {
    return this.#read('authority', { account, identifier });
  }

  signerOf(account: AccountId, identifier: string): Promise<AuthorityRecord | undefined> {
    return this.#read('signerOf', { account, identifier });
  }

  sealedKey(identifier: Identifier): Promise<Uint8Array | undefined> {
    return this.#read('sealedKey', identifier);
  }

  listEndEntities(query: EndEntityQuery): Promise<Page<CertificateRecord>> {
    return this.#read('listEndEntities', query);
  }

  searchEndEntities(search: EndEntitySearch): Promise<SearchStep> {
    return this.#read('searchEndEntities', search);
  }

  listAuthorities(query: AuthorityQuery): Promise<Page<AuthorityRecord>> {
    return this.#read('listAuthorities', query);
  }

  listTags(query: TagQuery): Promise<{ readonly tags: readonly TagOfCertificate[]; readonly more: boolean }> {
    return this.#read('listTags', query);
  }

  historyOf(account: AccountId, identifier: string, span: HistorySpan): Promise<readonly Entry<CertificateEvent>[]> {
    return this.#read('historyOf', { account, identifier, span });
  }

  /** In turns with other questions: ask for a stretch that takes no longer than they should wait. */
  headSequence(): Promise<number> {
    return this.#read('headSequence', undefined);
  }

  journalPage(query: JournalQuery): Promise<readonly JournalEntry[]> {
    return this.#read('journalPage', query);
  }

  clientToken(account: AccountId, operation: string, token: string): Promise<RecordedToken | undefined> {
    return this.#read('clientToken', { account, operation, token });
  }

  reservation(account: AccountId, identifier: Identifier): Promise<Reservation | undefined> {
    return this.#read('reservation', { account, identifier });
  }

  pending(): Promise<readonly { readonly account: AccountId; readonly identifier: Identifier }[]> {
    return this.#read('pending', undefined);
  }

  signers(): Promise<readonly AuthorityRecord[]> {
    return this.#read('signers', undefined);
  }

  responders(): Promise<readonly StoredResponder[]> {
    return this.#read('responders', undefined);
  }

  /**
   * Gives `listener` every entry there is after a sequence number, then every further one as it is committed, by this process or another, in
   * sequence order and once each; `certificate-reserved` alone is left out, since no view reads it. A listener that
   * throws while live has lost its place: the error is not caught.
   *
   * @returns when all entries that existed have been given, what ends it; rejects with what the listener threw until then.
   * @throws {StoreProblem} `broken-chain` for an entry that cannot be read.
   */
  follow(listener: (entry: StoredEntry) => void, after = 0): Promise<() => void> {
    return this.#follow(listener, { scope: 'all', after });
  }

  /** The same of all entries that are about no certificate. */
  followAccess(listener: (entry: AccessEntry) => void): Promise<() => void> {
    const take = (entry: StoredEntry) => {
      if (!isCertificateEntry(entry)) listener(entry);
    };
    return this.#follow(take, { scope: 'access', after: 0 });
  }

  #follow(
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
        if (!chunk.complete)
          this.#ask({ type: 'replay', scope, after: chunk.columns.sequence.at(-1) ?? 0 }, take, fail);
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

  /**
   * Checks the whole journal, and the table of certificates against it, in small steps beside normal work.
   * @param onProgress counts entries and certificates together.
   */
  async verifyJournal(
    onProgress: (progress: { readonly done: number; readonly total: number }) => void = () => {},
  ): Promise<VerifyReport> {
    const { sequence } = await this.head();
    const total = sequence + (await this.#read('certificateCount', undefined));
    const differences: TableDifference[] = [];
    let head = genesis;
    let entries = 0;
    let broken: ChainBreak | undefined;
    const issued = new Map<Identifier, IssuedBelow>();
    for (;;) {
      const step = await this.#read('verifyEntries', head);
      head = step.head;
      entries += step.entries;
      broken = step.broken;
      differences.push(...step.differences);
      for (const [issuer, { count, last }] of step.issued) {
        issued.set(issuer, { count: (issued.get(issuer)?.count ?? 0) + count, last });
      }
      if (broken || step.entries === 0) break;
      onProgress({ done: entries, total });
    }
    // Behind a break nothing can be trusted, nor counted.
    const upTo = broken && head.sequence;
    let certificates = 0;
    for (let after = 0; ; ) {
      const step = await this.#read('verifyRows', { after, upTo });
      after = step.after;
      certificates += step.certificates;
      differences.push(...step.differences);
      if (step.certificates === 0) break;
      onProgress({ done: entries + certificates, total });
    }
    for (let after: TokenPlace | undefined; ; ) {
      const step = await this.#read('verifyTokens', { after, upTo });
      after = step.after;
      differences.push(...step.differences);
      if (!after) break;
    }
    if (!broken) differences.push(...(await this.#read('verifyIssuedCounts', { upTo: head.sequence, issued })));
    for (let block: number | undefined = 0; block !== undefined; ) {
      const step: Reply<'verifyBlock'> = await this.#read('verifyBlock', { block });
      block = step.next;
      differences.push(...step.differences);
    }
    for (let day: Query<'verifyDay'>; ; ) {
      const step: Reply<'verifyDay'> = await this.#read('verifyDay', day);
      day = step.day;
      differences.push(...step.differences);
      if (!day) break;
    }
    return { entries, certificates, head, ...(broken && { broken }), differences: differences.slice(0, 100) };
  }

  /** Entries after a sequence number, of one account or all, oldest first; sealed secrets are left out. */
  journalEntries(query: {
    readonly after: number;
    readonly limit: number;
    readonly account?: AccountId;
  }): Promise<readonly StoredEntry[]> {
    return this.#read('journalEntries', query);
  }

  /** The last entry's place in the chain; sequence 0 while there is none. */
  head(): Promise<ChainHead> {
    return this.#read('journalHead', undefined);
  }

  /** The hash of an entry; `undefined` where the journal has none of this number. */
  hashAt(sequence: number): Promise<Uint8Array | undefined> {
    return this.#read('journalHash', { sequence });
  }

  /** How certificates stand that were issued, from a place on. What is written between two pages is in either. */
  standingPage(place: StandingPlace): Promise<StandingPage> {
    const page = this.#read('standingPage', place);
    // Now and not in the next turn, so that the thread reads it while the caller works on the one before.
    this.#flush();
    return page;
  }

  /** A value of the store's own, not journalled; `undefined` if it was never put. */
  setting(name: string): Promise<string | undefined> {
    return this.#read('setting', name);
  }

  /** Durable on return; replaces what was there. */
  putSetting(name: string, value: string): Promise<void> {
    return this.#read('putSetting', { name, value });
  }

  /** Puts a value unless there is one; durable on return. @returns whether it did. */
  addSetting(name: string, value: string): Promise<boolean> {
    return this.#read('addSetting', { name, value });
  }

  /** Certificates whose serial number was reserved and that were never issued: traces of interrupted work, or work under way. */
  danglingReservations(): Promise<number> {
    return this.#read('danglingReservations', undefined);
  }

  /** `listener` is told once when the store can no longer be used; the process must stop. */
  onFatal(listener: (error: Error) => void): void {
    this.#fatalListeners.add(listener);
    if (this.#fatal) listener(this.#fatal);
  }

  /** Ends what is under way, leaves a checkpoint and closes the database. Calls after this are refused as StoreUnavailable. */
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

  async #append(draft: Draft<StoredEvent | AboutEndEntity>, attachments: Attachments): Promise<StoredEntry> {
    return (await this.#answerTo({ type: 'append', drafts: [draft], attachments })) as StoredEntry;
  }

  /** @param transfer  buffers within the query, which are the thread's from then on. */
  async #read<Name extends keyof Reads>(
    read: Name,
    query: Query<Name>,
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Reply<Name>> {
    return (await this.#answerTo({ type: 'read', read, query }, transfer)) as Reply<Name>;
  }

  #answerTo(question: Question, transfer: readonly ArrayBuffer[] = []): Promise<unknown> {
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
    this.#waiting.set(id, { resolve, reject, ...(question.type === 'append' && { drafts: question.drafts }) });
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
      case 'committed':
        this.#takeOver(report);
        return;
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

  #takeOver({ foreign, written, refused }: Committed): void {
    const own = written.map((each) => ownEntries(each, this.#waiting.get(each.id)?.drafts ?? []));
    // Followers first: what an append's caller does next must find the views up to date.
    for (const entries of [foreign, ...own]) for (const entry of entries) this.#tell(entry);
    for (const [index, { id }] of written.entries()) this.#settle({ id, value: own[index]?.at(-1) });
    for (const failure of refused) this.#settle(failure);
  }

  #tell(entry: StoredEntry): void {
    if (entry.event.kind === 'certificate-reserved') return;
    for (const follower of this.#followers) follower(entry);
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
  /** Of an append. */
  readonly drafts?: Append['drafts'];
}

type WithoutId<Each> = Each extends unknown ? Omit<Each, 'id'> : never;
type Question = WithoutId<Request>;

/** The entries that an append's drafts became. */
function ownEntries({ sequence: last, whole, names }: Written, drafts: Append['drafts']): readonly StoredEntry[] {
  if (whole) return [whole];
  const first = last - drafts.length + 1;
  return drafts.map(
    ({ at, account, actor, event }, index) =>
      ({ sequence: first + index, at, account, actor, event: names ? { ...event, ...names } : event }) as StoredEntry,
  );
}

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
