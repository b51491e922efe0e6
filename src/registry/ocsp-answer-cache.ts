// OCSP answers that were signed before and may be given again: each for the first half of its time, while the journal has
// said nothing new of its certificate.

import { bytesToLatin1 } from '../base/bytes.ts';
import { type Clock, toSeconds, type UnixSeconds, unixSeconds } from '../base/time.ts';
import type { CertId } from '../pki/cert-id.ts';
import type { OcspRequest } from '../pki/ocsp-request.ts';
import type { CacheableAnswer, OcspAnswer } from './ocsp-answer.ts';
import { type Asked, type NamedCertificate, sinceOf } from './ocsp-asked.ts';
import type { StatusReader } from './status-index.ts';

/** An answer about one certificate that would do for whoever asks about it. */
export interface KeptAnswer extends OcspAnswer {
  readonly cacheable: CacheableAnswer;
  readonly about: NamedCertificate;
  /** Journal entry that the status is by. */
  readonly since: number;
}

/** Whether others may be given it, and until when. */
export function isKept(answer: OcspAnswer): answer is KeptAnswer {
  return 'since' in answer;
}

interface Kept {
  answer: KeptAnswer;
  /** When it was given last. */
  askedAt: UnixSeconds;
}

interface KeptByCertId extends Kept {
  readonly asked: Asked;
}

/** About 1.2 kB each, so some 25 MB. */
const answersKept = 20_000;
/** Requests about one certificate by SHA-256 have 120 octets, percent-encoded base64 of them 200 characters. */
const longestShortcut = 512;

export class OcspAnswerCache {
  readonly #services: { readonly clock: Clock; readonly statusIndex: StatusReader };
  /** By CertID as received, the one signed last at the end. */
  readonly #kept = new Map<string, KeptByCertId>();
  /** The same, by whole requests as they arrived: what comes again need not be read again. */
  readonly #shortcuts = new Map<string, Kept>();

  constructor(services: { readonly clock: Clock; readonly statusIndex: StatusReader }) {
    this.#services = services;
  }

  /** The answer to the very request, as it arrived, where {@link find} gave one to it or {@link keepFor} brought one. */
  again(received: string): KeptAnswer | undefined {
    const kept = this.#shortcuts.get(received);
    if (!kept) return undefined;
    if (this.#counts(kept)) return kept.answer;
    this.#shortcuts.delete(received);
    return undefined;
  }

  /** @param received  what {@link again} is to know this request by. */
  find(request: OcspRequest, received: string): KeptAnswer | undefined {
    const certId = onlyOne(request);
    const kept = certId && this.#kept.get(keyOf(certId));
    if (!kept || !this.#counts(kept)) return undefined;
    if (received.length <= longestShortcut) put(this.#shortcuts, received, kept);
    return kept.answer;
  }

  /** To be given from now on; whoever was given the one before gets this one too. */
  keep({ certId, authority }: Asked, answer: KeptAnswer): void {
    const key = keyOf(certId);
    const kept = this.#kept.get(key);
    if (kept) kept.answer = answer;
    // Of the request, which is larger, nothing is to be held on to.
    const asked = { certId: { ...certId, der: Uint8Array.from(certId.der) }, authority };
    put(this.#kept, key, kept ?? { asked, answer, askedAt: answer.cacheable.thisUpdate });
  }

  /** One that another cache gave: for this very request alone. */
  keepFor(received: string, answer: KeptAnswer): void {
    const askedAt = answer.cacheable.thisUpdate;
    if (received.length <= longestShortcut) put(this.#shortcuts, received, { answer, askedAt });
  }

  /**
   * What was asked for lately and soon counts no more: its certificate, the one signed first first. Whoever signs these again
   * spares the next asker the wait.
   */
  *leaving(): Generator<Asked, void, void> {
    const { clock, statusIndex } = this.#services;
    const now = toSeconds(clock.now());
    for (const { asked, answer, askedAt } of this.#kept.values()) {
      const { thisUpdate } = answer.cacheable;
      const left = keptUntil(answer.cacheable) - now;
      const span = keptUntil(answer.cacheable) - thisUpdate;
      if (left > span / 8) return;
      const isHot = askedAt >= thisUpdate + span / 2;
      if (left > 0 && isHot && answer.since === sinceOf(answer.about, statusIndex)) yield asked;
    }
  }

  #counts(kept: Kept): boolean {
    const { clock, statusIndex } = this.#services;
    const now = toSeconds(clock.now());
    const { cacheable, about, since } = kept.answer;
    const isFresh = cacheable.thisUpdate <= now && now < keptUntil(cacheable);
    if (!isFresh || since !== sinceOf(about, statusIndex)) return false;
    kept.askedAt = now;
    return true;
  }
}

/** The certificate, where the answer would do for others too: without a nonce or a wish. */
export function onlyOne({ certIds, nonce, preferredSignatureAlgorithms }: OcspRequest): CertId | undefined {
  const isPlain = nonce === undefined && preferredSignatureAlgorithms.length === 0;
  return isPlain && certIds.length === 1 ? certIds[0] : undefined;
}

export function keyOf({ der }: CertId): string {
  return bytesToLatin1(der);
}

/** Until when an answer is given again, unless the journal has something new to say. */
export function keptUntil({ thisUpdate, nextUpdate }: Pick<CacheableAnswer, 'thisUpdate' | 'nextUpdate'>): UnixSeconds {
  return unixSeconds(Math.ceil((thisUpdate + nextUpdate) / 2));
}

/** At the end; the first ones go where there are too many. */
function put<Each extends Kept>(answers: Map<string, Each>, key: string, kept: Each): void {
  answers.delete(key);
  answers.set(key, kept);
  for (const oldest of answers.keys()) {
    if (answers.size <= answersKept) break;
    answers.delete(oldest);
  }
}
