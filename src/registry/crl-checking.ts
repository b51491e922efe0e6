// What must hold before lists are published. A list that fails here is not published; the one before stays.

import { inTurns } from '../base/in-turns.ts';
import { compareEntries, crlDefects, successionDefects } from '../pki/crl-check.ts';
import { type Crl, parseCrl } from '../pki/crl-reader.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import { verifyingSignature } from '../pki/signature.ts';
import type { KnownAuthority } from './authority-directory.ts';
import type { BuiltCrl, BuiltPublication } from './crl-building.ts';
import { deltaScope } from './crl-scopes.ts';
import type { Publication, PublicationStore } from './publication-store.ts';

export class CrlRefused extends Error {
  override readonly name = 'CrlRefused';
}

/**
 * Reads every list again as a relying party would: signature, issuer's bytes, number, times, and that no entry has gone that
 * must stay.
 * @throws {CrlRefused} {DecodingError} {EntriesOutOfOrder}
 */
export async function checkPublication(
  { lists }: BuiltPublication,
  authority: KnownAuthority,
  previous: Publication | undefined,
  store: Pick<PublicationStore, 'crlStandings'>,
): Promise<void> {
  for (const list of lists) await checkList(list, authority, previous, store);
}

async function checkList(
  { scope, der, parameters }: BuiltCrl,
  { record, certificate }: KnownAuthority,
  previous: Publication | undefined,
  store: Pick<PublicationStore, 'crlStandings'>,
): Promise<void> {
  const crl = parseCrl(der, der.length);
  const verify = ({ tbs, signature, signatureAlgorithm }: Crl) =>
    inTurns(verifyingSignature(tbs, signature, certificate.spki, signatureAlgorithm));
  const defects: string[] = await crlDefects(crl, parameters, verify);
  const before = previous?.lists.get(scope);
  const previousCrl = before && parseCrl(before, before.length);
  if (previousCrl) defects.push(...successionDefects(previousCrl, crl));
  const lost: SerialNumber[] = [];
  // A delta is about the time since its base, which moves on.
  const toKeep = scope === deltaScope ? undefined : previousCrl;
  await inTurns(compareEntries(crl, toKeep, (entry) => lost.push(entry.serialNumber)));
  if (previous && lost.length > 0) {
    const standings = await store.crlStandings(record.identifier, lost);
    // What was released while the list was made may have been revoked anew since, and comes with the next one.
    const mayGo = standings.filter(
      ({ revokedAt, notAfter }) =>
        revokedAt === undefined || revokedAt >= crl.thisUpdate || notAfter < previous.thisUpdate,
    );
    if (mayGo.length < lost.length) defects.push(`${lost.length - mayGo.length} entries lost`);
  }
  if (defects.length > 0)
    throw new CrlRefused(`list "${record.identifier}${scope}" is not as it must be: ${defects.join(', ')}`);
}
