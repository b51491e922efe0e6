// Plain operations on byte arrays that the platform does not offer.

import { hash, timingSafeEqual } from 'node:crypto';

/** A source of unpredictable bytes; the system's generator in the service, a seeded one in tests. */
export type RandomBytes = (length: number) => Uint8Array;

export function concatBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

/** Equality of secrets in a time that depends on their lengths only, so that an answer's delay tells nothing of a signature. */
export function equalSecrets(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** The same of texts, such as signatures as they are on the wire: no octets are made of them. */
export function equalSecretTexts(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}

/** SHA-256 in lower-case hexadecimal. */
export function sha256Hex(bytes: Uint8Array | string): string {
  return hash('sha256', bytes, 'hex');
}

/** A text of one character for each octet, as keys of maps are. */
export function bytesToLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** Lower-case hexadecimal. (Node 24 has no `Uint8Array.prototype.toHex` yet.) */
export function bytesToHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** @throws {TypeError} for anything but pairs of hexadecimal digits. */
export function hexToBytes(text: string): Uint8Array {
  if (!/^(?:[0-9a-fA-F]{2})*$/.test(text)) throw new TypeError('not pairs of hexadecimal digits');
  return Buffer.from(text, 'hex');
}
