// The names of calls: RequestId and trace id, made from random octets taken from the system many at a time.

import { bytesToHex, type RandomBytes } from '../../base/bytes.ts';

export interface CallIds {
  /** Upper-case UUID, version 4, as the vendor's. */
  readonly requestId: () => string;
  /** 32 hexadecimal digits. */
  readonly traceId: () => string;
}

/** To ask the system costs more than to make an id. These names are no secrets: that the next ones lie here harms nobody. */
const octetsAtOnce = 4096;
const digitsOfId = 32;

export function createCallIds(random: RandomBytes): CallIds {
  let digits = '';
  let at = 0;
  const next = (): string => {
    if (at === digits.length) {
      digits = bytesToHex(random(octetsAtOnce));
      at = 0;
    }
    at += digitsOfId;
    return digits.slice(at - digitsOfId, at);
  };
  return { requestId: () => uuid(next()), traceId: next };
}

/** RFC 9562 §5.4: version 4, variant 10, which leaves of the digit there its two low bits. */
function uuid(hex: string): string {
  const variant = '89AB'[hex.charCodeAt(16) & 3] ?? '8';
  const upper = hex.toUpperCase();
  return `${upper.slice(0, 8)}-${upper.slice(8, 12)}-4${upper.slice(13, 16)}-${variant}${upper.slice(17, 20)}-${upper.slice(20)}`;
}
