// Signs OCSP answers (RFC 6960 §4.2): what the status index says of each certificate at this moment, by a delegate's key.

import { sha256Hex } from '../base/bytes.ts';
import { type Clock, toSeconds, unixSeconds } from '../base/time.ts';
import type { OcspRequest } from '../pki/ocsp-request.ts';
import { assembleOcspResponse, buildTbsResponseData, type CertStatus, neverIssued } from '../pki/ocsp-response.ts';
import { preferredSignatureAlgorithm } from '../pki/preferred-signature.ts';
import type { KnownAuthority } from './authority-directory.ts';
import type { OcspAnswer } from './ocsp-answer.ts';
import { type KeptAnswer, keyOf, type OcspAnswerCache, onlyOne } from './ocsp-answer-cache.ts';
import { type Asked, named, sinceOf, statusOf } from './ocsp-asked.ts';
import type { Delegate } from './ocsp-delegates.ts';
import type { Signer } from './signer.ts';
import type { Status, StatusReader } from './status-index.ts';

export interface OcspSigningServices {
  readonly statusIndex: StatusReader;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly rules: {
    /** From thisUpdate to nextUpdate: how long a relying party may keep an answer. */
    readonly validitySeconds: number;
    /** What is said of a serial number never issued: `unknown`, or RFC 6960 §2.2's *revoked* with its extension. */
    readonly neverIssued: 'unknown' | 'revoked';
  };
}

type Wishes = Pick<OcspRequest, 'nonce' | 'preferredSignatureAlgorithms'>;

interface Signing {
  readonly since: number;
  readonly delegate: Delegate;
  readonly answer: Promise<OcspAnswer>;
}

export class OcspSigning {
  readonly #services: OcspSigningServices;
  readonly #cache: OcspAnswerCache;
  /** Answers for the cache that are being signed, by CertID. */
  readonly #underWay = new Map<string, Signing>();

  /** @param cache  takes whatever may be given again. */
  constructor(services: OcspSigningServices, cache: OcspAnswerCache) {
    this.#services = services;
    this.#cache = cache;
  }

  /** One signing does for all who ask about one certificate at once. */
  sign(request: OcspRequest, asked: readonly Asked[], delegate: Delegate): OcspAnswer | Promise<OcspAnswer> {
    const [only] = asked;
    return only && onlyOne(request) ? this.signPlain(only, delegate) : this.#signFor(request, asked, delegate);
  }

  /** The answer about one certificate that would do for anybody. */
  signPlain(asked: Asked, delegate: Delegate): OcspAnswer | Promise<OcspAnswer> {
    const key = keyOf(asked.certId);
    const since = sinceOf(named(asked), this.#services.statusIndex);
    const present = this.#underWay.get(key);
    // Whoever asks after a change was answered does not get what was read before it.
    if (present && present.since === since && present.delegate === delegate) return present.answer;
    const signed = this.#signFor(plain, [asked], delegate);
    if (!(signed instanceof Promise)) return signed;
    const answer = signed.finally(() => {
      if (this.#underWay.get(key)?.answer === answer) this.#underWay.delete(key);
    });
    this.#underWay.set(key, { since, delegate, answer });
    return answer;
  }

  #signFor(wishes: Wishes, asked: readonly Asked[], delegate: Delegate): OcspAnswer | Promise<OcspAnswer> {
    const { clock, signer, statusIndex, rules } = this.#services;
    const now = toSeconds(clock.now());
    const nextUpdate = unixSeconds(Math.min(now + rules.validitySeconds, delegate.notAfter));
    const [first] = asked;
    const about = wishes === plain ? first && named(first) : undefined;
    const since = sinceOf(about, statusIndex);
    const statuses = asked.map((each) => statusOf(named(each), statusIndex));
    const isAuthoritative = statuses.every(({ status }) => status !== 'unknown');
    const tbs = buildTbsResponseData({
      responder: delegate.encoded,
      producedAt: now,
      responses: asked.map(({ certId, authority }, index) => ({
        certId: certId.der,
        certStatus: this.#certStatus(statuses[index] ?? { status: 'unknown' }, authority),
        thisUpdate: now,
        nextUpdate,
      })),
      ...(wishes.nonce && { nonce: wishes.nonce }),
      ...(rules.neverIssued === 'revoked' && !isAuthoritative && { extendedRevoke: true }),
    });
    const algorithm = preferredSignatureAlgorithm(wishes.preferredSignatureAlgorithms, delegate.key.algorithm);
    const finish = (signature: Uint8Array): OcspAnswer => {
      const der = assembleOcspResponse(tbs, algorithm, signature, delegate.encoded);
      if (!about || !first || !isAuthoritative) return { der, outcome: 'answered', isAuthoritative };
      const cacheable = { thisUpdate: now, nextUpdate, etag: sha256Hex(der) };
      const answer: KeptAnswer = { der, outcome: 'answered', isAuthoritative, cacheable, about, since };
      this.#cache.keep(first, answer);
      return answer;
    };
    const signature = signer.sign(delegate.key, tbs, algorithm);
    return signature instanceof Promise ? signature.then(finish) : finish(signature);
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
}

const plain: Wishes = { nonce: undefined, preferredSignatureAlgorithms: [] };
