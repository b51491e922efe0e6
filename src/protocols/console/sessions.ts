// Who is signed in: sessions in memory, known to their holder by a cookie and to us by its hash.

import { bytesToHex, equalSecrets, type RandomBytes, sha256Hex } from '../../base/bytes.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import type { Clock, UnixMillis } from '../../base/time.ts';
import type { Caller } from '../rpc/authentication.ts';

/** How somebody proved who he is. Asked again at every request, so that a session ends with what it rests on. */
export interface Identity {
  /** Whom it stands for now; `undefined` once the key is disabled or deleted, the user gone, the token expired. */
  readonly caller: () => Caller | undefined;
  /** How long the session may last, where that is less than for all. */
  readonly mostSeconds?: number;
  /** What it has to do before anything else. Done, it is another identity. */
  readonly owes?: Owed;
}

export type Owed = 'change-password' | 'bind-mfa-device';

export interface Session {
  readonly caller: Caller;
  /** To be sent back in a header with every request that does something. */
  readonly csrfToken: string;
  /** When it ends however much it is used, and when if it is not used again. */
  readonly expires: UnixMillis;
  readonly idleUntil: UnixMillis;
  readonly owes: Owed | undefined;
  /** Seed of an MFA device that is being bound; ends with the session. */
  readonly enrolment: { seed?: Uint8Array };
}

export interface SessionRules {
  readonly idleSeconds: number;
  readonly absoluteSeconds: number;
  /** Most sessions at once, of all and of one account; beyond it the one of them unused for the longest time ends. */
  readonly capacity: number;
  readonly capacityOfAccount: number;
}

interface Kept {
  readonly identity: Identity;
  readonly account: AccountId | undefined;
  readonly csrfToken: string;
  readonly expires: UnixMillis;
  readonly enrolment: Session['enrolment'];
  used: UnixMillis;
}

export class Sessions {
  readonly #rules: SessionRules;
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  /** By hash of the id, the one used last at the end. */
  readonly #kept = new Map<string, Kept>();

  constructor(rules: SessionRules, clock: Clock, random: RandomBytes) {
    this.#rules = rules;
    this.#clock = clock;
    this.#random = random;
  }

  /** @returns the id, 256 bits in hexadecimal, which nothing here can tell again. */
  open(identity: Identity): string {
    const account = identity.caller()?.account;
    this.#makeRoom(account);
    const id = bytesToHex(this.#random(32));
    const now = this.#clock.now();
    const { absoluteSeconds } = this.#rules;
    const seconds = Math.min(absoluteSeconds, identity.mostSeconds ?? absoluteSeconds);
    this.#kept.set(sha256Hex(id), {
      identity,
      account,
      csrfToken: bytesToHex(this.#random(32)),
      expires: (now + seconds * 1000) as UnixMillis,
      enrolment: {},
      used: now,
    });
    return id;
  }

  /** The session of this id, used once more; `undefined` if there is none or it has ended. */
  use(id: string): Session | undefined {
    const key = sha256Hex(id);
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    const now = this.#clock.now();
    const caller = this.#hasEnded(kept, now) ? undefined : kept.identity.caller();
    this.#kept.delete(key);
    if (!caller) return undefined;
    kept.used = now;
    this.#kept.set(key, kept);
    return {
      caller,
      csrfToken: kept.csrfToken,
      expires: kept.expires,
      idleUntil: (now + this.#rules.idleSeconds * 1000) as UnixMillis,
      owes: kept.identity.owes,
      enrolment: kept.enrolment,
    };
  }

  end(id: string): void {
    this.#kept.delete(sha256Hex(id));
  }

  get size(): number {
    return this.#kept.size;
  }

  #hasEnded({ expires, used }: Kept, now: UnixMillis): boolean {
    return now >= expires || now >= used + this.#rules.idleSeconds * 1000;
  }

  /** An account makes room among its own first: whoever signs in again and again ends nobody else's session. */
  #makeRoom(account: AccountId | undefined): void {
    const now = this.#clock.now();
    const ofAccount: string[] = [];
    for (const [key, kept] of this.#kept) {
      if (this.#hasEnded(kept, now)) this.#kept.delete(key);
      else if (kept.account === account) ofAccount.push(key);
    }
    const [unusedOfAccount] = ofAccount;
    const [unused] = this.#kept.keys();
    if (ofAccount.length >= this.#rules.capacityOfAccount && unusedOfAccount) this.#kept.delete(unusedOfAccount);
    else if (this.#kept.size >= this.#rules.capacity && unused) this.#kept.delete(unused);
  }
}

/** Whether a token sent back is that of the session. */
export function isTokenOf({ csrfToken }: Session, sent: string | undefined): boolean {
  const bytes = new TextEncoder();
  return sent !== undefined && equalSecrets(bytes.encode(csrfToken), bytes.encode(sent));
}
