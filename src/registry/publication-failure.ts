// Why CRLs or a responder's certificate could not be made, by kind: for those who are not to read what is in the log.

import { TooMuchWaiting } from '../base/at-most.ts';
import { SealBroken } from '../base/sealing.ts';
import { EntriesOutOfOrder } from '../pki/crl-check.ts';
import { DecodingError } from '../pki/der-reader.ts';
import { ClockBehind, CrlRefused } from './crl-checking.ts';
import { SignerBusy } from './signer.ts';
import { StoreUnavailable, UnknownOutcome } from './store.ts';

export type PublicationFailure =
  /** The store could not be read or written. */
  | 'store'
  /** Others are having keys made or used. */
  | 'busy'
  /** The private key cannot be opened. */
  | 'key'
  /** What was made is not as it must be. */
  | 'refused'
  /** What was published last is of a later moment than now. */
  | 'clock'
  | 'internal';

export function publicationFailureOf(error: unknown): PublicationFailure {
  if (error instanceof StoreUnavailable || error instanceof UnknownOutcome) return 'store';
  if (error instanceof SignerBusy || error instanceof TooMuchWaiting) return 'busy';
  if (error instanceof SealBroken) return 'key';
  if (error instanceof ClockBehind) return 'clock';
  const isRefused = error instanceof CrlRefused || error instanceof DecodingError || error instanceof EntriesOutOfOrder;
  return isRefused ? 'refused' : 'internal';
}
