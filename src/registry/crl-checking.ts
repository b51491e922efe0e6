// What must hold before lists are published. A list that fails here is not published; the one before stays.

import { inTurns } from '../base/in-turns.ts';
import { crlDefects, findLostEntries, successionDefects } from '../pki/crl-check.ts';
import { CrlIndex } from '../pki/crl-entries.ts';
import { type Crl, parseCrl } from '../pki/crl-reader.ts';
import type { SerialNumber } from '../pki/serial-number.ts';
import { verifySignature } from '../pki/signature.ts';
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
 * @throws {CrlRefused} {DecodingError}
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
    verifySignature(tbs, signature, certificate.spki, signatureAlgorithm);
  const defects: string[] = await crlDefects(crl, parameters, verify);
  // Also finds a serial number that is listed twice.
  const index = await inTurns(CrlIndex.of(crl));
  const before = previous?.lists.get(scope);
  if (before && previous) {
    const previousCrl = parseCrl(before, before.length);
    defects.push(...successionDefects(previousCrl, crl));
    // A delta is about the time since its base, which moves on.
    if (scope !== deltaScope) {
      const lost: SerialNumber[] = [];
      await inTurns(findLostEntries(previousCrl, index, (entry) => lost.push(entry.serialNumber)));
      const standings = await store.crlStandings(record.identifier, lost);
      const mayGo = standings.filter(({ isRevoked, notAfter }) => !isRevoked || notAfter < previous.thisUpdate);
      if (mayGo.length < lost.length) defects.push(`${lost.length - mayGo.length} entries lost`);
    }
  }
  if (defects.length > 0)
    throw new CrlRefused(`list "${record.identifier}${scope}" is not as it must be: ${defects.join(', ')}`);
}
