// Answers OCSP requests about certificates of the authorities held here (RFC 6960, RFC 9919), from the status index alone:
// what it says is what the status operations say, at every moment.

import { bytesToLatin1, sha256Hex } from '../base/bytes.ts';
import { type Clock, toSeconds, type UnixSeconds, unixSeconds } from '../base/time.ts';
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
import { preferredSignatureAlgorithm } from '../pki/preferred-signature.ts';
import type { AuthorityDirectory, KnownAuthority } from './authority-directory.ts';
import type { Delegate, OcspDelegates } from './ocsp-delegates.ts';
import type { Signer } from './signer.ts';
import type { Status, StatusReader } from './status-index.ts';

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
  readonly statusIndex: StatusReader;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly rules: OcspRules;
}

export interface OcspAnswer {
  /** OCSPResponse, DER. */
  readonly der: Uint8Array;
  readonly outcome: 'answered' | OcspError;
  /** Whether it speaks of certificates that we know, and of no other: only then it stays true until somebody changes it. */
  readonly isAuthoritative: boolean;
  /** Present where others may keep the answer: authoritative, about one certificate, without a nonce or a wish. */
  readonly cacheable?: CacheableAnswer;
}

export interface CacheableAnswer {
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  /** SHA-256 of the answer, hexadecimal (RFC 9919 §6). */
  readonly etag: string;
}

/** A certificate asked about, and the authority here that its issuer is, if it is one. */
interface Asked {
  readonly certId: CertId;
  readonly authority: KnownAuthority | undefined;
}

interface KeptAnswer extends OcspAnswer {
  readonly cacheable: CacheableAnswer;
  readonly about: Asked;
  /** Journal entry that the status is by. */
  readonly since: number;
}

interface SignedAnswer {
  readonly der: Uint8Array;
  readonly thisUpdate: UnixSeconds;
  readonly nextUpdate: UnixSeconds;
  readonly isAuthoritative: boolean;
  /** Journal entry that the status of the first certificate is by. */
  readonly since: number;
}

/** RFC 9654 clients send some 120 octets; a request for twenty certificates by SHA-256 has 2,500. */
const maximumOctets = 64 * 1024;
/** About 1.2 kB each, so some 25 MB. */
const answersKept = 20_000;
/** Answers that are signed now or wait for it: about a second's work. Strangers choose how many more are asked for. */
const mostBeingMade = 1000;
/** Requests about one certificate by SHA-256 have 120 octets, percent-encoded base64 of them 200 characters. */
const longestShortcut = 512;

export class OcspResponder {
  readonly #services: OcspServices;
  /** Signed answers by CertID as received, the one signed last at the end. */
  readonly #kept = new Map<string, KeptAnswer>();
  /** The same, by whole requests as they arrived: what comes again need not be read again. */
  readonly #shortcuts = new Map<string, KeptAnswer>();
  #beingMade = 0;

  constructor(services: OcspServices) {
    this.#services = services;
  }

