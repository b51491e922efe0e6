// The embedded store: certificates, principals and their journal in one SQLite database, held by a worker thread so that
// waiting for the disk never holds up the event loop.

import type { AccessEvent } from '../../access/events.ts';
import type { AccessEntry, LastUse, LastUseStore, PrincipalStore } from '../../access/principals.ts';
import type { AccountId, Draft, Entry } from '../../base/journal-entry.ts';
import type { UnixMillis, UnixSeconds } from '../../base/time.ts';
import type { SerialNumber } from '../../pki/serial-number.ts';
import type { CertificateEvent } from '../../registry/events.ts';
import type { ChainHead } from '../../registry/journal.ts';
import type { JournalEntry, JournalQuery, JournalReader } from '../../registry/journal-reader.ts';
import type { AuthorityRecord, CertificateRecord, Identifier } from '../../registry/model.ts';
import type { PublicationStore } from '../../registry/publication-store.ts';
import type { StandingPage, StandingPlace } from '../../registry/standing-page.ts';
import type {
  AboutEndEntity,
  AuthorityQuery,
  Bearer,
  CertificateStore,
  EndEntityQuery,
  EndEntitySearch,
  EndingCertificate,
  Figures,
  HistorySpan,
  Material,
  Page,
  RecordedToken,
  Reservation,
  SearchStep,
  StatusSubject,
  StoredResponder,
  TagOfCertificate,
  TagQuery,
} from '../../registry/store.ts';
import { isCertificateEntry, type StoredEntry } from '../sql/journal-rows.ts';
import { serialNumbersPerQuery } from '../sql/queries.ts';
import { type VerifyProgress, type VerifyReport, verifyJournal } from './journal-verification.ts';
import { SqlitePublications } from './publications.ts';
import { ThreadLink } from './thread-link.ts';

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

export class SqliteStore implements CertificateStore, PrincipalStore, LastUseStore, JournalReader {
  readonly publications: PublicationStore;
  readonly #thread: ThreadLink;

