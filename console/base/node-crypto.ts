// What the service's readers of certificates ask of node:crypto, for browsers; the build puts this in its place.

import { sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

const hashes = { sha1, sha256 } as const;

export function hash(name: keyof typeof hashes, data: Uint8Array | string, encoding: 'hex' | 'buffer') {
  const digest = hashes[name](typeof data === 'string' ? utf8ToBytes(data) : data);
  return encoding === 'hex' ? bytesToHex(digest) : digest;
}

/** Whether a point is on its curve is for the service to say; here keys are only looked at. */
export function createPublicKey(): object {
  return {};
}

// Named by modules that are loaded for what else they have. Nothing in the browser comes this far.
const notHere = (): never => {
  throw new TypeError('this is for the service alone');
};
export const constants = {};
export const createCipheriv = notHere;
export const createHash = notHere;
export const createVerify = notHere;
export const pbkdf2 = notHere;
export const timingSafeEqual = notHere;
export const verify = notHere;
