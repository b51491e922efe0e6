// How many certificates each authority issues in one transaction. Its row is written once, at the end; who decides by how many it
// has issued adds what is in here.

import type { Kysely } from 'kysely';
import type { Identifier } from '../../registry/model.ts';
import { prepared } from './prepared.ts';
import type { Schema } from './schema.ts';

/** One that changes certificates. */
export interface Transaction {
  readonly db: Kysely<Schema>;
  readonly issued: IssuedTally;
}

export class IssuedTally {
  /** The issuers, in the order of their certificates. */
  readonly #issuers: Identifier[] = [];

  add(issuer: Identifier): void {
    this.#issuers.push(issuer);
  }

  /** How many more than its row says. */
  below(issuer: Identifier): number {
    let count = 0;
    for (const each of this.#issuers) if (each === issuer) count++;
    return count;
  }

  get length(): number {
    return this.#issuers.length;
  }

  /** Takes back what came after the first so many. */
  truncate(length: number): void {
    this.#issuers.length = length;
  }

  async write(db: Kysely<Schema>): Promise<void> {
    for (const issuer of new Set(this.#issuers)) await addIssued(db, { issuer, n: this.below(issuer) });
  }
}

const addIssued = prepared((db, { issuer, n }: { readonly issuer: Identifier; readonly n: number }) =>
  db
    .updateTable('certificates')
    .set((column) => ({ issued_count: column('issued_count', '+', n) }))
    .where('identifier', '=', issuer),
);
