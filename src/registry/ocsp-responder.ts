// Answers OCSP requests about certificates of the authorities held here (RFC 6960, RFC 9919), from the status index alone:
// what it says is what the status operations say, at every moment.

import { sha256Hex } from '../base/bytes.ts';
import { type Clock, toSeconds, type UnixSeconds, unixSeconds } from '../base/time.ts';
import { signatureAlgorithmOf } from '../pki/algorithm.ts';
import { type CertId, issuerAsked } from '../pki/cert-id.ts';
import { DecodingError } from '../pki/der-reader.ts';
import { type OcspRequest, parseOcspRequest } from '../pki/ocsp-request.ts';
import {
  assembleOcspResponse,
  buildTbsResponseData,
  type CertStatus,
  neverIssued,
  type OcspError,
  ocspErrorResponse,
} from '../pki/ocsp-response.ts';
import type { AuthorityDirectory, KnownAuthority } from './authority-directory.ts';
import type { Delegate, OcspDelegates } from './ocsp-delegates.ts';
import type { Signer } from './signer.ts';
import type { Status, StatusIndex } from './status-index.ts';

export interface OcspRules {
  /** From thisUpdate to nextUpdate: how long a relying party may keep an answer. */
  readonly validitySeconds: number;
  /** Most certificates one request may ask about. */
  readonly maxCertIds: number;
  /** What is said of a serial number never issued: `unknown`, or RFC 6960 §2.2's *revoked* with its extension. */
  readonly neverIssued: 'unknown' | 'revoked';
}

export interface OcspServices {
  readonly authorities: AuthorityDirectory;
  readonly delegates: OcspDelegates;
  readonly statusIndex: StatusIndex;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly rules: OcspRules;
}

export interface OcspAnswer {
  /** OCSPResponse, DER. */
  readonly der: Uint8Array;
  readonly outcome: 'answered' | OcspError;
  /** Present where others may keep the answer: one certificate that we know, no nonce. */
  readonly cacheable?: CacheableAnswer;
}

export interface CacheableAnswer {
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** SHA-256 of the answer, hexadecimal (RFC 9919 §6). */
  readonly etag: string;
}

interface KeptAnswer extends CacheableAnswer {
  readonly der: Uint8Array;
  readonly status: Status;
}

interface SignedAnswer {
  readonly der: Uint8Array;
  readonly statuses: readonly Status[];
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
}

/** RFC 9654 clients send some 120 octets; a request for twenty certificates by SHA-256 has 2,500. */
const maximumOctets = 64 * 1024;
/** About 1.2 kB each, so some 25 MB. */
const answersKept = 20_000;

export class OcspResponder {
  readonly #services: OcspServices;
  /** Signed answers by CertID as received, the one used last at the end. */
  readonly #kept = new Map<string, KeptAnswer>();

  constructor(services: OcspServices) {
    this.#services = services;
  }

  /** Never throws: what goes wrong is `internalError`, and told to `onError`. */
  async answer(request: Uint8Array, onError: (error: unknown) => void): Promise<OcspAnswer> {
    try {
      return await this.#answer(request);
    } catch (error) {
      if (error instanceof DecodingError) return refusal('malformedRequest');
      onError(error);
      return refusal('internalError');
    }
  }

