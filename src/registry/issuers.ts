// The authorities that issue, opened once and kept in memory: what is read of them never changes, but for whether they still
// may. That is forgotten when the journal tells of a change, and decided by the store in the transaction of each certificate.

import type { AccountId, Entry } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { type Certificate, parseCertificate } from '../pki/certificate.ts';
import { chainOf } from './authority-chain.ts';
import type { CertificateEvent } from './events.ts';
import type { AuthorityRecord, Identifier } from './model.ts';
import type { SigningKey } from './signer.ts';
import { signingKeyOf } from './signing.ts';
import type { CertificateStore } from './store.ts';

/** The authority that signs, opened for issuing. */
export interface Issuer {
  /** Of what can change (labels, quota, count) it has what was true when it was opened. */
  readonly record: AuthorityRecord;
  /** Its own certificate and those above it, up to the root, DER. */
  readonly chain: readonly Uint8Array[];
  readonly certificate: Certificate;
  readonly key: SigningKey;
}

export interface WantedIssuer {
  readonly account: AccountId;
  readonly identifier: string;
  readonly kind: 'root' | 'subordinate';
}

const mostKept = 1000;

export class Issuers {
  readonly #store: CertificateStore;
  /** By account and identifier. */
  readonly #opened = new Map<string, Issuer>();
  /** All that are kept and those above them. */
  readonly #chained = new Set<string>();
  #opening = 0;
  /** Of what the journal tells while some are being opened: it may not be in what was read. */
  readonly #changedMeanwhile = new Set<string>();

  constructor(store: CertificateStore) {
    this.#store = store;
  }

  apply({ event }: Entry<CertificateEvent>): void {
    if (event.kind === 'certificate-reserved' || event.kind === 'certificate-issued') return;
    if (this.#opening > 0) this.#changedMeanwhile.add(event.identifier);
    if (this.#chained.has(event.identifier)) this.#forget();
  }

  /**
   * Opens an authority for issuing.
   * @throws {Refused} `authority-not-found`, `authority-revoked`, `not-a-root`, `not-a-subordinate`
   */
  async open(wanted: WantedIssuer): Promise<Issuer> {
    const name = `${wanted.account} ${wanted.identifier}`;
    const known = this.#opened.get(name);
    if (known?.record.kind === wanted.kind) return known;
    this.#opening++;
    try {
      const { issuer, chain } = await read(wanted, this.#store);
      if (!chain.some((each) => this.#changedMeanwhile.has(each))) this.#keep(name, issuer, chain);
      return issuer;
    } finally {
      if (--this.#opening === 0) this.#changedMeanwhile.clear();
    }
  }

  #keep(name: string, issuer: Issuer, chain: readonly Identifier[]): void {
    if (this.#opened.size >= mostKept) this.#forget();
    this.#opened.set(name, issuer);
    for (const identifier of chain) this.#chained.add(identifier);
  }

  #forget(): void {
    this.#opened.clear();
    this.#chained.clear();
  }
}

async function read(
  wanted: WantedIssuer,
  store: CertificateStore,
): Promise<{ readonly issuer: Issuer; readonly chain: readonly Identifier[] }> {
  const record = await store.authority(wanted.account, wanted.identifier);
  if (!record) throw new Refused({ kind: 'authority-not-found', identifier: wanted.identifier });
  if (record.kind !== wanted.kind) {
    const kind = wanted.kind === 'root' ? 'not-a-root' : 'not-a-subordinate';
    throw new Refused({ kind, identifier: wanted.identifier });
  }
  const chain = await chainOf(record, store);
  // What a revoked authority stands behind is revoked from birth; so nothing below one is issued either.
  const revoked = chain.find(({ state }) => state === 'revoked');
  if (revoked) throw new Refused({ kind: 'authority-revoked', identifier: revoked.identifier });
  const issuer = {
    record,
    chain: chain.map(({ der }) => der),
    certificate: parseCertificate(record.der),
    key: await signingKeyOf(record, store),
  };
  return { issuer, chain: chain.map(({ identifier }) => identifier) };
}

/** What an authority's certificates name as their authorityKeyIdentifier (RFC 5280 §4.2.1.1). */
export function keyIdentifierOf({ certificate, record }: Issuer): Uint8Array {
  const { subjectKeyIdentifier } = certificate.extensions;
  if (!subjectKeyIdentifier) throw new Error(`authority ${record.identifier} has no subject key identifier`);
  return subjectKeyIdentifier;
}
