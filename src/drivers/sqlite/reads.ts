// The closed list of what the thread does for the store outside the journal: questions, and the store's own settings.

import { journalEntries, journalHead } from '../sql/journal-queries.ts';
import {
  addSetting,
  authority,
  certificate,
  certificateCount,
  certificatesForStatus,
  danglingReservations,
  listEndEntities,
  putSetting,
  sealedKey,
  setting,
} from '../sql/queries.ts';
import { verifyEntries, verifyRows } from '../sql/verification.ts';

export const reads = {
  addSetting,
  authority,
  certificate,
  certificateCount,
  certificatesForStatus,
  danglingReservations,
  journalEntries,
  journalHead,
  listEndEntities,
  putSetting,
  sealedKey,
  setting,
  verifyEntries,
  verifyRows,
};

export type Reads = typeof reads;
/** What a question is asked with; `undefined` for those that need nothing. */
export type Query<Name extends keyof Reads> = Parameters<Reads[Name]>[1];
export type Reply<Name extends keyof Reads> = Awaited<ReturnType<Reads[Name]>>;
