// Checks the whole journal, and what is kept of it in tables, step by step.

import { type ChainBreak, type ChainHead, genesis } from '../../registry/journal.ts';
import type { Identifier } from '../../registry/model.ts';
import type { IssuedBelow, TableDifference, TokenPlace } from '../sql/row-verification.ts';
import type { Ask, Query, Reply } from './reads.ts';

/** What a check of the whole journal found; all is well exactly when `broken` is absent and `differences` is empty. */
export interface VerifyReport {
  readonly entries: number;
  readonly certificates: number;
  /** Where the chain led to. */
  readonly head: ChainHead;
  /** The first entry that does not continue the chain, or that a checkpoint names and is not there. */
  readonly broken?: ChainBreak;
  /** Certificates whose rows are not what the journal says: the first 100 differences. */
  readonly differences: readonly TableDifference[];
}

/** Entries and certificates together. */
export interface VerifyProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Checks the whole journal, and the table of certificates against it, in small steps beside normal work.
 * @param onProgress counts entries and certificates together.
 */
export async function verifyJournal(
  read: Ask,
  onProgress: (progress: VerifyProgress) => void = () => {},
): Promise<VerifyReport> {
  const { sequence } = await read('journalHead', undefined);
  const total = sequence + (await read('certificateCount', undefined));
  const differences: TableDifference[] = [];
  let head = genesis;
  let entries = 0;
  let broken: ChainBreak | undefined;
  const issued = new Map<Identifier, IssuedBelow>();
  for (;;) {
    const step = await read('verifyEntries', head);
    head = step.head;
    entries += step.entries;
    broken = step.broken;
    differences.push(...step.differences);
    for (const [issuer, { count, last }] of step.issued) {
      issued.set(issuer, { count: (issued.get(issuer)?.count ?? 0) + count, last });
    }
    if (broken || step.entries === 0) break;
    onProgress({ done: entries, total });
  }
  // Behind a break nothing can be trusted, nor counted.
  const upTo = broken && head.sequence;
  let certificates = 0;
  for (let after = 0; ; ) {
    const step = await read('verifyRows', { after, upTo });
    after = step.after;
    certificates += step.certificates;
    differences.push(...step.differences);
    if (step.certificates === 0) break;
    onProgress({ done: entries + certificates, total });
  }
  for (let after: TokenPlace | undefined; ; ) {
    const step = await read('verifyTokens', { after, upTo });
    after = step.after;
    differences.push(...step.differences);
    if (!after) break;
  }
  if (!broken) differences.push(...(await read('verifyIssuedCounts', { upTo: head.sequence, issued })));
  for (let block: number | undefined = 0; block !== undefined; ) {
    const step: Reply<'verifyBlock'> = await read('verifyBlock', { block });
    block = step.next;
    differences.push(...step.differences);
  }
  for (let day: Query<'verifyDay'>; ; ) {
    const step: Reply<'verifyDay'> = await read('verifyDay', day);
    day = step.day;
    differences.push(...step.differences);
    if (!day) break;
  }
  return { entries, certificates, head, ...(broken && { broken }), differences: differences.slice(0, 100) };
}
