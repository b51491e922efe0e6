// Conditions that partial indexes and queries share: such an index serves only queries that repeat its condition to the letter.

import { sql } from 'kysely';

export const isListedEndEntity = sql<boolean>`kind in ('client', 'server', 'custom') and state in ('pending', 'issued', 'revoked')`;

export const isListedAuthority = sql<boolean>`kind in ('root', 'subordinate', 'external') and state in ('issued', 'revoked')`;

export const isPending = sql<boolean>`state = 'pending'`;

/** A reservation that came to nothing, or is about to come to something. */
export const isReserved = sql<boolean>`state = 'reserved'`;
