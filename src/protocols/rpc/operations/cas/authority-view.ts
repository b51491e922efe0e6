// A CA as this API shows it, and its instance: what the vendor sells to have one, and here every CA is by itself.

import { toMillis } from '../../../../base/time.ts';
import { parseCertificate } from '../../../../pki/certificate.ts';
import type { AuthorityRecord } from '../../../../registry/model.ts';
import { answerNumber, answerText, oneOf } from '../shapes.ts';
import { contentView, contentViewOf } from './certificate-view.ts';

/** Of a quota without limit: the largest number that a client's 32 bits hold, so that "is there any left?" holds too. */
const withoutLimit = 2_147_483_647;

export const authorityView = {
  Identifier: answerText('Identifier of the CA.', '1a83bcbb89e562885e40aa0108f50001'),
  ParentIdentifier: answerText('Identifier of the root above it; empty for a root.', ''),
  CertificateType: oneOf(['ROOT', 'SUB_ROOT'], 'ROOT or SUB_ROOT; an external CA is a SUB_ROOT.', 'ROOT'),
  Status: oneOf(['ISSUE', 'REVOKE'], 'ISSUE: in force. REVOKE: revoked.', 'ISSUE'),
  ...contentView,
  BeforeDate: answerNumber('Start of validity, milliseconds since 1970.', 1_767_225_600_000),
  AfterDate: answerNumber('End of validity, milliseconds since 1970.', 2_082_758_400_000),
  Years: answerNumber('Validity in years, rounded.', 10),
};

export function authorityViewOf(record: AuthorityRecord) {
  const { notBefore, notAfter } = parseCertificate(record.der);
  return {
    Identifier: record.identifier as string,
    ParentIdentifier: record.kind === 'root' ? '' : (record.issuer as string),
    CertificateType: authorityTypeOf(record),
    Status: authorityStatusOf(record),
    ...contentViewOf(record),
    BeforeDate: toMillis(notBefore) as number,
    AfterDate: toMillis(notAfter) as number,
    Years: Math.round((notAfter - notBefore) / secondsPerYear),
  };
}

export function authorityTypeOf({ kind }: AuthorityRecord): 'ROOT' | 'SUB_ROOT' {
  return kind === 'root' ? 'ROOT' : 'SUB_ROOT';
}

export function authorityStatusOf({ state }: AuthorityRecord): 'ISSUE' | 'REVOKE' {
  return state === 'issued' ? 'ISSUE' : 'REVOKE';
}

export function issuerTypeOf({ kind }: AuthorityRecord): 'local' | 'external' {
  return kind === 'external' ? 'external' : 'local';
}

/** What it may issue, has issued, and has left. */
export function countsOf({ quota, issuedCount }: AuthorityRecord) {
  const total = quota ?? withoutLimit;
  return { CertTotalCount: total, CertIssuedCount: issuedCount, CertRemainingCount: Math.max(0, total - issuedCount) };
}

const instancePrefixes = { local: 'cas-member-', external: 'cas_deposit-cn-' } as const;

export function instanceIdOf(record: AuthorityRecord): string {
  return `${instancePrefixes[issuerTypeOf(record)]}${record.identifier}`;
}

/** The CA that an instance id names, or an identifier as it is: callers have either at hand. */
export function identifierOfInstance(id: string): string {
  const prefix = Object.values(instancePrefixes).find((each) => id.startsWith(each));
  return prefix === undefined ? id : id.slice(prefix.length);
}

/** Of the Gregorian calendar, on average. */
const secondsPerYear = 365.2425 * 86_400;
