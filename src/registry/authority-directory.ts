// The authorities of all accounts in memory, found by their identifier and by what OCSP requests call them. Revoked and
// deleted ones stay: somebody may still hold, and ask about, what they issued.

import type { Entry } from '../base/journal-entry.ts';
import { type IssuerKey, issuerAnswersTo } from '../pki/cert-id.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import type { CertificateEvent } from './events.ts';
import { type AuthorityRecord, isAuthorityKind } from './model.ts';
import type { PublicationStore } from './publication-store.ts';
import type { CertificateStore } from './store.ts';

export interface KnownAuthority {
  readonly record: AuthorityRecord;
  readonly certificate: Certificate;
  /** Whether its key is here, to sign OCSP answers and CRLs with. */
  readonly signsHere: boolean;
}

const retryMillis = 1000;

type Store = Pick<PublicationStore, 'signers'> & Pick<CertificateStore, 'signerOf'>;

export class AuthorityDirectory {
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  readonly #byIdentifier = new Map<string, KnownAuthority>();
  readonly #byIssuerKey = new Map<IssuerKey, KnownAuthority>();
  readonly #listeners: ((authority: KnownAuthority) => void)[] = [];
  #loading: Promise<void> = Promise.resolve();

  constructor(store: Store, onError: (error: unknown) => void) {
    this.#store = store;
    this.#onError = onError;
  }

  /** Takes in the authorities there are. */
  async load(): Promise<void> {
    for (const record of await this.#store.signers()) this.#add(record);
  }

  /** A new authority's certificate is fetched from the store; until then {@link settled} is pending. */
  apply(entry: Entry<CertificateEvent>): void {
    const { account, event } = entry;
    if (event.kind !== 'certificate-issued' || !isAuthorityKind(event.certificateKind)) return;
    const before = this.#loading;
    this.#loading = this.#store
      .signerOf(account, event.identifier)
      .then(async (record) => {
        await before;
        if (record) this.#add(record);
      })
      .catch((error: unknown) => {
        this.#onError(error);
        // Nobody is kept waiting for a store that is away: until it is back, the authority is as good as not held here.
        setTimeout(() => this.apply(entry), retryMillis).unref();
      });
  }

  /** Resolves when every authority the journal has spoken of so far can be found. */
  settled(): Promise<void> {
    return this.#loading;
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

  #add(record: AuthorityRecord): void {
    if (this.#byIdentifier.has(record.identifier)) return;
    const certificate = parseCertificate(record.der);
    const authority = { record, certificate, signsHere: record.kind !== 'external' };
    this.#byIdentifier.set(record.identifier, authority);
    for (const key of issuerAnswersTo(certificate.subjectDer, certificate.spki)) this.#byIssuerKey.set(key, authority);
    for (const listener of this.#listeners) listener(authority);
  }
}
