// Journals of certificates as chance has them: accounts, CAs above CAs, numbers that come again under other CAs, revocations,
// holds, releases and deletions.

import type { AccountId, Entry } from '../../src/base/journal-entry.ts';
import { type UnixMillis, unixSeconds } from '../../src/base/time.ts';
import { type SerialNumber, serialNumberFromBytes } from '../../src/pki/serial-number.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import { type CertificateKind, type Identifier, revocationReasons } from '../../src/registry/model.ts';
import type { SeededRandom } from '../journeys/seeded-random.ts';

export interface Issued {
  readonly account: AccountId;
  readonly identifier: Identifier;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
}

export interface RandomJournal {
  readonly next: () => Entry<CertificateEvent>;
  readonly issued: readonly Issued[];
}

interface Living extends Issued {
  state: 'good' | 'held' | 'revoked' | 'deleted';
}

const accounts = ['1000000000000001', '1000000000000002', '1000000000000003'] as AccountId[];

export function randomJournal(random: SeededRandom): RandomJournal {
  const issued: Living[] = [];
  const authorities: Living[] = [];
  const taken = new Set<string>();
  let sequence = 0;
  /** Every moment once: of two of one moment, see the test of its own. */
  const moment = () => unixSeconds(1_700_000_000 + sequence + 1_000_000 * random.below(100));
  const entry = (account: AccountId, event: CertificateEvent): Entry<CertificateEvent> => {
    // Not every entry is about a status.
    sequence += 1 + random.below(3);
    const actor = { principal: 'p', requestId: 'r', sourceAddress: '' };
    return { sequence, at: 1_700_000_000_000 as UnixMillis, account, actor, event };
  };
  const serialNumber = (issuer: Identifier): SerialNumber => {
    for (;;) {
      const again = issued.length > 0 && random.below(4) === 0;
      const number = again ? random.pick(issued).serialNumber : anySerialNumber(random);
      if (!taken.has(`${issuer} ${number}`)) {
        taken.add(`${issuer} ${number}`);
        return number;
      }
    }
  };
  const issue = (): Entry<CertificateEvent> => {
    const identifier = Buffer.from(random.octets(16)).toString('hex') as Identifier;
    const above = authorities.length > 0 && random.below(30) > 0 ? random.pick(authorities) : undefined;
    const kind: CertificateKind = above === undefined ? 'root' : random.below(12) === 0 ? 'subordinate' : 'client';
    const account = above?.account ?? random.pick(accounts);
    const issuer = above?.identifier ?? identifier;
    const subject = { identifier, issuer, serialNumber: serialNumber(issuer) };
    const living: Living = { ...subject, account, state: 'good' };
    issued.push(living);
    if (kind !== 'client') authorities.push(living);
    return entry(account, { kind: 'certificate-issued', ...subject, certificateKind: kind, sha256: '' });
  };
  const next = (): Entry<CertificateEvent> => {
    if (issued.length === 0 || random.below(2) === 0) return issue();
    const living = random.pick(issued);
    // Under a revoked CA nothing is good any more: not all too often.
    if (authorities.includes(living) && random.below(20) > 0) return issue();
    const { account, identifier, issuer, serialNumber } = living;
    const subject = { identifier, issuer, serialNumber };
    if (living.state === 'held' && random.below(2) === 0) {
      living.state = 'good';
      return entry(account, { kind: 'certificate-released', ...subject });
    }
    if (living.state === 'good' || living.state === 'held') {
      const mayHold = living.state === 'good';
      const reason = random.pick([
        undefined,
        ...revocationReasons.filter((each) => mayHold || each !== 'certificateHold'),
      ]);
      living.state = reason === 'certificateHold' ? 'held' : 'revoked';
      const event = {
        kind: 'certificate-revoked',
        ...subject,
        revokedAt: moment(),
        ...(reason && { reason }),
      } as const;
      return entry(account, event);
    }
    if (living.state === 'deleted') return issue();
    living.state = 'deleted';
    return entry(account, { kind: 'certificate-deleted', ...subject });
  };
  return { next, issued };
}

/** Of 1 to 20 octets; few different ones of one octet, so that they come again. */
export function anySerialNumber(random: SeededRandom): SerialNumber {
  return serialNumberFromBytes(random.octets(random.pick([1, 1, 2, 8, 15, 16, 16, 16, 17, 19, 20])));
}
