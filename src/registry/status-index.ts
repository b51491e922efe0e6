// The answer to the status question, in memory: fed by the journal alone, asked without I/O.
// Says nothing about dates: an expired certificate that was never revoked is still "not revoked".

import type { AccountId, Entry } from '../base/journal-entry.ts';
import type { UnixSeconds } from '../base/time.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import type { CertificateEvent } from './events.ts';
import { type Identifier, isAuthorityKind, type RevocationReason } from './model.ts';

export type Status =
  | { readonly status: 'good' }
  | {
      readonly status: 'revoked';
      readonly revokedAt: UnixSeconds;
      /** Of its own revocation, where that is the one that tells; an authority's above it is no reason of its own. */
      readonly reason?: RevocationReason;
    }
  | { readonly status: 'unknown' };

const good: Status = { status: 'good' };
const unknown: Status = { status: 'unknown' };

/** How one issued certificate stands. The issuer is held by reference, so that revoking an authority is one write. */
interface Standing {
  readonly identifier: Identifier;
  readonly account: AccountId;
  /** The issuing authority's own certificate; `undefined` for a root. */
  readonly issuer: Standing | undefined;
  revokedAt: UnixSeconds | undefined;
  reason: RevocationReason | undefined;
  /** Number of the journal entry that it stands so by. */
  since: number;
}

export class StatusIndex {
  /** By account and serial; the array holds more than one only where two issuers of an account used the same serial. */
  readonly #accounts = new Map<AccountId, Map<SerialNumber, Standing[]>>();
  readonly #authorities = new Map<Identifier, Standing>();
  #size = 0;

  /** Certificates the index knows: every one that was ever issued. */
  get size(): number {
    return this.#size;
  }

  /**
   * Takes over one journal entry. Called in journal order, after the commit and before the answer to whoever made the
   * change: a reader never sees a revocation that a crash could undo, and always sees one that was answered.
   */
  apply(entry: Entry<CertificateEvent>): void {
    const { event } = entry;
    if (event.kind === 'certificate-issued') {
      const issuer = event.issuer === event.identifier ? undefined : this.#authority(event.issuer);
      const standing = {
        identifier: event.identifier,
        account: entry.account,
        issuer,
        revokedAt: undefined,
        reason: undefined,
        since: entry.sequence,
      };
      this.#add(entry.account, event.serialNumber, standing);
      if (isAuthorityKind(event.certificateKind)) this.#authorities.set(event.identifier, standing);
    } else if (event.kind === 'certificate-revoked') {
      const standing = this.#issued(entry);
      // From on hold to for good: since it was put on hold.
      standing.revokedAt ??= event.revokedAt;
      standing.reason = event.reason;
      standing.since = entry.sequence;
    } else if (event.kind === 'certificate-released') {
      const standing = this.#issued(entry);
      standing.revokedAt = undefined;
      standing.reason = undefined;
      standing.since = entry.sequence;
    }
    // Nothing else changes a status; a deleted certificate keeps the one it had: revoked.
  }

  /** How the serial number stands in the account, whoever of its authorities used it: revoked by one is revoked. */
  lookup(account: AccountId, serialNumber: SerialNumber): Status {
    let answer: Status = unknown;
    for (const standing of this.#standings(account, serialNumber)) {
      const own = statusOf(standing);
      if (answer.status !== 'revoked' || (own.status === 'revoked' && own.revokedAt < answer.revokedAt)) answer = own;
    }
    return answer;
  }

  /** How this one certificate stands, whatever else bears its serial number. */
  lookupCertificate(account: AccountId, serialNumber: SerialNumber, identifier: Identifier): Status {
    const standing = this.#standings(account, serialNumber).find((each) => each.identifier === identifier);
    return standing ? statusOf(standing) : unknown;
  }

  /** How what this authority issued under the serial number stands; a root issued its own certificate. */
  lookupIssuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): Status {
    const standing = this.#issuedBy(authority, account, serialNumber);
    return standing ? statusOf(standing) : unknown;
  }

  /**
   * Number of the journal entry that made the status what {@link lookupIssuedBy} says: whoever kept an answer may give it
   * again while this is the same. 0 for a certificate that was never issued.
   */
  lastChangeIssuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): number {
    let last = 0;
    let each = this.#issuedBy(authority, account, serialNumber);
    for (; each; each = each.issuer) last = Math.max(last, each.since);
    return last;
  }

  #issuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): Standing | undefined {
    return this.#standings(account, serialNumber).find((each) => (each.issuer ?? each).identifier === authority);
  }

  #standings(account: AccountId, serialNumber: SerialNumber): readonly Standing[] {
    return this.#accounts.get(account)?.get(serialNumber) ?? [];
  }

  #issued({ account, event, sequence }: Entry<CertificateEvent>): Standing {
    const standing = this.#standings(account, event.serialNumber).find(
      ({ identifier }) => identifier === event.identifier,
    );
    if (!standing) throw new Error(`journal entry ${sequence} is about a certificate that was never issued`);
    return standing;
  }

  #authority(identifier: Identifier): Standing {
    const authority = this.#authorities.get(identifier);
    if (!authority) throw new Error(`authority ${identifier} is not in the journal before what it issued`);
    return authority;
  }

  #add(account: AccountId, serialNumber: SerialNumber, standing: Standing): void {
    let serials = this.#accounts.get(account);
    if (!serials) {
      serials = new Map();
      this.#accounts.set(account, serials);
    }
    const same = serials.get(serialNumber);
    if (same) same.push(standing);
    else serials.set(serialNumber, [standing]);
    this.#size += 1;
  }
}

/** Revoked if it or any authority above it is; since the earliest of those moments. */
function statusOf(standing: Standing): Status {
  let earliest: Standing | undefined;
  for (let each: Standing | undefined = standing; each; each = each.issuer) {
    if (each.revokedAt !== undefined && (earliest?.revokedAt === undefined || each.revokedAt < earliest.revokedAt)) {
      earliest = each;
    }
  }
  if (earliest?.revokedAt === undefined) return good;
  const reason = earliest === standing ? standing.reason : undefined;
  return { status: 'revoked', revokedAt: earliest.revokedAt, ...(reason && { reason }) };
}
