// Takes up the entries of lists that an earlier process published, so that the first publication after a start need not be
// made from all rows either.

import { inTurns } from '../base/in-turns.ts';
import { type ListedEntries, restoreEntries } from '../pki/crl-merging.ts';
import { parseCrl } from '../pki/crl-reader.ts';
import { verifyingSignature } from '../pki/signature.ts';
import type { KnownAuthority } from './authority-directory.ts';
import { completeScope, partitionScopes } from './crl-scopes.ts';
import type { Publication, PublicationStore } from './publication-store.ts';

/**
 * The entries of a publication, by scope, with the ends kept beside them. What is published went through all checks before, and
 * that each list is what was published then, its signature and its number tell.
 * @returns `undefined` where there is something else than that: no ends, or those of another form or number, as an earlier release
 *   left them, or a list that is not its authority's.
 */
export async function restoreListed(
  { record, certificate }: KnownAuthority,
  { number, lists }: Publication,
  publications: Pick<PublicationStore, 'publishedEnds'>,
): Promise<ReadonlyMap<string, ListedEntries> | undefined> {
  const ends = await publications.publishedEnds(record.identifier, number);
  if (!ends) return undefined;
  const listed = new Map<string, ListedEntries>();
  for (const scope of [completeScope, ...partitionScopes(record.terms)]) {
    const der = lists.get(scope);
    if (!der) return undefined;
    const crl = parseCrl(der, der.length);
    if (crl.extensions.number !== BigInt(number)) return undefined;
    const { tbs, signature, signatureAlgorithm } = crl;
    if (!(await inTurns(verifyingSignature(tbs, signature, certificate.spki, signatureAlgorithm)))) return undefined;
    const entries = await inTurns(restoreEntries(crl, ends.get(scope) ?? noEnds));
    if (!entries) return undefined;
    listed.set(scope, entries);
  }
  return listed;
}

/** As of a list without entries. */
const noEnds = new Uint8Array();
