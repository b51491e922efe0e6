// When access keys and passwords were last used: remembered at once, written down now and then, and not in the journal.

import type { UnixMillis } from '../base/time.ts';
import type { LastUse, LastUseStore } from './principals.ts';

/** At most so often a use of one key is written down; a crash loses no more than this. */
const writeEveryMillis = 60_000;

/** What a user's sign-ins are remembered by, since names can change. */
export function signInSubject(userId: string): string {
  return `sign-in:${userId}`;
}

export class LastUses {
  readonly #store: LastUseStore;
  readonly #uses = new Map<string, { use: LastUse; writtenAt: UnixMillis | undefined }>();

  private constructor(store: LastUseStore) {
    this.#store = store;
  }

  /** With what was written down before. */
  static async open(store: LastUseStore): Promise<LastUses> {
    const uses = new LastUses(store);
    for (const use of await store.lastUses()) uses.#uses.set(use.subject, { use, writtenAt: use.at });
    return uses;
  }

  /** Remembers a use; nothing waits for the disk. */
  note(use: LastUse): void {
    const known = this.#uses.get(use.subject);
    if (known === undefined) this.#uses.set(use.subject, { use, writtenAt: undefined });
    else if (use.at >= known.use.at) known.use = use;
  }

  /** Of an access key id or {@link signInSubject}; `undefined` where no use is known. */
  of(subject: string): LastUse | undefined {
    return this.#uses.get(subject)?.use;
  }

  /**
   * Writes down what has been used since it was last written down; to be called every few seconds, and with `all` before
   * the store closes.
   */
  async flush(now: UnixMillis, { all }: { readonly all: boolean }): Promise<void> {
    const due = [...this.#uses.values()].filter(
      ({ use, writtenAt }) =>
        use.at !== writtenAt && (all || writtenAt === undefined || now - writtenAt >= writeEveryMillis),
    );
    if (due.length === 0) return;
    await this.#store.putLastUses(due.map(({ use }) => use));
    for (const each of due) each.writtenAt = each.use.at;
  }
}
