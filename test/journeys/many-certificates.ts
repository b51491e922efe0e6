// Certificates by the thousand, written through the store's port as issuing and revoking write them, but without signing
// each: what is asked with them is their serial numbers. Their DER is that of their issuer.

import { operatorActor } from '../../src/app/initialise.ts';
import { bytesToHex, type RandomBytes, sha256Hex } from '../../src/base/bytes.ts';
import type { Draft } from '../../src/base/journal-entry.ts';
import { toSeconds, unixSeconds } from '../../src/base/time.ts';
import { nameOf } from '../../src/pki/name.ts';
import { generateSerialNumber, type SerialNumber } from '../../src/pki/serial-number.ts';
import { type CreatedAuthority, createRoot, createSubordinate } from '../../src/registry/authorities.ts';
import type { CertificateEvent } from '../../src/registry/events.ts';
import type { AuthorityTerms, Identifier, RevocationReason } from '../../src/registry/model.ts';
import type { ServiceWithin } from './service-within.ts';

export interface Written {
  readonly identifier: Identifier;
  readonly issuer: Identifier;
  readonly serialNumber: SerialNumber;
}

export type Change =
  | { readonly kind: 'certificate-revoked'; readonly reason?: RevocationReason }
  | { readonly kind: 'certificate-released' }
  | { readonly kind: 'certificate-deleted' };

const together = 1000;

export async function newAuthority(
  service: ServiceWithin,
  name: string,
  terms: AuthorityTerms = {},
): Promise<CreatedAuthority> {
  const common = { account: service.account, actor: operatorActor(), algorithm: 'ECC_256', labels: {} } as const;
  const subject = nameOf({ commonName: name });
  const root = await createRoot({ ...common, subject, years: 10 }, service.services);
  return await createSubordinate(
    { ...common, subject, years: 5, parent: root.identifier, terms, extendedKeyUsages: [] },
    service.services,
  );
}

/** @param ends  in how many seconds each ends; negative for what has expired. */
export async function writeCertificates(
  { services, account }: ServiceWithin,
  issuers: readonly CreatedAuthority[],
  ends: readonly number[],
  random: RandomBytes,
): Promise<Written[]> {
  const { store, clock } = services;
  const actor = operatorActor();
  const write = async (seconds: number, index: number): Promise<Written> => {
    const issuer = issuers[index % issuers.length] as CreatedAuthority;
    const identifier = bytesToHex(random(16)) as Identifier;
    const subject = { identifier, issuer: issuer.identifier, serialNumber: generateSerialNumber(random) };
    const now = toSeconds(clock.now());
    const draft = { at: clock.now(), account, actor };
    const validity = { notBefore: unixSeconds(now - 86_400), notAfter: unixSeconds(now + seconds) };
    const what = { certificateKind: 'client', keyAlgorithm: 'ECC_256', subject: 'CN=x', labels: {} } as const;
    await store.append({ ...draft, event: { kind: 'certificate-reserved', ...subject, ...what, ...validity } });
    const issued = { kind: 'certificate-issued', ...subject, certificateKind: 'client' } as const;
    await store.append({ ...draft, event: { ...issued, sha256: sha256Hex(issuer.der) } }, { der: issuer.der });
    return subject;
  };
  const written: Written[] = [];
  for (let at = 0; at < ends.length; at += together) {
    written.push(...(await Promise.all(ends.slice(at, at + together).map((each, index) => write(each, at + index)))));
  }
  return written;
}

/** All changes of each list of them, in order. */
export async function change(service: ServiceWithin, changes: readonly (readonly [Written, Change])[]): Promise<void> {
  for (let at = 0; at < changes.length; at += together) {
    await service.services.store.appendAll(changes.slice(at, at + together).map((each) => draftOf(service, ...each)));
  }
}

function draftOf({ account, services }: ServiceWithin, written: Written, change: Change): Draft<CertificateEvent> {
  const at = services.clock.now();
  const { identifier, issuer, serialNumber } = written;
  const subject = { identifier, issuer, serialNumber };
  const actor = operatorActor();
  if (change.kind !== 'certificate-revoked') return { at, account, actor, event: { ...subject, kind: change.kind } };
  return { at, account, actor, event: { ...subject, ...change, revokedAt: toSeconds(at) } };
}
