// What is said to whoever asks over OCSP, and for how long others may say it again.

import type { UnixSeconds } from '../base/time.ts';
import { type OcspError, ocspErrorResponse } from '../pki/ocsp-response.ts';

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

export function ocspRefusal(error: OcspError): OcspAnswer {
  return { der: ocspErrorResponse(error), outcome: error, isAuthoritative: false };
}
