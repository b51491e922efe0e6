// Looks for secrets in whatever was written, in the forms in which a secret is likely to have got there.

import type { KeyObject } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Secret {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Written {
  readonly where: string;
  readonly bytes: Uint8Array;
}

export const textSecret = (name: string, text: string): Secret => ({ name, bytes: Buffer.from(text) });

/** The key as a whole (PKCS #8), and the numbers in it that suffice to have it. */
export function keySecrets(name: string, key: KeyObject): Secret[] {
  const { d = '', p, q } = key.export({ format: 'jwk' });
  const numbers = [d, ...(p && q ? [p, q] : [])].map((number) => Buffer.from(number, 'base64url'));
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  return [pkcs8, ...numbers].map((bytes, index) => ({ name: `${name}, part ${index}`, bytes }));
}

/** Every file in the folder and those in it. */
export function filesIn(folder: string): Written[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile())
    .map((path) => ({ where: path, bytes: readFileSync(path) }));
}

/** Where which secret was found. */
export function findSecrets(secrets: readonly Secret[], written: readonly Written[]): string[] {
  const sought = secrets.map(({ name, bytes }) => ({ name, forms: formsOf(bytes) }));
  return written.flatMap(({ where, bytes }) => {
    const text = Buffer.from(bytes).toString('latin1');
    // As PEM is broken into lines, and PEM in JSON into escaped ones.
    const joined = text.replaceAll(/\r|\n|\\r|\\n/g, '');
    return sought
      .filter(({ forms }) => forms.some((form) => text.includes(form) || joined.includes(form)))
      .map(({ name }) => `${name} in ${where}`);
  });
}

/** One character an octet. */
function formsOf(bytes: Uint8Array): string[] {
  const buffer = Buffer.from(bytes);
  const raw = buffer.toString('latin1');
  const hex = buffer.toString('hex');
  const base64 = [0, 1, 2].flatMap((offset) => {
    // Only the characters that stand for nothing but the secret, whatever is before and behind it.
    const [from, to] = [Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6)];
    const shifted = Buffer.concat([new Uint8Array(offset), buffer]);
    return [shifted.toString('base64').slice(from, to), shifted.toString('base64url').slice(from, to)];
  });
  const inUrl = encodeURIComponent(raw);
  // The string to sign of V1 has parameters encoded twice.
  const inStringToSign = encodeURIComponent(inUrl);
  return [raw, hex, hex.toUpperCase(), ...base64, inUrl, inStringToSign, JSON.stringify(raw).slice(1, -1)];
}
