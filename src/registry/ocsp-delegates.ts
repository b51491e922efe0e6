// The certificates that OCSP answers are signed with: each authority delegates to a key of short life (RFC 6960 §4.2.2.2),
// made by the service itself, replaced at half its life and never used after it.

import { type MonotonicMillis, toSeconds, type UnixSeconds, unixSeconds } from '../base/time.ts';
import { familyOf, type KeyAlgorithm } from '../pki/algorithm.ts';
import { parseCertificate } from '../pki/certificate.ts';
import { keyIdentifierOf } from '../pki/extensions.ts';
import { nameOf } from '../pki/name.ts';
import { type EncodedResponder, encodeResponder } from '../pki/ocsp-response.ts';
import { ocspResponderExtensions } from '../pki/profiles.ts';
import type { KnownAuthority } from './authority-directory.ts';
import { certify, type IssuanceServices } from './issuance.ts';
import type { Identifier } from './model.ts';
import { type PublicationFailure, publicationFailureOf } from './publication-failure.ts';
import type { SigningKey } from './signer.ts';
import { signingKeyOf } from './signing.ts';

export interface Delegate {
  readonly key: SigningKey;
  /** Named by its key, as RFC 9919 §3.2.2 wants it, and with its certificate. */
  readonly encoded: EncodedResponder;
  readonly notBefore: UnixSeconds;
  readonly notAfter: UnixSeconds;
}

interface Failure {
  readonly authority: KnownAuthority;
  readonly kind: PublicationFailure;
  readonly pausedUntil: MonotonicMillis;
}

const lifeSeconds = 7 * 86_400;
/** Before now, for relying parties whose clocks are behind. */
const backdateSeconds = 3600;
/** An answer ends no later than its signer's certificate; so that none is of short life, that one is given up before. */
const leastLeftSeconds = 3600;
/** While the store is away, every request would try to make one, and fail, and be told of in the log. */
const pauseMillis = 10_000;

export class OcspDelegates {
  readonly #services: IssuanceServices;
  readonly #onError: (authority: Identifier, error: unknown) => void;
  readonly #delegates = new Map<Identifier, Delegate>();
  readonly #making = new Map<Identifier, Promise<Delegate | undefined>>();
  /** Where one could not be made: why, and until when none is. */
  readonly #failures = new Map<Identifier, Failure>();

  constructor(services: IssuanceServices, onError: (authority: Identifier, error: unknown) => void) {
    this.#services = services;
    this.#onError = onError;
  }

  /** Takes in those of earlier runs that are still good. */
  async load(): Promise<void> {
    for (const { authority, identifier, keyAlgorithm, sealed, der } of await this.#services.store.responders()) {
      this.#delegates.set(authority, delegateOf({ identifier, algorithm: keyAlgorithm, sealed }, der));
    }
  }

  /** The one there is, whether or not it is still good. */
  present(authority: Identifier): Pick<Delegate, 'notBefore' | 'notAfter'> | undefined {
    return this.#delegates.get(authority);
  }

