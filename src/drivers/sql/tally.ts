// What the changes of one transaction add up to: in the counts of lists, and in how many certificates an authority has issued.
// It is written once, at the end; who decides by what is counted adds what is in here.

import type { Kysely } from 'kysely';
import type { Identifier } from '../../registry/model.ts';
import { addCounts, type Counted, type Move } from './listing-counts.ts';
import { prepared } from './prepared.ts';
import type { Schema } from './schema.ts';

/** One that changes certificates. */
export interface Transaction {
  readonly db: Kysely<Schema>;
  readonly tally: Tally;
}

export class Tally {
  /** In the order of the changes, so that what one of them has added can be taken back. */
  readonly #moves: Move[] = [];
  readonly #issued: Identifier[] = [];

  /** A certificate that was counted as it was `before`, and is to be as it is `after`. */
  move(before: Counted | undefined, after: Counted): void {
    this.#moves.push({ before, after });
  }

  /** One more below this authority. */
  countIssued(issuer: Identifier): void {
    this.#issued.push(issuer);
  }

  /** How many more than its row says. */
  issuedBelow(issuer: Identifier): number {
    let count = 0;
    for (const each of this.#issued) if (each === issuer) count++;
    return count;
  }

  /** @returns what takes back all that is added from now on. */
  mark(): () => void {
    const [moves, issued] = [this.#moves.length, this.#issued.length];
    return () => {
      this.#moves.length = moves;
      this.#issued.length = issued;
    };
  }

  async write(db: Kysely<Schema>): Promise<void> {
    await addCounts(db, this.#moves);
    for (const issuer of new Set(this.#issued)) await addIssued(db, { issuer, n: this.issuedBelow(issuer) });
  }
}

const addIssued = prepared((db, { issuer, n }: { readonly issuer: Identifier; readonly n: number }) =>
  db
    .updateTable('certificates')
    .set((column) => ({ issued_count: column('issued_count', '+', n) }))
    .where('identifier', '=', issuer),
);
