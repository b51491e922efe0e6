// Passwords as argon2id hashes (RFC 9106), in the PHC string format, so that a hash tells how it was made.

import { type Argon2Parameters, argon2 } from 'node:crypto';
import { promisify } from 'node:util';
import { atMost } from '../base/at-most.ts';
import { equalSecrets, type RandomBytes } from '../base/bytes.ts';
import { maxPasswordLength } from './password-policy.ts';

/**
 * Cost of new hashes: 19 MiB and two passes, the least that OWASP's Password Storage Cheat Sheet takes for argon2id. More
 * memory would let a few sign-ins at once crowd out the service.
 */
const cost = { memory: 19_456, passes: 2, parallelism: 1 } as const;

// RFC 9106 §3.1 and §4: 128 bits of salt, 256 bits of tag.
const saltOctets = 16;
const tagOctets = 32;

type Cost = Pick<Argon2Parameters, 'memory' | 'passes' | 'parallelism'>;

const derive = promisify(argon2);

/**
 * Hashing runs on the threads that files are read and signatures made on, of which there are four. Whoever sends passwords
 * may be anybody, so there is always a thread left for those who do something else.
 */
const inTurn = atMost({ running: 2, waiting: 64 });

/** @returns the hash as text in UTF-8, to be sealed. @throws {TooMuchWaiting} */
export async function hashPassword(password: string, randomBytes: RandomBytes): Promise<Uint8Array> {
  const salt = randomBytes(saltOctets);
  const tag = await tagOf(password, salt, cost);
  const { memory, passes, parallelism } = cost;
  const parameters = `m=${memory},t=${passes},p=${parallelism}`;
  return new TextEncoder().encode(`$argon2id$v=19$${parameters}$${base64(salt)}$${base64(tag)}`);
}

/**
 * Takes as long where there is no hash (no such user, or one that cannot sign in) as where there is one, so that the
 * delay of an answer does not tell which users there are.
 *
 * @param hash as {@link hashPassword} made it.
 * @throws {TooMuchWaiting}
 */
export async function verifyPassword(password: string, hash: Uint8Array | undefined): Promise<boolean> {
  const { salt, tag, made } = hash === undefined ? nobodys : parseHash(new TextDecoder().decode(hash));
  // A text no password can have is not hashed in full length: what is sent here is anybody's.
  const found = await tagOf(password.slice(0, maxPasswordLength + 1), salt, made);
  return equalSecrets(found, tag) && hash !== undefined && password.length <= maxPasswordLength;
}

const nobodys = { salt: new Uint8Array(saltOctets), tag: new Uint8Array(tagOctets), made: cost } as const;

function tagOf(password: string, nonce: Uint8Array, made: Cost): Promise<Uint8Array> {
  return inTurn(() => derive('argon2id', { message: password, nonce, tagLength: tagOctets, ...made }));
}

function parseHash(text: string): { readonly salt: Uint8Array; readonly tag: Uint8Array; readonly made: Cost } {
  const parts = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text);
  const [, memory = '', passes = '', parallelism = '', salt = '', tag = ''] = parts ?? [];
  if (parts === null) throw new TypeError('not an argon2id hash');
  const made = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  return { salt: Buffer.from(salt, 'base64'), tag: Buffer.from(tag, 'base64'), made };
}

/** Without padding, as the PHC string format has it. */
function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replaceAll('=', '');
}