  /** One to sign with now, where it need not be waited for and none needs to be made yet. */
  ready({ record }: KnownAuthority): Delegate | undefined {
    const present = this.#delegates.get(record.identifier);
    const now = toSeconds(this.#services.clock.now());
    return present && present.notBefore <= now && now < halfLife(present) ? present : undefined;
  }

  /** Authorities for which none could be made when it was tried last, and of what kind that was; for readiness and alarms. */
  failures(): ReadonlyMap<Identifier, PublicationFailure> {
    const now = toSeconds(this.#services.clock.now());
    const failing = new Map<Identifier, PublicationFailure>();
    for (const [identifier, { authority, kind }] of this.#failures)
      if (authority.certificate.notAfter > now) failing.set(identifier, kind);
    return failing;
  }

  /** Tries again where none could be made. */
  async retry(): Promise<void> {
    await Promise.all(Array.from(this.#failures.values(), ({ authority }) => this.of(authority)));
  }

  /** One to sign with now; `undefined` where the authority has ended or none can be had. Replaces it in time, beside normal work. */
  async of(authority: KnownAuthority): Promise<Delegate | undefined> {
    const now = toSeconds(this.#services.clock.now());
    const present = this.#delegates.get(authority.record.identifier);
    const isGood = present !== undefined && present.notBefore <= now && now < present.notAfter;
    // One that would end no later than the present one is not worth making: the authority itself ends then.
    const isLast = isGood && authority.certificate.notAfter <= present.notAfter;
    if (isLast || (isGood && now < halfLife(present))) return present;
    const made = this.#make(authority, now);
    if (isGood && now + leastLeftSeconds < present.notAfter) return present;
    // Short as its time is, it is better than none while none can be made.
    return (await made) ?? (isGood ? present : undefined);
  }

  #make(authority: KnownAuthority, now: UnixSeconds): Promise<Delegate | undefined> {
    const { identifier } = authority.record;
    let making = this.#making.get(identifier);
    if (!making) {
      const { clock } = this.#services;
      if (clock.monotonic() < (this.#failures.get(identifier)?.pausedUntil ?? 0)) return Promise.resolve(undefined);
      making = this.#issue(authority, now)
        .then((delegate) => {
          if (delegate) this.#delegates.set(identifier, delegate);
          this.#failures.delete(identifier);
          return delegate;
        })
        .catch((error: unknown) => {
          const pausedUntil = (clock.monotonic() + pauseMillis) as MonotonicMillis;
          this.#failures.set(identifier, { authority, kind: publicationFailureOf(error), pausedUntil });
          this.#onError(identifier, error);
          return undefined;
        })
        .finally(() => this.#making.delete(identifier));
      this.#making.set(identifier, making);
    }
    return making;
  }

  async #issue({ record, certificate }: KnownAuthority, now: UnixSeconds): Promise<Delegate | undefined> {
    const { store } = this.#services;
    const notAfter = unixSeconds(Math.min(now + lifeSeconds, certificate.notAfter));
    if (now >= notAfter) return undefined;
    const { subjectKeyIdentifier } = certificate.extensions;
    if (!subjectKeyIdentifier) throw new Error(`authority ${record.identifier} has no subject key identifier`);
    const made = await certify(
      {
        account: record.account,
        actor: { principal: 'acs:certitude::operator', requestId: '', sourceAddress: '' },
        kind: 'responder',
        issuer: { record, chain: [], certificate, key: await signingKeyOf(record, store) },
        key: { made: responderAlgorithm(record.keyAlgorithm) },
        subject: nameOf({ commonName: 'OCSP responder' }),
        validity: { notBefore: unixSeconds(Math.max(now - backdateSeconds, certificate.notBefore)), notAfter },
        labels: {},
        extensions: (spki) => ocspResponderExtensions({ spki, issuerKeyIdentifier: subjectKeyIdentifier }),
      },
      this.#services,
    );
    const sealed = await store.sealedKey(made.identifier);
    if (!made.der || !sealed) throw new Error(`responder ${made.identifier} has no certificate or key`);
    const key = { identifier: made.identifier, algorithm: responderAlgorithm(record.keyAlgorithm), sealed };
    return delegateOf(key, made.der);
  }
}

function halfLife({ notBefore, notAfter }: Delegate): number {
  return (notBefore + notAfter) / 2;
}

function delegateOf(key: SigningKey, der: Uint8Array): Delegate {
  const { spki, notBefore, notAfter } = parseCertificate(der);
  return { key, encoded: encodeResponder(keyIdentifierOf(spki), [der]), notBefore, notAfter };
}

/** As strong as the authority's, but that 2,048 bits are enough for RSA for a week, and sign five times as fast as 4,096. */
function responderAlgorithm(authority: KeyAlgorithm): KeyAlgorithm {
  return familyOf(authority) === 'RSA' ? 'RSA_2048' : authority;
}
