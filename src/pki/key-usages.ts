// What the key of a client, server or other end entity may be used for (RFC 5280 §4.2.1.3), by what kind of key it is.

import { assertNever } from '../base/assert-never.ts';
import { familyOf, type KeyAlgorithm } from './algorithm.ts';
import { EncodingError } from './der-writer.ts';
import type { ExtendedKeyUsage, KeyUsage } from './extensions.ts';

/** What callers may ask for: no bit of an authority's. `contentCommitment` and `nonRepudiation` are one bit of two names. */
export type KeyUsageFlag = Exclude<KeyUsage, 'keyCertSign' | 'cRLSign'> | 'contentCommitment';

export type KeyUsageFlags = { readonly [Flag in KeyUsageFlag]?: boolean };

/**
 * The usages that are asked for, without those the key is not fit for: callers send the set that fits RSA with every key,
 * and a certificate that says what its key cannot do is refused by relying parties (RFC 8813 §3).
 *
 * @returns none where no flag is set.
 * @throws {EncodingError} naming the flag: `unfit-for-key` where nothing else is left, `needs-key-agreement` for
 *   `encipherOnly` and `decipherOnly` without it (RFC 5280 §4.2.1.3: their meaning is then undefined).
 */
export function keyUsagesOf(flags: KeyUsageFlags, keyAlgorithm: KeyAlgorithm): KeyUsage[] {
  const fitting = fittingUsages(keyAlgorithm);
  const usages = new Set<KeyUsage>();
  let unfit: KeyUsageFlag | undefined;
  for (const flag of keyUsageFlags) {
    if (flags[flag] !== true) continue;
    const usage = flag === 'contentCommitment' ? 'nonRepudiation' : flag;
    if (!fitting.includes(usage)) {
      unfit ??= flag;
      continue;
    }
    if (needsAgreement(usage) && flags.keyAgreement !== true) throw new EncodingError(flag, 'needs-key-agreement');
    usages.add(usage);
  }
  if (unfit && usages.size === 0) throw new EncodingError(unfit, 'unfit-for-key');
  return [...usages];
}

/** What of somebody's wishes {@link keyUsagesOf} grants; the rest is left out. */
export function fittingKeyUsages(wishes: readonly KeyUsage[], keyAlgorithm: KeyAlgorithm): KeyUsageFlags {
  const fitting = fittingUsages(keyAlgorithm);
  const granted = wishes.filter(
    (usage) => fitting.includes(usage) && (!needsAgreement(usage) || wishes.includes('keyAgreement')),
  );
  return Object.fromEntries(granted.map((usage) => [usage, true]));
}

/**
 * What a key is for where nobody says: it signs, and an RSA key has secrets encrypted to it as well (RFC 4055 §1.2),
 * unless all its purposes that RFC 5280 §4.2.1.12 knows are of signing: relying parties, and zlint, find such a key at odds
 * with itself.
 */
export function defaultKeyUsages(keyAlgorithm: KeyAlgorithm, purposes: readonly string[] = []): KeyUsage[] {
  const known = purposes.filter((purpose) => signingPurposes.has(purpose) || encryptingPurposes.has(purpose));
  const signsOnly = known.length > 0 && known.every((purpose) => signingPurposes.has(purpose));
  return familyOf(keyAlgorithm) === 'RSA' && !signsOnly
    ? ['digitalSignature', 'keyEncipherment']
    : ['digitalSignature'];
}

function fittingUsages(keyAlgorithm: KeyAlgorithm): readonly KeyUsage[] {
  const family = familyOf(keyAlgorithm);
  switch (family) {
    case 'RSA': // RFC 3279 §2.3.1
      return ['digitalSignature', 'nonRepudiation', 'keyEncipherment', 'dataEncipherment'];
    case 'ECC': // RFC 5480 §3; RFC 8813 §3 forbids the encipherments
      return ['digitalSignature', 'nonRepudiation', 'keyAgreement', 'encipherOnly', 'decipherOnly'];
    case 'SM2': // chosen: RFC 8813 speaks of ECDSA and ECDH, while SM2 encrypts too and its encryption certificates say so
      return [
        'digitalSignature',
        'nonRepudiation',
        'keyEncipherment',
        'dataEncipherment',
        'keyAgreement',
        'encipherOnly',
        'decipherOnly',
      ];
    default:
      return assertNever(family);
  }
}

function needsAgreement(usage: KeyUsage): boolean {
  return usage === 'encipherOnly' || usage === 'decipherOnly';
}

export const keyUsageFlags = [
  'digitalSignature',
  'contentCommitment',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'encipherOnly',
  'decipherOnly',
] as const satisfies readonly KeyUsageFlag[];

/** Of clients too: they sign in every version of TLS, and RFC 5280 §4.2.1.12 has no encipherment for them. */
const signingPurposes: ReadonlySet<string> = new Set<ExtendedKeyUsage>([
  'clientAuth',
  'codeSigning',
  'timeStamping',
  'OCSPSigning',
]);
const encryptingPurposes: ReadonlySet<string> = new Set<ExtendedKeyUsage>([
  'serverAuth',
  'emailProtection',
  'anyExtendedKeyUsage',
]);
