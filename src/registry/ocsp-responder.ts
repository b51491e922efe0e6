// Answers OCSP requests about certificates of the authorities held here (RFC 6960, RFC 9919), from the status index alone:
// what it says is what the status operations say, at every moment.

import { type Clock, toSeconds } from '../base/time.ts';
import { DecodingError } from '../pki/der-reader.ts';
import { mostOcspRequestOctets, type OcspRequest, parseOcspRequest } from '../pki/ocsp-request.ts';
import type { AuthorityDirectory, KnownAuthority } from './authority-directory.ts';
import { type OcspAnswer, ocspRefusal } from './ocsp-answer.ts';
import { OcspAnswerCache } from './ocsp-answer-cache.ts';
import { type Asked, askedAbout } from './ocsp-asked.ts';
import type { OcspDelegates } from './ocsp-delegates.ts';
import { OcspSigning, type OcspSigningServices } from './ocsp-signing.ts';

export interface OcspRules {
  /** Most certificates one request may ask about. */
  readonly maxCertIds: number;
}

export interface OcspServices extends OcspSigningServices {
  readonly authorities: AuthorityDirectory;
  readonly delegates: OcspDelegates;
  readonly rules: OcspSigningServices['rules'] & OcspRules;
}

/** Answers that are signed now or wait for it: about a second's work. Strangers choose how many more are asked for. */
const mostBeingMade = 1000;

export class OcspResponder {
  readonly #services: OcspServices;
  readonly #cache: OcspAnswerCache;
  readonly #signing: OcspSigning;
  #beingMade = 0;

  constructor(services: OcspServices) {
    this.#services = services;
    this.#cache = new OcspAnswerCache(services);
    this.#signing = new OcspSigning(services, this.#cache);
  }

  /** The answer to the very request, as it arrived, if that was given a kept one before which still counts. */
  again(received: string): OcspAnswer | undefined {
    return this.#cache.again(received);
  }

  /**
   * Never throws or rejects: what goes wrong is `internalError`, and told to `onError`. What is kept, or signed without
   * waiting, is answered at once, without a promise.
   * @param received  what {@link again} is to know this request by.
   */
  answer(der: Uint8Array, received: string, onError: (error: unknown) => void): OcspAnswer | Promise<OcspAnswer> {
    try {
      const { maxCertIds: maximumCertIds } = this.#services.rules;
      const request = parseOcspRequest(der, { maximumOctets: mostOcspRequestOctets, maximumCertIds });
      // Refused, for the asker relies on what we cannot do (RFC 5280 §4.2: critical); RFC 6960 has no status of its own for it.
      if (request.unknownCriticalExtension !== undefined || !request.acceptsBasic) {
        return ocspRefusal('malformedRequest');
      }
      const kept = this.#cache.find(request, received);
      if (kept) return kept;
      if (this.#beingMade >= mostBeingMade) return ocspRefusal('tryLater');
      const made = this.#make(request, received);
      return made instanceof Promise ? this.#await(made, onError) : made;
    } catch (error) {
      if (error instanceof DecodingError) return ocspRefusal('malformedRequest');
      onError(error);
      return ocspRefusal('internalError');
    }
  }

  /**
   * Signs the answers again that were asked for lately and soon count no more, one after the other and each in a turn of its
   * own, so that nobody has to wait for a signature to what many ask.
   * @returns how many.
   */
  async renew(isStopped: () => boolean): Promise<number> {
    let renewed = 0;
    for (const about of this.#cache.leaving()) {
      await new Promise((resolve) => setImmediate(resolve));
      if (isStopped()) break;
      const { authority } = about;
      const delegate =
        authority && !hasEnded(authority, this.#services.clock) && (await this.#services.delegates.of(authority));
      if (!delegate) continue;
      await this.#signing.signPlain(about, delegate);
      renewed++;
    }
    return renewed;
  }

  async #await(made: Promise<OcspAnswer>, onError: (error: unknown) => void): Promise<OcspAnswer> {
    this.#beingMade++;
    try {
      return await made;
    } catch (error) {
      onError(error);
      return ocspRefusal('internalError');
    } finally {
      this.#beingMade--;
    }
  }

  #make(request: OcspRequest, received: string): OcspAnswer | Promise<OcspAnswer> {
    const { authorities } = this.#services;
    const look = () => request.certIds.map((certId) => askedAbout(certId, authorities));
    const asked = look();
    if (asked.every(({ authority }) => authority)) return this.#sign(request, asked, received);
    // What was answered before this question is to be found: an authority made a moment ago as well.
    return authorities
      .settled()
      .then(() => this.#cache.find(request, received) ?? this.#sign(request, look(), received));
  }

  #sign(request: OcspRequest, asked: readonly Asked[], received: string): OcspAnswer | Promise<OcspAnswer> {
    const { delegates, clock } = this.#services;
    const signedBy = asked.find(({ authority }) => authority?.signsHere)?.authority;
    // RFC 9919 §3.2.3: nobody here can speak for this issuer, or nobody can any more.
    if (!signedBy || hasEnded(signedBy, clock)) return ocspRefusal('unauthorized');
    const ready = delegates.ready(signedBy);
    if (ready) return this.#signing.sign(request, asked, ready);
    return delegates.of(signedBy).then((delegate) => {
      if (!delegate) return ocspRefusal('tryLater');
      // Of those who waited for it, one had the answer signed.
      return this.#cache.find(request, received) ?? this.#signing.sign(request, asked, delegate);
    });
  }
}

function hasEnded({ certificate }: KnownAuthority, clock: Clock): boolean {
  return certificate.notAfter <= toSeconds(clock.now());
}
