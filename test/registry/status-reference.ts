// The status index as one would first write it: a record for every certificate, in maps. What the packed one is compared with.

import type { AccountId, Entry } from '../../src/base/journal-entry.ts';
import type { UnixSeconds } from '../../src/base/time.ts';
import type { SerialNumber } from '../../src/pki/serial-number.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import { type Identifier, isAuthorityKind, type RevocationReason } from '../../src/registry/model.ts';
import type { Status } from '../../src/registry/status-index.ts';

interface Standing {
  readonly identifier: Identifier;
  readonly issuer: Standing | undefined;
  revokedAt: UnixSeconds | undefined;
  reason: RevocationReason | undefined;
  since: number;
}

export class ReferenceIndex {
  readonly #standings = new Map<string, Standing[]>();
  readonly #authorities = new Map<Identifier, Standing>();

  apply({ account, sequence, event }: Entry<CertificateEvent>): void {
    if (event.kind === 'certificate-issued') {
      const issuer = event.issuer === event.identifier ? undefined : this.#authorities.get(event.issuer);
      const { identifier } = event;
      const standing = { identifier, issuer, revokedAt: undefined, reason: undefined, since: sequence };
      const key = `${account} ${event.serialNumber}`;
      this.#standings.set(key, [...(this.#standings.get(key) ?? []), standing]);
      if (isAuthorityKind(event.certificateKind)) this.#authorities.set(identifier, standing);
      return;
    }
    if (event.kind !== 'certificate-revoked' && event.kind !== 'certificate-released') return;
    const standing = this.#find(account, event.serialNumber).find((each) => each.identifier === event.identifier);
    if (!standing) throw new Error('never issued');
    standing.since = sequence;
    if (event.kind === 'certificate-revoked') {
      standing.revokedAt ??= event.revokedAt;
      standing.reason = event.reason;
    } else {
      standing.revokedAt = undefined;
      standing.reason = undefined;
    }
  }

  lookup(account: AccountId, serialNumber: SerialNumber): Status {
    let answer: Status = { status: 'unknown' };
    for (const standing of this.#find(account, serialNumber)) {
      const own = statusOf(standing);
      if (answer.status !== 'revoked' || (own.status === 'revoked' && own.revokedAt < answer.revokedAt)) answer = own;
    }
    return answer;
  }

  lookupIssuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): Status {
    const standing = this.#issuedBy(authority, account, serialNumber);
    return standing ? statusOf(standing) : { status: 'unknown' };
  }

  lastChangeIssuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): number {
    let last = 0;
    let each = this.#issuedBy(authority, account, serialNumber);
    for (; each; each = each.issuer) last = Math.max(last, each.since);
    return last;
  }

  #issuedBy(authority: Identifier, account: AccountId, serialNumber: SerialNumber): Standing | undefined {
    return this.#find(account, serialNumber).find((each) => (each.issuer ?? each).identifier === authority);
  }

  #find(account: AccountId, serialNumber: SerialNumber): readonly Standing[] {
    return this.#standings.get(`${account} ${serialNumber}`) ?? [];
  }
}

function statusOf(standing: Standing): Status {
  let earliest: Standing | undefined;
  for (let each: Standing | undefined = standing; each; each = each.issuer) {
    if (each.revokedAt !== undefined && (earliest?.revokedAt === undefined || each.revokedAt < earliest.revokedAt)) {
      earliest = each;
    }
  }
  if (earliest?.revokedAt === undefined) return { status: 'good' };
  const reason = earliest === standing ? standing.reason : undefined;
  return { status: 'revoked', revokedAt: earliest.revokedAt, ...(reason && { reason }) };
}
