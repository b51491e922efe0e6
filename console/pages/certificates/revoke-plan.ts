// From a list to what is to be revoked, and then one after the other.

import { ApiError, callOperation } from '../../base/api.ts';
import { type CertificateRow, findNamed, isAuthority, nameOf } from './certificate-data.ts';
import { patiently } from './patience.ts';
import type { Listed } from './serial-list.ts';

export type Outcome =
  | 'ready'
  | 'notFound'
  | 'ambiguous'
  | 'isAuthority'
  | 'notIssued'
  | 'alreadyRevoked'
  | 'done'
  | { readonly refused: string };

export interface Planned {
  readonly written: string;
  readonly identifier: string;
  readonly serialNumber: string;
  /** Empty where nothing was found. */
  readonly name: string;
  readonly outcome: Outcome;
}

/** So many are asked about at once. */
const together = 200;

/**
 * What each entry names, and whether it can be revoked.
 * @param onProgress how many have been looked up. @param isWanted asked before each step.
 * @throws {ApiError} where looking up is refused.
 */
export async function planFor(
  entries: readonly Listed[],
  onProgress: (done: number) => void,
  isWanted: () => boolean,
): Promise<readonly Planned[]> {
  const planned: Planned[] = [];
  for (let at = 0; at < entries.length && isWanted(); at += together) {
    const asked = entries.slice(at, at + together);
    const found = await patiently(() => findNamed(asked.map(({ digits }) => digits)));
    planned.push(...asked.map((entry, index) => plan(entry, found[index] ?? [])));
    onProgress(planned.length);
  }
  return planned;
}

function plan({ written, digits }: Listed, found: readonly CertificateRow[]): Planned {
  const [row] = found;
  if (!row) return { written, identifier: '', serialNumber: digits, name: '', outcome: 'notFound' };
  const named = { written, identifier: row.Identifier, serialNumber: row.SerialNumber, name: nameOf(row) };
  return { ...named, outcome: found.length > 1 ? 'ambiguous' : outcomeOf(row) };
}

function outcomeOf(row: CertificateRow): Outcome {
  if (isAuthority(row)) return 'isAuthority';
  if (row.Status === 'pending') return 'notIssued';
  return row.OwnRevocation && row.Reason !== 'certificateHold' ? 'alreadyRevoked' : 'ready';
}

/** Not about one row: no session any more, or nobody answers; `Unknown` is what a proxy says for a service that is gone. */
const endsAll: ReadonlySet<string> = new Set(['NotSignedIn', 'InvalidCsrfToken', 'Unreachable', 'Unknown']);

/** Revokes one. @returns what came of it; a refusal is an outcome like another. @throws {ApiError} that ends them all. */
export async function revokePlanned({ identifier }: Planned, reason: string): Promise<Outcome> {
  try {
    await patiently(() => callOperation('CreateRevokeClientCertificate', { Identifier: identifier, Reason: reason }));
    return 'done';
  } catch (error) {
    if (!(error instanceof ApiError) || endsAll.has(error.code)) throw error;
    // It was issued and not revoked when it was looked up: by somebody else since, or by a call whose answer was lost.
    if (error.code === 'InvalidStatus') return 'alreadyRevoked';
    return { refused: error.code };
  }
}

/** Those that were refused are to be tried once more. */
export function withFailedAgain(rows: readonly Planned[]): readonly Planned[] {
  return rows.map((row) => (typeof row.outcome === 'object' ? { ...row, outcome: 'ready' } : row));
}