  async #answer(der: Uint8Array): Promise<OcspAnswer> {
    const { authorities, delegates, rules } = this.#services;
    const request = parseOcspRequest(der, { maximumOctets, maximumCertIds: rules.maxCertIds });
    // Refused, for the asker relies on what we cannot do (RFC 5280 §4.2: critical); RFC 6960 has no status of its own for it.
    if (request.unknownCriticalExtension !== undefined || !request.acceptsBasic) return refusal('malformedRequest');
    // What was answered before this question is to be found: an authority made a moment ago as well.
    if (request.certIds.some((certId) => !this.#authorityOf(certId))) await authorities.settled();
    const asked = request.certIds.map((certId) => ({ certId, authority: this.#authorityOf(certId) }));
    const signedBy = asked.find(({ authority }) => authority?.signsHere)?.authority;
    // RFC 9919 §3.2.3: nobody here can speak for this issuer.
    if (!signedBy) return refusal('unauthorized');

    const [only] = request.certIds;
    const keepAs = request.nonce === undefined && request.certIds.length === 1 && only ? latin1(only.der) : undefined;
    const statuses = asked.map(({ certId, authority }) => this.#statusOf(certId, authority));
    const [status] = statuses;
    const kept = keepAs === undefined ? undefined : this.#keptFor(keepAs, status);
    if (kept) return { der: kept.der, outcome: 'answered', cacheable: kept };

    const delegate = await delegates.of(signedBy);
    if (!delegate) return refusal('tryLater');
    const signed = await this.#sign(request, delegate, () =>
      // Looked at again: signing starts a turn or more after the first look, and must not be behind it.
      asked.map(({ certId, authority }) => this.#statusOf(certId, authority)),
    );
    if (keepAs === undefined || signed.statuses[0]?.status === 'unknown')
      return { der: signed.der, outcome: 'answered' };
    return { der: signed.der, outcome: 'answered', cacheable: this.#keep(keepAs, signed) };
  }

  #authorityOf(certId: CertId): KnownAuthority | undefined {
    const key = issuerAsked(certId);
    return key === undefined ? undefined : this.#services.authorities.byIssuerKey(key);
  }

  #statusOf({ serialNumber }: CertId, authority: KnownAuthority | undefined): Status {
    if (!authority || serialNumber === undefined) return { status: 'unknown' };
    const { identifier, account } = authority.record;
    return this.#services.statusIndex.lookupIssuedBy(identifier, account, serialNumber);
  }

  /** A kept answer counts only while it says what the index says, and for the first half of its time. */
  #keptFor(key: string, status: Status | undefined): KeptAnswer | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    const now = toSeconds(this.#services.clock.now());
    const isFresh = kept.thisUpdate <= now && now < (kept.thisUpdate + kept.nextUpdate) / 2;
    if (isFresh && status && sameStatus(kept.status, status)) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    this.#kept.delete(key);
    return undefined;
  }

  async #sign(request: OcspRequest, delegate: Delegate, statusesNow: () => readonly Status[]): Promise<SignedAnswer> {
    const { clock, signer, rules } = this.#services;
    const now = toSeconds(clock.now());
    const nextUpdate = unixSeconds(Math.min(now + rules.validitySeconds, delegate.notAfter));
    const statuses = statusesNow();
    const saysNeverIssued = rules.neverIssued === 'revoked' && statuses.some(({ status }) => status === 'unknown');
    const tbs = buildTbsResponseData({
      responderKeyHash: delegate.keyHash,
      producedAt: now,
      responses: request.certIds.map((certId, index) => ({
        certId: certId.der,
        certStatus: this.#certStatus(certId, statuses[index] ?? { status: 'unknown' }),
        thisUpdate: now,
        nextUpdate,
      })),
      ...(request.nonce && { nonce: request.nonce }),
      ...(saysNeverIssued && { extendedRevoke: true }),
    });
    const signature = await signer.sign(delegate.key, tbs);
    const algorithm = signatureAlgorithmOf(delegate.key.algorithm);
    const der = assembleOcspResponse(tbs, algorithm, signature, [delegate.certificate]);
    return { der, statuses, thisUpdate: now, nextUpdate };
  }

  #certStatus(certId: CertId, status: Status): CertStatus {
    if (status.status === 'revoked') {
      const { revokedAt: revocationTime, reason } = status;
      return { status: 'revoked', revocationTime, ...(reason && { reason }) };
    }
    if (status.status === 'good') return { status: 'good' };
    // Of an issuer that is not ours we know nothing, whatever the rule for our own is.
    const isOurs = this.#authorityOf(certId) !== undefined;
    return isOurs && this.#services.rules.neverIssued === 'revoked' ? neverIssued : { status: 'unknown' };
  }

  #keep(key: string, { der, statuses, thisUpdate, nextUpdate }: SignedAnswer): KeptAnswer {
    const kept = {
      der,
      status: statuses[0] ?? { status: 'unknown' as const },
      thisUpdate,
      nextUpdate,
      etag: sha256Hex(der),
    };
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= answersKept) break;
      this.#kept.delete(oldest);
    }
    return kept;
  }
}

function refusal(error: OcspError): OcspAnswer {
  return { der: ocspErrorResponse(error), outcome: error };
}

function sameStatus(a: Status, b: Status): boolean {
  if (a.status !== b.status) return false;
  return a.status !== 'revoked' || b.status !== 'revoked' || (a.revokedAt === b.revokedAt && a.reason === b.reason);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
