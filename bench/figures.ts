// What a benchmark gives back, and how repeated measurements become one figure.

export interface Row {
  readonly what: string;
  readonly figure: string;
  /** The figure over its baseline, where there is one. */
  readonly ratio?: number;
  /** What it is to reach (goals.ts), and whether it did. */
  readonly goal?: string;
  readonly met?: boolean;
}

/** With the sizes that take minutes and gigabytes: the option --large. */
export const isLarge = process.argv.includes('--large');

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** @param share of the values that are not above it, 0 to 1. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
