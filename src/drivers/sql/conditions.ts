// Conditions that partial indexes and queries share: such an index serves only queries that repeat its condition to the letter.
// Three alternatives and more are comparisons, no list: of a list SQLite makes a table for each index and each statement that
// writes, which takes as long as the writing.

import { sql } from 'kysely';

const isEndEntity = sql<boolean>`(kind = 'client' or kind = 'server' or kind = 'custom')`;
const isAuthority = sql<boolean>`(kind = 'root' or kind = 'subordinate' or kind = 'external')`;

export const isListedEndEntity = sql<boolean>`${isEndEntity} and (state = 'pending' or state = 'issued' or state = 'revoked')`;

/** Was issued and is in no list, nor an authority's: the responders' certificates, and what is deleted. */
export const standsUnlisted = sql<boolean>`(kind = 'responder' or state = 'deleted') and (state = 'issued' or state = 'revoked' or state = 'deleted')`;

/** Issued and not revoked, whether or not it has ended. */
export const isInForce = sql<boolean>`${isEndEntity} and state = 'issued'`;

export const wasRevoked = sql<boolean>`${isEndEntity} and state in ('revoked', 'deleted')`;

export const isListedAuthority = sql<boolean>`${isAuthority} and state in ('issued', 'revoked')`;

/** What CRLs list: a deleted certificate stays on them until it has expired. */
export const isOnCrl = sql<boolean>`state in ('revoked', 'deleted')`;

export const isRelease = sql<boolean>`kind = 'certificate-released'`;

export const isCrlRequest = sql<boolean>`kind = 'certificate-crl-requested'`;

/** Those that sign here, deleted ones included: somebody may still ask about what they issued. */
export const isSigner = sql<boolean>`${isAuthority} and (state = 'issued' or state = 'revoked' or state = 'deleted')`;

export const isResponder = sql<boolean>`kind = 'responder' and state = 'issued'`;

export const isPending = sql<boolean>`state = 'pending'`;

/** A reservation that came to nothing, or is about to come to something. */
export const isReserved = sql<boolean>`state = 'reserved'`;
