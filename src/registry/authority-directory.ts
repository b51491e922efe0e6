// The authorities of all accounts in memory, found by their identifier and by what OCSP requests call them. Revoked and
// deleted ones stay: somebody may still hold, and ask about, what they issued.

import type { AccountId, Entry } from '../base/journal-entry.ts';
import { type IssuerKey, issuerAnswersTo } from '../pki/cert-id.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import type { CertificateEvent } from './events.ts';
import { type AuthorityRecord, type Identifier, isAuthorityKind } from './model.ts';
import type { CertificateStore } from './store.ts';

export interface KnownAuthority {
  readonly record: AuthorityRecord;
  readonly certificate: Certificate;
  /** Whether its key is here, to sign OCSP answers and CRLs with. */
  readonly signsHere: boolean;
}

type Store = Pick<CertificateStore, 'signers' | 'signerOf'>;

const retryMillis = 1000;

export class AuthorityDirectory {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  readonly #byIdentifier = new Map<string, KnownAuthority>();
  readonly #byIssuerKey = new Map<IssuerKey, KnownAuthority>();
  readonly #listeners: ((authority: KnownAuthority) => void)[] = [];
  /** Those the journal has spoken of and that are not read yet, and their accounts. */
  readonly #awaited = new Map<Identifier, AccountId>();
  #fetching: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(store: Store, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Takes in the authorities there are. */
  async load(): Promise<void> {
    for (const record of await this.#store.signers()) this.#add(record);
  }

  /** A new authority's certificate is fetched from the store; until then {@link settled} is pending. */
  apply({ account, event }: Entry<CertificateEvent>): void {
    if (event.kind !== 'certificate-issued' || !isAuthorityKind(event.certificateKind)) return;
    this.#awaited.set(event.identifier, account);
    this.#fetching ??= this.#fetch();
  }

  /**
   * Resolves when every authority the journal has spoken of so far can be found, or could not be read: that is tried again
   * by and by, and kept from nobody else.
   */
  settled(): Promise<void> {
    return this.#fetching ?? Promise.resolve();
  }

  all(): Iterable<KnownAuthority> {
    return this.#byIdentifier.values();
  }

  byIdentifier(identifier: string): KnownAuthority | undefined {
    return this.#byIdentifier.get(identifier);
  }

  byIssuerKey(key: IssuerKey): KnownAuthority | undefined {
    return this.#byIssuerKey.get(key);
  }

  /** Told of every authority that is taken in from now on. */
  onAdded(listener: (authority: KnownAuthority) => void): void {
    this.#listeners.push(listener);
  }

  /** What comes to be awaited meanwhile is fetched as well. */
  async #fetch(): Promise<void> {
    for (const [identifier, account] of this.#awaited) {
      try {
        const record = await this.#store.signerOf(account, identifier);
        if (record) this.#add(record);
        this.#awaited.delete(identifier);
      } catch (error) {
        this.#onError(error);
      }
    }
    this.#fetching = undefined;
    if (this.#awaited.size > 0 && !this.#retry) {
      this.#retry = setTimeout(() => this.#fetchAgain(), retryMillis).unref();
    }
  }

  #fetchAgain(): void {
    this.#retry = undefined;
    this.#fetching ??= this.#fetch();
  }

  #add(record: AuthorityRecord): void {
    if (this.#byIdentifier.has(record.identifier)) return;
    const certificate = parseCertificate(record.der);
    const authority = { record, certificate, signsHere: record.kind !== 'external' };
    this.#byIdentifier.set(record.identifier, authority);
    for (const key of issuerAnswersTo(certificate.subjectDer, certificate.spki)) this.#byIssuerKey.set(key, authority);
    for (const listener of this.#listeners) listener(authority);
  }
}
