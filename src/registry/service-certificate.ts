// The server certificate of the service itself, issued by one of its own authorities: which one is in use, and when another
// takes its place.

import { bytesToHex, hexToBytes } from '../base/bytes.ts';
import type { AccountId, Actor } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import { toSeconds, type UnixSeconds, unixSeconds } from '../base/time.ts';
import type { KeyAlgorithm } from '../pki/algorithm.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { formatGeneralName, type GeneralName } from '../pki/general-name.ts';
import { chainOf } from './authority-chain.ts';
import { issueEndEntity } from './end-entities.ts';
import type { IssuanceServices } from './issuance.ts';
import type { AuthorityRecord, Identifier } from './model.ts';
import { profileOf } from './profile.ts';
import type { SigningKey } from './signer.ts';

export interface ServiceCertificate {
  readonly identifier: Identifier;
  /** Its own and those above it, root last, DER. */
  readonly chain: readonly Uint8Array[];
  readonly key: SigningKey;
}

export interface WantedServiceCertificate {
  readonly actor: Actor;
  readonly account: AccountId;
  /** Identifier of a subordinate authority. */
  readonly issuer: string;
  readonly commonName: string;
  readonly names: readonly GeneralName[];
}

export interface ServiceCertificateServices extends IssuanceServices {
  /** Small facts that outlive a restart. */
  readonly settings: {
    setting(name: string): Promise<string | undefined>;
    putSetting(name: string, value: string): Promise<void>;
  };
}

const lifeSeconds = 90 * 86_400;
/** Before now, for clients whose clocks are behind. */
const backdateSeconds = 3600;
/** Known to every client of TLS 1.2 and 1.3, whatever the authority's own key is. */
const keyAlgorithm: KeyAlgorithm = 'ECC_256';
const settingName = 'service-certificate';

/**
 * The key is made and sealed here like all others, but for the certificate it is one brought along: no operation gives it
 * out, as DescribeCertificatePrivateKey does those that were made with their certificates.
 */
interface Kept {
  readonly account: AccountId;
  readonly certificate: Identifier;
  readonly issuer: string;
  readonly names: readonly string[];
  /** Hexadecimal. */
  readonly key: { readonly identifier: Identifier; readonly sealed: string };
}

/**
 * The certificate to serve with now. It is issued anew when there is none, when two thirds of its life are over, when it is
 * revoked, and when another issuer or other names are wanted.
 * @throws {Refused} what `issueEndEntity` does, where another is needed and cannot be had.
 */
export async function serviceCertificate(
  wanted: WantedServiceCertificate,
  services: ServiceCertificateServices,
): Promise<ServiceCertificate> {
  const text = await services.settings.setting(settingName);
  const kept = text === undefined ? undefined : (JSON.parse(text) as Kept);
  const now = toSeconds(services.clock.now());
  const authority = await openAuthority(wanted, services);
  if (kept && isFor(wanted, kept) && (await isGoodAt(now, kept, authority, services)))
    return await open(kept, services);
  const made = await issue(wanted, authority, services);
  await services.settings.putSetting(settingName, JSON.stringify(made));
  return await open(made, services);
}

/** The one that was served with last, whatever has become of it, to begin with where no other can be had. */
export async function lastServiceCertificate(
  services: ServiceCertificateServices,
): Promise<ServiceCertificate | undefined> {
  const text = await services.settings.setting(settingName);
  return text === undefined ? undefined : await open(JSON.parse(text) as Kept, services);
}

async function openAuthority(
  { account, issuer }: WantedServiceCertificate,
  { store }: ServiceCertificateServices,
): Promise<AuthorityRecord> {
  const authority = await store.authority(account, issuer);
  if (!authority) throw new Refused({ kind: 'authority-not-found', identifier: issuer });
  return authority;
}

function isFor({ account, issuer, names }: WantedServiceCertificate, kept: Kept): boolean {
  return kept.account === account && kept.issuer === issuer && kept.names.join() === names.map(textOf).join();
}

async function isGoodAt(
  now: UnixSeconds,
  kept: Kept,
  authority: AuthorityRecord,
  { store }: ServiceCertificateServices,
): Promise<boolean> {
  const record = await store.certificate(kept.account, kept.certificate);
  if (record?.state !== 'issued' || !record.der) return false;
  const { notBefore, notAfter } = parseCertificate(record.der);
  if (now < notBefore || now > notAfter) return false;
  if (now < notBefore + ((notAfter - notBefore) * 2) / 3) return true;
  // One that would end no later is not worth making: the authority itself ends then.
  return endFor(now, authority) <= notAfter;
}

function endFor(now: UnixSeconds, { der, terms }: AuthorityRecord): UnixSeconds {
  const { notAfter, notBefore } = parseCertificate(der);
  const longest = Math.min(lifeSeconds, (terms.maxDays ?? Number.POSITIVE_INFINITY) * 86_400);
  return unixSeconds(Math.min(startFor(now, notBefore) + longest, notAfter));
}

function startFor(now: UnixSeconds, authorityNotBefore: UnixSeconds): UnixSeconds {
  return unixSeconds(Math.max(now - backdateSeconds, authorityNotBefore));
}

async function issue(
  { actor, account, issuer, commonName, names }: WantedServiceCertificate,
  authority: AuthorityRecord,
  services: ServiceCertificateServices,
): Promise<Kept> {
  const now = toSeconds(services.clock.now());
  const keyIdentifier = bytesToHex(services.randomForNames(16)) as Identifier;
  const { publicKey, sealed } = await services.signer.generate(keyIdentifier, keyAlgorithm, account);
  const { identifier } = await issueEndEntity(
    {
      account,
      actor,
      kind: 'server',
      parent: issuer,
      key: { given: publicKey, algorithm: keyAlgorithm },
      subject: { parts: { commonName } },
      ...profileOf('server', names),
      validity: {
        kind: 'exact',
        notBefore: startFor(now, parseCertificate(authority.der).notBefore),
        notAfter: endFor(now, authority),
      },
      labels: { aliasName: 'https of this service' },
      withCrlAddress: true,
    },
    services,
  );
  const key = { identifier: keyIdentifier, sealed: bytesToHex(sealed) };
  return { account, certificate: identifier, issuer, names: names.map(textOf), key };
}

async function open(
  { account, certificate, key }: Kept,
  { store }: ServiceCertificateServices,
): Promise<ServiceCertificate> {
  const reservation = await store.reservation(account, certificate);
  const authority = reservation && (await store.signerOf(account, reservation.issuer));
  if (!reservation?.der || !authority) throw new Error(`service certificate ${certificate} is not in the store`);
  const above = await chainOf(authority, store);
  return {
    identifier: certificate,
    chain: [reservation.der, ...above.map(({ der }) => der)],
    key: {
      identifier: key.identifier,
      algorithm: keyAlgorithm,
      sealed: hexToBytes(key.sealed),
    },
  };
}

function textOf(name: GeneralName): string {
  return `${name.type}:${formatGeneralName(name)}`;
}
