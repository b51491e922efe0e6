// When access keys and passwords were last used: remembered at once, written down now and then, and not in the journal.

import type { AccountId } from '../base/journal-entry.ts';
import type { UnixMillis } from '../base/time.ts';
import type { LastUse, LastUseStore } from './principals.ts';

/** At most so often the uses of one key are written down; a crash loses no more than this. */
const writeEveryMillis = 60_000;

/** What a user's sign-ins are remembered by, since names can change. */
export function signInSubject(userId: string): string {
  return `sign-in:${userId}`;
}

/** What the last code of an MFA device that let its user in is remembered by; its moment is when the code's step began. */
export function mfaCodeSubject(account: AccountId, device: string): string {
  return `${mfaCodePrefix}${account}:${device}`;
}

export const mfaCodePrefix = 'mfa-code:';

interface Remembered {
  at: UnixMillis;
  service: string;
  /** The use that is written down, and when it was. */
  written: UnixMillis | undefined;
  writtenAt: UnixMillis | undefined;
}

export class LastUses {
  readonly #store: LastUseStore;
  readonly #uses = new Map<string, Remembered>();

  private constructor(store: LastUseStore) {
    this.#store = store;
  }

  /** With what was written down before. */
  static async open(store: LastUseStore): Promise<LastUses> {
    const uses = new LastUses(store);
    for (const { subject, at, service } of await store.lastUses()) {
      uses.#uses.set(subject, { at, service, written: at, writtenAt: undefined });
    }
    return uses;
  }

  /** Remembers a use; nothing waits for the disk. */
  note({ subject, at, service }: LastUse): void {
    const known = this.#uses.get(subject);
    if (known === undefined) {
      this.#uses.set(subject, { at, service, written: undefined, writtenAt: undefined });
    } else if (at >= known.at) {
      known.at = at;
      known.service = service;
    }
  }

  /** Of an access key id or {@link signInSubject}; `undefined` where no use is known. */
  of(subject: string): LastUse | undefined {
    const known = this.#uses.get(subject);
    return known && { subject, at: known.at, service: known.service };
  }

  /**
   * Writes down what is new, each subject at most once a minute.
   * @param all for the last time: whatever is new.
   */
  async flush(now: UnixMillis, { all }: { readonly all: boolean }): Promise<void> {
    const due = [...this.#uses].filter(
      ([, { at, written, writtenAt }]) =>
        at !== written && (all || writtenAt === undefined || now - writtenAt >= writeEveryMillis),
    );
    if (due.length === 0) return;
    const uses = due.map(([subject, { at, service }]) => ({ subject, at, service }));
    await this.#store.putLastUses(uses);
    for (const [index, [, known]] of due.entries()) {
      known.written = uses[index]?.at;
      known.writtenAt = now;
    }
  }
}
