// Where the master key comes from: a key file in the data folder, or a passphrase. Everything secret in the store is
// sealed under it, so a wrong key is found out at the start, and a lost one is never replaced by a new one.

import { scrypt } from 'node:crypto';
import { closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { bytesToHex, hexToBytes, type RandomBytes } from '../base/bytes.ts';
import { SealBroken } from '../base/sealing.ts';
import { createDurableFile } from './durable-file.ts';
import { Sealer } from './sealer.ts';

export interface MasterKeyOptions {
  readonly dataDir: string;
  /** Absent: the key is in the file `master.key` of the data folder, made at the first start. */
  readonly passphrase?: string;
  /** Where the store remembers how its key is made and checked. Nothing secret is put there. */
  readonly settings: {
    setting(name: string): Promise<string | undefined>;
    /** Puts a value unless there is one; says whether it did. */
    addSetting(name: string, value: string): Promise<boolean>;
  };
  readonly random: RandomBytes;
}

export type MasterKeyProblemKind =
  /** The store was made with a key file, and it is not there. */
  | 'missing-key-file'
  /** The key file can be read by others than its owner. */
  | 'readable-by-others'
  /** The key file is not one of ours. */
  | 'malformed-key-file'
  /** The key or the passphrase is not the one the store was made with. */
  | 'wrong-key'
  /** A passphrase for a store with a key file, or none for a store with a passphrase. */
  | 'wrong-mode'
  /** What the store remembers of its key cannot be understood. */
  | 'malformed-record';

/** Thrown when the master key is not to be had. The message says what to do. */
export class MasterKeyProblem extends Error {
  override readonly name = 'MasterKeyProblem';
  readonly kind: MasterKeyProblemKind;
  constructor(kind: MasterKeyProblemKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

export function masterKeyFile(dataDir: string): string {
  return join(dataDir, 'master.key');
}

/**
 * The sealer for this store. On a new store the key is made, durably, before anything can be sealed under it.
 * Takes a tenth of a second or more with a passphrase.
 * @throws {MasterKeyProblem}
 */
export async function openMasterKey(options: MasterKeyOptions): Promise<Sealer> {
  const { dataDir, passphrase, settings, random } = options;
  if (passphrase === '') throw new MasterKeyProblem('wrong-key', 'The passphrase of the master key is empty.');
  const stored = await settings.setting(settingName);
  if (stored === undefined) return await makeMasterKey(options);
  const record = parseRecord(stored);
  if (record.mode === 'key-file') {
    if (passphrase !== undefined) {
      throw new MasterKeyProblem(
        'wrong-mode',
        `The store in ${dataDir} was made with a key file. Start without a passphrase.`,
      );
    }
    const key = readKeyFile(dataDir);
    if (key === undefined) {
      throw new MasterKeyProblem(
        'missing-key-file',
        `${masterKeyFile(dataDir)} is not there, and the private keys in the store do not open without it. Restore it from a backup.`,
      );
    }
    return requireRightKey(new Sealer(key, random), record, `${masterKeyFile(dataDir)} is not the key`);
  }
  if (passphrase === undefined) {
    throw new MasterKeyProblem(
      'wrong-mode',
      `The store in ${dataDir} was made with a passphrase. Start with the same one.`,
    );
  }
  const sealer = new Sealer(await deriveKey(passphrase, record), random);
  return requireRightKey(sealer, record, 'The passphrase is not the one');
}

/** A crash in here leaves at most a key file under which nothing is sealed; the next start takes it as the key. */
async function makeMasterKey(options: MasterKeyOptions): Promise<Sealer> {
  const { dataDir, passphrase, settings, random } = options;
  const derivation = { mode: 'passphrase', salt: bytesToHex(random(16)), n: 2 ** 17, r: 8, p: 1 } as const;
  const key = passphrase === undefined ? ensureKeyFile(dataDir, random) : await deriveKey(passphrase, derivation);
  const sealer = new Sealer(key, random);
  const check = bytesToHex(sealer.seal(checkIdentity, checkPlain));
  const record: MasterKeyRecord = passphrase === undefined ? { mode: 'key-file', check } : { ...derivation, check };
  // Another process that was first has made the key; then its record says how to come by it.
  return (await settings.addSetting(settingName, JSON.stringify(record))) ? sealer : await openMasterKey(options);
}

interface Derivation {
  /** Hexadecimal. */
  readonly salt: string;
  /** The costs of scrypt (RFC 7914 §2). */
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

type MasterKeyRecord =
  | { readonly mode: 'key-file'; readonly check: string }
  | ({ readonly mode: 'passphrase'; readonly check: string } & Derivation);

const settingName = 'master-key';
const checkIdentity = 'master-key-check';
const checkPlain = Buffer.from('certitude master key', 'utf8');
const keyOctets = 32;

function requireRightKey(sealer: Sealer, { check }: MasterKeyRecord, complaint: string): Sealer {
  try {
    sealer.open(checkIdentity, hexToBytes(check));
    return sealer;
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    throw new MasterKeyProblem('wrong-key', `${complaint} this store was made with. Nothing has been changed.`);
  }
}

function deriveKey(passphrase: string, { salt, n, r, p }: Derivation): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // The same characters may come composed or decomposed from different keyboards.
    const secret = Buffer.from(passphrase.normalize('NFC'), 'utf8');
    // RFC 7914 §2: 128 · N · r octets, 128 MiB; Node wants the limit said, with some room.
    const costs = { N: n, r, p, maxmem: 128 * n * r * 2 };
    scrypt(secret, hexToBytes(salt), keyOctets, costs, (error, key) => {
      secret.fill(0);
      if (error) reject(error);
      else resolve(key);
    });
  });
}

function ensureKeyFile(dataDir: string, random: RandomBytes): Uint8Array {
  const found = readKeyFile(dataDir);
  if (found !== undefined) return found;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const key = random(keyOctets);
  try {
    createDurableFile(masterKeyFile(dataDir), key);
    return key;
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    key.fill(0);
    return ensureKeyFile(dataDir, random);
  }
}

/** `undefined` when there is no such file. */
function readKeyFile(dataDir: string): Uint8Array | undefined {
  const file = masterKeyFile(dataDir);
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
  try {
    const { mode, size } = fstatSync(descriptor);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new MasterKeyProblem(
        'readable-by-others',
        `${file} is open to others than its owner. Consider who may have read it, then chmod 600 it.`,
      );
    }
    const key = new Uint8Array(keyOctets);
    if (size !== keyOctets || readSync(descriptor, key) !== keyOctets) {
      throw new MasterKeyProblem(
        'malformed-key-file',
        `${file} does not hold ${keyOctets} octets. Restore it from a backup.`,
      );
    }
    return key;
  } finally {
    closeSync(descriptor);
  }
}

function parseRecord(text: string): MasterKeyRecord {
  let record: Partial<Record<string, unknown>> = {};
  try {
    record = Object(JSON.parse(text));
  } catch {
    // Refused below, as every other text that is no record.
  }
  const { mode, check, salt, n, r, p } = record;
  if (isHex(check)) {
    if (mode === 'key-file') return { mode, check };
    // Bounded, since the database's writer must not choose how much memory a start takes, nor cheapen guessing.
    if (mode === 'passphrase' && isHex(salt) && n === 2 ** 17 && r === 8 && p === 1) {
      return { mode, check, salt, n, r, p };
    }
  }
  throw new MasterKeyProblem(
    'malformed-record',
    'The store does not say how its master key is made. Restore the database from a backup.',
  );
}

function isHex(value: unknown): value is string {
  return typeof value === 'string' && /^([0-9a-f]{2}){16,100}$/.test(value);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
