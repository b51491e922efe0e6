// Conditions that partial indexes and queries share: such an index serves only queries that repeat its condition to the letter.

import { sql } from 'kysely';

export const isListedEndEntity = sql<boolean>`kind in ('client', 'server', 'custom') and state in ('pending', 'issued', 'revoked')`;

/** Issued and not revoked, whether or not it has ended. */
export const isInForce = sql<boolean>`kind in ('client', 'server', 'custom') and state = 'issued'`;

export const wasRevoked = sql<boolean>`kind in ('client', 'server', 'custom') and state in ('revoked', 'deleted')`;

export const isListedAuthority = sql<boolean>`kind in ('root', 'subordinate', 'external') and state in ('issued', 'revoked')`;

/** What CRLs list: a deleted certificate stays on them until it has expired. */
export const isOnCrl = sql<boolean>`state in ('revoked', 'deleted')`;

export const isRelease = sql<boolean>`kind = 'certificate-released'`;

export const isCrlRequest = sql<boolean>`kind = 'certificate-crl-requested'`;

/** Those that sign here, deleted ones included: somebody may still ask about what they issued. */
export const isSigner = sql<boolean>`kind in ('root', 'subordinate', 'external') and state in ('issued', 'revoked', 'deleted')`;

export const isResponder = sql<boolean>`kind = 'responder' and state = 'issued'`;

export const isPending = sql<boolean>`state = 'pending'`;

/** A reservation that came to nothing, or is about to come to something. */
export const isReserved = sql<boolean>`state = 'reserved'`;
