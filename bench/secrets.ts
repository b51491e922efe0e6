// Whether the time a comparison of secrets takes tells where they differ: Welch's t of those that differ in the first octet
// against those that differ in the last. As a baseline the comparison that stops at the first difference, which must be found.

import { bytesToLatin1, equalSecrets, equalSecretTexts } from '../src/base/bytes.ts';
import { median, type Row } from './figures.ts';

const comparisons = 100_000;
/** By which the engine learns. */
const warmUp = 10_000;
/** Compared in one go: the clock's own steps are as long as a comparison. */
const together = 10;
const runs = 5;

type Compare = (secret: Uint8Array, other: Uint8Array) => boolean;

export async function benchSecrets(): Promise<Row[]> {
  const stopping: Compare = (secret, other) => secret.every((octet, at) => octet === other[at]);
  const texts: Compare = (secret, other) => equalSecretTexts(bytesToLatin1(secret), bytesToLatin1(other));
  return [
    row('secrets as octets', equalSecrets),
    row('secrets as texts', texts),
    row('octets, stopping at the first that differs', stopping),
  ];
}

function row(what: string, compare: Compare): Row {
  const t = median(Array.from({ length: runs }, () => Math.abs(welchOf(compare))));
  return { what: `${what}: |t| of Welch`, figure: `${t.toFixed(1)}, of ${runs} runs of ${comparisons} the middle one` };
}

function welchOf(compare: Compare): number {
  const secret = new Uint8Array(32).fill(7);
  const other = secret.slice();
  const times: [number[], number[]] = [[], []];
  for (let index = 0; index < warmUp + comparisons; index++) {
    const isLate = Math.random() < 0.5 ? 1 : 0;
    // Both are made by the same writes at the same places: other places lie differently in the caches.
    other[0] = 8 - isLate;
    other[31] = 7 + isLate;
    const began = process.hrtime.bigint();
    for (let again = 0; again < together; again++) compare(secret, other);
    const took = Number(process.hrtime.bigint() - began);
    if (index >= warmUp) times[isLate].push(took);
  }
  return welch(trimmed(times[0]), trimmed(times[1]));
}

/** Without the tenth that was slowest: what the machine did meanwhile. */
function trimmed(values: readonly number[]): number[] {
  return values.toSorted((a, b) => a - b).slice(0, Math.floor(values.length * 0.9));
}

function welch(a: readonly number[], b: readonly number[]): number {
  const moments = (values: readonly number[]) => {
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
    const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
    return { mean, error: variance / values.length };
  };
  const [x, y] = [moments(a), moments(b)];
  return (x.mean - y.mean) / Math.sqrt(x.error + y.error);
}
