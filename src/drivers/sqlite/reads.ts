// The closed list of what the thread does for the store outside the journal: questions, and the store's own settings.

import { historyOf, journalEntries, journalHead } from '../sql/journal-queries.ts';
import { listAuthorities, listEndEntities, listTags } from '../sql/listing-queries.ts';
import {
  addSetting,
  authority,
  certificate,
  certificateById,
  certificateCount,
  certificatesBySerialNumber,
  certificatesForStatus,
  clientToken,
  danglingReservations,
  pending,
  putSetting,
  reservation,
  sealedKey,
  setting,
  signerOf,
} from '../sql/queries.ts';
import { verifyEntries, verifyRows } from '../sql/verification.ts';

export const reads = {
  addSetting,
  authority,
  certificate,
  certificateById,
  certificateCount,
  certificatesBySerialNumber,
  certificatesForStatus,
  clientToken,
  danglingReservations,
  historyOf,
  journalEntries,
  journalHead,
  listAuthorities,
  listEndEntities,
  listTags,
  pending,
  putSetting,
  reservation,
  sealedKey,
  setting,
  signerOf,
  verifyEntries,
  verifyRows,
};

export type Reads = typeof reads;
/** What a question is asked with; `undefined` for those that need nothing. */
export type Query<Name extends keyof Reads> = Parameters<Reads[Name]>[1];
export type Reply<Name extends keyof Reads> = Awaited<ReturnType<Reads[Name]>>;
