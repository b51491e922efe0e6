// The closed list of what the thread does for the store outside the journal: questions, and the store's own settings.

import { verifyBlock, verifyDay } from '../sql/count-verification.ts';
import { dropClientTokens } from '../sql/expired-tokens.ts';
import { endingNext, figures } from '../sql/figures-queries.ts';
import { journalPage } from '../sql/journal-page.ts';
import { historyOf, journalEntries, journalHash, journalHead } from '../sql/journal-queries.ts';
import { dropLastUses, lastUses, putLastUses } from '../sql/last-uses.ts';
import { listAuthorities, listEndEntities, listTags } from '../sql/listing-queries.ts';
import {
  crlChanges,
  crlCount,
  crlRequestedSince,
  crlRows,
  crlStandings,
  headSequence,
  releasedSince,
  responders,
  signers,
  statusChangedSince,
} from '../sql/publication-queries.ts';
import {
  crlPart,
  dropCrlParts,
  dropStagedCrlParts,
  publishCrls,
  publishedFacts,
  publishedLists,
  putCrlParts,
} from '../sql/published-crls.ts';
import {
  addSetting,
  authority,
  bearersOf,
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
import { verifyIssuedCounts, verifyRows, verifyTokens } from '../sql/row-verification.ts';
import { searchEndEntities } from '../sql/search-queries.ts';
import { standingPage } from '../sql/standing-queries.ts';
import { verifyEntries } from '../sql/verification.ts';
import { inSnapshot, inTransaction, withoutErasure } from './transaction.ts';

export const reads = {
  addSetting,
  authority,
  bearersOf,
  certificate,
  certificateById,
  certificateCount,
  certificatesBySerialNumber,
  certificatesForStatus,
  clientToken,
  crlChanges,
  crlCount,
  crlPart,
  crlRequestedSince,
  crlRows,
  crlStandings,
  danglingReservations,
  dropClientTokens: inTransaction(dropClientTokens),
  dropCrlParts: inTransaction(withoutErasure(dropCrlParts)),
  dropLastUses,
  dropStagedCrlParts: inTransaction(withoutErasure(dropStagedCrlParts)),
  endingNext,
  figures: inSnapshot(figures),
  headSequence,
  historyOf,
  journalEntries,
  journalHash,
  journalHead,
  journalPage: inSnapshot(journalPage),
  lastUses,
  listAuthorities,
  listEndEntities,
  listTags,
  pending,
  publishCrls: inTransaction(withoutErasure(publishCrls)),
  publishedFacts,
  publishedLists,
  putCrlParts: inTransaction(putCrlParts),
  putLastUses: inTransaction(putLastUses),
  putSetting,
  releasedSince,
  reservation,
  responders,
  sealedKey,
  searchEndEntities,
  setting,
  signerOf,
  signers,
  standingPage,
  statusChangedSince,
  verifyBlock: inSnapshot(verifyBlock),
  verifyDay: inSnapshot(verifyDay),
  verifyEntries,
  verifyIssuedCounts: inSnapshot(verifyIssuedCounts),
  verifyRows: inSnapshot(verifyRows),
  verifyTokens: inSnapshot(verifyTokens),
};

export type Reads = typeof reads;
/** What a question is asked with; `undefined` for those that need nothing. */
export type Query<Name extends keyof Reads> = Parameters<Reads[Name]>[1];
export type Reply<Name extends keyof Reads> = Awaited<ReturnType<Reads[Name]>>;

/** Puts a question to the thread. @param transfer  buffers within the query, which are the thread's from then on. */
export type Ask = <Name extends keyof Reads>(
  read: Name,
  query: Query<Name>,
  transfer?: readonly ArrayBuffer[],
) => Promise<Reply<Name>>;