  /** @throws {StoreProblem} when there is no store to be had. */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { dataDir, mode, verify, pollMillis = 100, busyMillis = 5000 } = options;
    return new SqliteStore(await ThreadLink.open({ dataDir, mode, verify, pollMillis, busyMillis }));
  }

  private constructor(thread: ThreadLink) {
    this.#thread = thread;
    // At once: rows for a list are read ahead, while the page before is written.
    this.publications = new SqlitePublications((...question) => thread.readNow(...question));
  }

  async append(draft: Draft<CertificateEvent>, material: Material = {}): Promise<Entry<CertificateEvent>> {
    return (await this.#thread.append({ drafts: [draft], attachments: material })) as Entry<CertificateEvent>;
  }

  async appendAccess(draft: Draft<AccessEvent>, sealedSecret?: Uint8Array): Promise<AccessEntry> {
    return (await this.#thread.append({
      drafts: [draft],
      attachments: sealedSecret ? { sealedSecret } : {},
    })) as AccessEntry;
  }

  lastUses(): Promise<readonly LastUse[]> {
    return this.#thread.read('lastUses', undefined);
  }

  dropLastUses(): Promise<void> {
    return this.#thread.read('dropLastUses', undefined);
  }

  async putLastUses(uses: readonly LastUse[]): Promise<void> {
    await this.#thread.read('putLastUses', uses);
  }

  async appendAll(drafts: readonly Draft<CertificateEvent>[], material: Material = {}): Promise<void> {
    if (drafts.length > 0) await this.#thread.append({ drafts, attachments: material });
  }

  async appendAbout(draft: Draft<AboutEndEntity>): Promise<Entry<CertificateEvent>> {
    return (await this.#thread.append({ drafts: [draft], attachments: {} })) as Entry<CertificateEvent>;
  }

  certificate(account: AccountId, identifier: string): Promise<CertificateRecord | undefined> {
    return this.#thread.read('certificate', { account, identifier });
  }

  certificateById(account: AccountId, id: number): Promise<CertificateRecord | undefined> {
    return this.#thread.read('certificateById', { account, id });
  }

  async certificatesBySerialNumber(
    account: AccountId,
    serialNumbers: readonly SerialNumber[],
  ): Promise<readonly CertificateRecord[]> {
    const found: CertificateRecord[] = [];
    for (let from = 0; from < serialNumbers.length; from += serialNumbersPerQuery) {
      const some = serialNumbers.slice(from, from + serialNumbersPerQuery);
      found.push(...(await this.#thread.read('certificatesBySerialNumber', { account, serialNumbers: some })));
    }
    return found.sort((a, b) => a.id - b.id);
  }

  figures(account: AccountId, now: UnixSeconds, revokedFrom: UnixSeconds): Promise<Figures> {
    return this.#thread.read('figures', { account, now, revokedFrom });
  }

  endingNext(account: AccountId, from: UnixSeconds, limit: number): Promise<readonly EndingCertificate[]> {
    return this.#thread.read('endingNext', { account, from, limit });
  }

  bearersOf(account: AccountId, serialNumber: SerialNumber, limit: number): Promise<readonly Bearer[]> {
    return this.#thread.read('bearersOf', { account, serialNumber, limit });
  }

  certificatesForStatus(account: AccountId, identifiers: readonly string[]): Promise<(StatusSubject | undefined)[]> {
    return this.#thread.read('certificatesForStatus', { account, identifiers });
  }

  authority(account: AccountId, identifier: string): Promise<AuthorityRecord | undefined> {
    return this.#thread.read('authority', { account, identifier });
  }

  signerOf(account: AccountId, identifier: string): Promise<AuthorityRecord | undefined> {
    return this.#thread.read('signerOf', { account, identifier });
  }

  sealedKey(identifier: Identifier): Promise<Uint8Array | undefined> {
    return this.#thread.read('sealedKey', identifier);
  }

  listEndEntities(query: EndEntityQuery): Promise<Page<CertificateRecord>> {
    return this.#thread.read('listEndEntities', query);
  }

  searchEndEntities(search: EndEntitySearch): Promise<SearchStep> {
    return this.#thread.read('searchEndEntities', search);
  }

  listAuthorities(query: AuthorityQuery): Promise<Page<AuthorityRecord>> {
    return this.#thread.read('listAuthorities', query);
  }

  listTags(query: TagQuery): Promise<{ readonly tags: readonly TagOfCertificate[]; readonly more: boolean }> {
    return this.#thread.read('listTags', query);
  }

  historyOf(account: AccountId, identifier: string, span: HistorySpan): Promise<readonly Entry<CertificateEvent>[]> {
    return this.#thread.read('historyOf', { account, identifier, span });
  }

  /** In turns with other questions: ask for a stretch that takes no longer than they should wait. */
  headSequence(): Promise<number> {
    return this.#thread.read('headSequence', undefined);
  }

  journalPage(query: JournalQuery): Promise<readonly JournalEntry[]> {
    return this.#thread.read('journalPage', query);
  }

  clientToken(account: AccountId, operation: string, token: string): Promise<RecordedToken | undefined> {
    return this.#thread.read('clientToken', { account, operation, token });
  }

  dropClientTokens(before: UnixMillis): Promise<boolean> {
    return this.#thread.read('dropClientTokens', before);
  }

  reservation(account: AccountId, identifier: Identifier): Promise<Reservation | undefined> {
    return this.#thread.read('reservation', { account, identifier });
  }

  pending(): Promise<readonly { readonly account: AccountId; readonly identifier: Identifier }[]> {
    return this.#thread.read('pending', undefined);
  }

  signers(): Promise<readonly AuthorityRecord[]> {
    return this.#thread.read('signers', undefined);
  }

  responders(): Promise<readonly StoredResponder[]> {
    return this.#thread.read('responders', undefined);
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
    return this.#thread.follow(listener, { scope: 'all', after });
  }

  /** The same of all entries that are about no certificate. */
  followAccess(listener: (entry: AccessEntry) => void): Promise<() => void> {
    const take = (entry: StoredEntry) => {
      if (!isCertificateEntry(entry)) listener(entry);
    };
    return this.#thread.follow(take, { scope: 'access', after: 0 });
  }

  /** Checks the whole journal, and the tables against it, in small steps beside normal work. */
  verifyJournal(onProgress?: (progress: VerifyProgress) => void): Promise<VerifyReport> {
    return verifyJournal((...question) => this.#thread.read(...question), onProgress);
  }

  /** Entries after a sequence number, of one account or all, oldest first; sealed secrets are left out. */
  journalEntries(query: {
    readonly after: number;
    readonly limit: number;
    readonly account?: AccountId;
  }): Promise<readonly StoredEntry[]> {
    return this.#thread.read('journalEntries', query);
  }

  /** The last entry's place in the chain; sequence 0 while there is none. */
  head(): Promise<ChainHead> {
    return this.#thread.read('journalHead', undefined);
  }

  /** The hash of an entry; `undefined` where the journal has none of this number. */
  hashAt(sequence: number): Promise<Uint8Array | undefined> {
    return this.#thread.read('journalHash', { sequence });
  }

  /** How certificates stand that were issued, from a place on. What is written between two pages is in either. */
  standingPage(place: StandingPlace): Promise<StandingPage> {
    return this.#thread.readNow('standingPage', place);
  }

  /** A value of the store's own, not journalled; `undefined` if it was never put. */
  setting(name: string): Promise<string | undefined> {
    return this.#thread.read('setting', name);
  }

  /** Durable on return; replaces what was there. */
  putSetting(name: string, value: string): Promise<void> {
    return this.#thread.read('putSetting', { name, value });
  }

  /** Puts a value unless there is one; durable on return. @returns whether it did. */
  addSetting(name: string, value: string): Promise<boolean> {
    return this.#thread.read('addSetting', { name, value });
  }

  /** Certificates whose serial number was reserved and that were never issued: traces of interrupted work, or work under way. */
  danglingReservations(): Promise<number> {
    return this.#thread.read('danglingReservations', undefined);
  }

  /** `listener` is told once when the store can no longer be used; the process must stop. */
  onFatal(listener: (error: Error) => void): void {
    this.#thread.onFatal(listener);
  }

  /** Ends what is under way, leaves a checkpoint and closes the database. Calls after this are refused as StoreUnavailable. */
  close(): Promise<void> {
    return this.#thread.close();
  }
}
