// What https is served with at the moment, by all threads alike: the certificate, and the keys of session tickets. A client
// that comes back to another thread resumes its session there.

import type { SecureContextOptions } from 'node:tls';
import type { RandomBytes } from '../../base/bytes.ts';
import type { TlsKeeper } from './keeper.ts';
import { secureContextOf } from './material.ts';

export interface ServedTls {
  readonly context: SecureContextOptions;
  /** 48 octets. */
  readonly ticketKeys: Buffer;
}

export interface TlsInUse {
  readonly inUse: () => ServedTls;
  /** Told of every other from now on. @returns what ends that. */
  readonly follow: (listener: (served: ServedTls) => void) => () => void;
  readonly stop: () => void;
}

/** RFC 9325 §3.4 wants them changed often: who gets hold of one can read what TLS 1.2 connections resumed with it said. */
const ticketKeyMillis = 3_600_000;
const ticketKeyOctets = 48;

export function serveTls(keeper: TlsKeeper, random: RandomBytes): TlsInUse {
  const listeners = new Set<(served: ServedTls) => void>();
  const newKeys = () => Buffer.from(random(ticketKeyOctets));
  let served: ServedTls = { context: secureContextOf(keeper.inUse()), ticketKeys: newKeys() };
  const serve = (next: ServedTls): void => {
    served = next;
    for (const listener of listeners) listener(served);
  };
  // New keys for tickets come with it: who has one of before shakes hands anew and sees the new certificate.
  keeper.follow((material) => serve({ context: secureContextOf(material), ticketKeys: newKeys() }));
  const rotation = setInterval(() => serve({ ...served, ticketKeys: newKeys() }), ticketKeyMillis).unref();
  return {
    inUse: () => served,
    follow: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => clearInterval(rotation),
  };
}