  /** The answer to the very request, as it arrived, if that was given a kept one before which still counts. */
  again(received: string): OcspAnswer | undefined {
    const kept = this.#shortcuts.get(received);
    if (!kept) return undefined;
    if (this.#counts(kept)) return kept;
    this.#shortcuts.delete(received);
    return undefined;
  }

  /**
   * Never throws or rejects: what goes wrong is `internalError`, and told to `onError`. What is kept is answered at once,
   * without a promise.
   * @param received  what {@link again} is to know this request by.
   */
  answer(der: Uint8Array, received: string, onError: (error: unknown) => void): OcspAnswer | Promise<OcspAnswer> {
    const { rules } = this.#services;
    const failed = (error: unknown): OcspAnswer => {
      if (error instanceof DecodingError) return refusal('malformedRequest');
      onError(error);
      return refusal('internalError');
    };
    try {
      const request = parseOcspRequest(der, { maximumOctets, maximumCertIds: rules.maxCertIds });
      // Refused, for the asker relies on what we cannot do (RFC 5280 §4.2: critical); RFC 6960 has no status of its own for it.
      if (request.unknownCriticalExtension !== undefined || !request.acceptsBasic) return refusal('malformedRequest');
      const kept = this.#keptFor(request);
      if (!kept) {
        if (this.#beingMade >= mostBeingMade) return refusal('tryLater');
        this.#beingMade++;
        return this.#answerAnew(request)
          .catch(failed)
          .finally(() => this.#beingMade--);
      }
      if (received.length <= longestShortcut) put(this.#shortcuts, received, kept);
      return kept;
    } catch (error) {
      return failed(error);
    }
  }

  async #answerAnew(request: OcspRequest): Promise<OcspAnswer> {
    const { authorities, delegates, clock } = this.#services;
    // What was answered before this question is to be found: an authority made a moment ago as well.
    if (request.certIds.some((certId) => !this.#authorityOf(certId))) await authorities.settled();
    const asked = this.#asked(request);
    const signedBy = asked.find(({ authority }) => authority?.signsHere)?.authority;
    // RFC 9919 §3.2.3: nobody here can speak for this issuer, or nobody can any more.
    if (!signedBy || hasEnded(signedBy, clock)) return refusal('unauthorized');
    const delegate = await delegates.of(signedBy);
    if (!delegate) return refusal('tryLater');
    const signed = await this.#sign(request, asked, delegate);
    const { der, isAuthoritative } = signed;
    const keepAs = keyToKeepBy(request);
    if (keepAs === undefined || !isAuthoritative) return { der, outcome: 'answered', isAuthoritative };
    return this.#keep(keepAs, asked, signed);
  }

  #asked({ certIds }: OcspRequest): Asked[] {
    return certIds.map((certId) => ({ certId, authority: this.#authorityOf(certId) }));
  }

  #authorityOf(certId: CertId): KnownAuthority | undefined {
    const key = issuerAsked(certId);
    return key === undefined ? undefined : this.#services.authorities.byIssuerKey(key);
  }

  #statusOf({ certId: { serialNumber }, authority }: Asked): Status {
    if (!authority || serialNumber === undefined) return { status: 'unknown' };
    const { identifier, account } = authority.record;
    return this.#services.statusIndex.lookupIssuedBy(identifier, account, serialNumber);
  }

  /** The journal entry that the status is by. */
  #sinceOf({ certId: { serialNumber }, authority }: Asked): number {
    if (!authority || serialNumber === undefined) return 0;
    const { identifier, account } = authority.record;
    return this.#services.statusIndex.lastChangeIssuedBy(identifier, account, serialNumber);
  }

  #keptFor(request: OcspRequest): KeptAnswer | undefined {
    const key = keyToKeepBy(request);
    const kept = key === undefined ? undefined : this.#kept.get(key);
    return kept && this.#counts(kept) ? kept : undefined;
  }

  /** A kept answer counts only while the journal has said nothing new of its certificate, and for the first half of its time. */
  #counts({ about, since, cacheable: { thisUpdate, nextUpdate } }: KeptAnswer): boolean {
    const now = toSeconds(this.#services.clock.now());
    const isFresh = thisUpdate <= now && now < keptUntil({ thisUpdate, nextUpdate });
    return isFresh && since === this.#sinceOf(about);
  }

  async #sign(request: OcspRequest, asked: readonly Asked[], delegate: Delegate): Promise<SignedAnswer> {
    const { clock, signer, rules } = this.#services;
    const now = toSeconds(clock.now());
    const nextUpdate = unixSeconds(Math.min(now + rules.validitySeconds, delegate.notAfter));
    const statuses = asked.map((each) => this.#statusOf(each));
    const since = asked[0] ? this.#sinceOf(asked[0]) : 0;
    const isAuthoritative = statuses.every(({ status }) => status !== 'unknown');
    const tbs = buildTbsResponseData({
      responderKeyHash: delegate.keyHash,
      producedAt: now,
      responses: asked.map(({ certId, authority }, index) => ({
        certId: certId.der,
        certStatus: this.#certStatus(statuses[index] ?? { status: 'unknown' }, authority),
        thisUpdate: now,
        nextUpdate,
      })),
      ...(request.nonce && { nonce: request.nonce }),
      ...(rules.neverIssued === 'revoked' && !isAuthoritative && { extendedRevoke: true }),
    });
    const algorithm = preferredSignatureAlgorithm(request.preferredSignatureAlgorithms, delegate.key.algorithm);
    const signature = await signer.sign(delegate.key, tbs, algorithm);
    const der = assembleOcspResponse(tbs, algorithm, signature, [delegate.certificate]);
    return { der, thisUpdate: now, nextUpdate, isAuthoritative, since };
  }

  #certStatus(status: Status, authority: KnownAuthority | undefined): CertStatus {
    if (status.status === 'revoked') {
      const { revokedAt: revocationTime, reason } = status;
      return { status: 'revoked', revocationTime, ...(reason && { reason }) };
    }
    if (status.status === 'good') return { status: 'good' };
    // Of an issuer that is not ours we know nothing, whatever the rule for our own is.
    return authority && this.#services.rules.neverIssued === 'revoked' ? neverIssued : { status: 'unknown' };
  }

  #keep(key: string, [about]: readonly Asked[], signed: SignedAnswer): OcspAnswer {
    const { der, isAuthoritative, since, thisUpdate, nextUpdate } = signed;
    const cacheable = { thisUpdate, nextUpdate, etag: sha256Hex(der) };
    const answer = { der, outcome: 'answered', isAuthoritative, cacheable, since } as const;
    if (about) put(this.#kept, key, { ...answer, about });
    return answer;
  }
}

/** Until when an answer is given again, unless the journal has something new to say. */
export function keptUntil({ thisUpdate, nextUpdate }: Pick<CacheableAnswer, 'thisUpdate' | 'nextUpdate'>): UnixSeconds {
  return unixSeconds(Math.ceil((thisUpdate + nextUpdate) / 2));
}

/** At the end; the first ones go where there are too many. */
function put(answers: Map<string, KeptAnswer>, key: string, answer: KeptAnswer): void {
  answers.delete(key);
  answers.set(key, answer);
  for (const oldest of answers.keys()) {
    if (answers.size <= answersKept) break;
    answers.delete(oldest);
  }
}

function refusal(error: OcspError): OcspAnswer {
  return { der: ocspErrorResponse(error), outcome: error, isAuthoritative: false };
}

function hasEnded({ certificate }: KnownAuthority, clock: Clock): boolean {
  return certificate.notAfter <= toSeconds(clock.now());
}

/** `undefined` for an answer that would do for nobody but its asker. */
function keyToKeepBy({ certIds, nonce, preferredSignatureAlgorithms }: OcspRequest): string | undefined {
  const [only, another] = certIds;
  const isPlain = nonce === undefined && preferredSignatureAlgorithms.length === 0;
  return isPlain && only && another === undefined ? bytesToLatin1(only.der) : undefined;
}
