// What each figure is to reach, by the benchmark's name and its row's.

import type { Row } from './figures.ts';

interface Goal {
  readonly bench: string;
  readonly what: RegExp;
  /** Of the row's ratio, or of the number its figure begins with. */
  readonly of: 'ratio' | 'figure';
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly unit: string;
}

const goals: readonly Goal[] = [
  { bench: 'status', what: /^signed status call/, of: 'ratio', atLeast: 0.6, unit: 'of the bare server' },
  { bench: 'ocsp', what: /^kept answer, GET/, of: 'ratio', atLeast: 0.85, unit: 'of the bare server' },
  { bench: 'ocsp', what: /^kept answer, POST/, of: 'ratio', atLeast: 0.75, unit: 'of the bare server' },
  // Of these rows the ratio is theirs over ours.
  { bench: 'ocsp', what: /^cfssl ocspserve/, of: 'ratio', atMost: 0.5, unit: 'of ours' },
  { bench: 'ocsp', what: /^openssl ocsp, EC/, of: 'ratio', atMost: 1, unit: 'of ours' },
  { bench: 'ocsp', what: /^openssl ocsp, RSA/, of: 'ratio', atMost: 1.05, unit: 'of ours' },
  { bench: 'bulk', what: /^compatible call.*, 1000 serial/, of: 'figure', atLeast: 1, unit: 'M/s' },
  { bench: 'bulk', what: /^\/v1\/status, packed, 1000000 serial/, of: 'figure', atLeast: 3, unit: 'M/s' },
  { bench: 'workers', what: /two threads$/, of: 'ratio', atLeast: 1.7, unit: 'of one thread' },
  { bench: 'workers', what: /two threads, by processor$/, of: 'ratio', atLeast: 0.9, unit: 'of one thread' },
  {
    bench: 'crl',
    what: /^CRL with 1000000 entries.*after revocations.*published$/,
    of: 'ratio',
    atLeast: 25,
    unit: 'times as fast',
  },
  { bench: 'crl', what: /^ *peak memory/, of: 'figure', atMost: 200, unit: 'MiB' },
  { bench: 'issue', what: /^issuing from a request/, of: 'figure', atLeast: 5000, unit: 'certificates/s' },
  { bench: 'revoke', what: /^revoking/, of: 'figure', atLeast: 10_000, unit: 'revocations/s' },
  { bench: 'start', what: /^restart with 1000000/, of: 'figure', atMost: 3000, unit: 'ms' },
  { bench: 'start', what: /^the status index made/, of: 'figure', atLeast: 2, unit: 'M certificates/s' },
  { bench: 'memory', what: /^1000?000000 certificates: octets each, of/, of: 'figure', atMost: 40, unit: 'octets' },
  { bench: 'secrets', what: /^secrets as/, of: 'figure', atMost: 4.5, unit: 'standard errors' },
  // Or the measurement would not notice one that tells.
  { bench: 'secrets', what: /stopping at the first/, of: 'figure', atLeast: 4.5, unit: 'standard errors' },
];

/** The row with its goal beside it, where there is one. */
export function besideGoal(bench: string, row: Row): Row {
  const goal = goals.find((each) => each.bench === bench && each.what.test(row.what));
  const value = goal?.of === 'ratio' ? row.ratio : Number.parseFloat(row.figure);
  if (!goal || value === undefined || Number.isNaN(value)) return row;
  const { atLeast, atMost, unit } = goal;
  if (atLeast !== undefined) return { ...row, goal: `≥ ${atLeast} ${unit}`, met: value >= atLeast };
  return atMost === undefined ? row : { ...row, goal: `≤ ${atMost} ${unit}`, met: value <= atMost };
}
