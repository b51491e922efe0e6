// Calls by operation and code, and how long they took: counted in plain numbers, put into words when /metrics is read. To count a
// call through prom-client takes as long as to look its certificate up.

import type { CallOutcome } from '../protocols/rpc/gateway.ts';
import type { Operation } from '../protocols/rpc/operation.ts';

type Counted = Pick<CallOutcome, 'operation' | 'code'>;

export interface CallMetrics {
  readonly count: (outcome: Counted, durationSeconds: number) => void;
  /** The same of many that ended alike. */
  readonly add: (outcome: Counted, durations: Durations) => void;
  /** In the Prometheus text format. */
  readonly text: () => string;
}

/** Upper bounds in seconds; a further bucket takes what took longer. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** How long some calls took. */
export interface Durations {
  calls: number;
  /** Calls that fell into each bucket, and in none before it. */
  readonly buckets: Float64Array;
  /** All together. */
  seconds: number;
}

export function noDurations(): Durations {
  return { calls: 0, buckets: new Float64Array(bounds.length + 1), seconds: 0 };
}

export function addDuration(durations: Durations, seconds: number): void {
  const { buckets } = durations;
  let bucket = 0;
  while (seconds > (bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
  buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  durations.seconds += seconds;
  durations.calls++;
}

function addDurations(durations: Durations, { calls, buckets, seconds }: Durations): void {
  for (const [bucket, those] of buckets.entries()) durations.buckets[bucket] = (durations.buckets[bucket] ?? 0) + those;
  durations.seconds += seconds;
  durations.calls += calls;
}

interface OfOperation {
  readonly byCode: Map<string, { calls: number }>;
  readonly durations: Durations;
}

export function createCallMetrics(): CallMetrics {
  const byOperation = new Map<Operation | undefined, OfOperation>();
  const take = ({ operation, code = 'OK' }: Counted, calls: number): Durations => {
    let of = byOperation.get(operation);
    if (of === undefined) {
      of = { byCode: new Map(), durations: noDurations() };
      byOperation.set(operation, of);
    }
    // Codes such as InvalidDays are made from declared parameter names, so their number is bounded; those of a call that
    // never got to an operation are made from names that its caller chose.
    const kept = operation === undefined && /^(Missing|Invalid)/.test(code) ? 'Invalid' : code;
    const ofCode = of.byCode.get(kept);
    if (ofCode) ofCode.calls += calls;
    else of.byCode.set(kept, { calls });
    return of.durations;
  };
  return {
    count: (outcome, durationSeconds) => addDuration(take(outcome, 1), durationSeconds),
    add: (outcome, durations) => addDurations(take(outcome, durations.calls), durations),
    text: () => `${callsText(byOperation)}\n${durationText(byOperation)}`,
  };
}

type ByOperation = ReadonlyMap<Operation | undefined, OfOperation>;

function callsText(byOperation: ByOperation): string {
  const lines = [
    '# HELP certitude_calls_total Calls of the RPC API by operation and error code (OK for none).',
    '# TYPE certitude_calls_total counter',
  ];
  for (const [operation, { byCode }] of byOperation) {
    for (const [code, { calls }] of byCode) {
      lines.push(`certitude_calls_total{${labelsOf(operation)},code="${code}"} ${calls}`);
    }
  }
  return `${lines.join('\n')}\n`;
}

function durationText(byOperation: ByOperation): string {
  const name = 'certitude_call_duration_seconds';
  const lines = [`# HELP ${name} Time from the request to its answer, by operation.`, `# TYPE ${name} histogram`];
  for (const [operation, { durations }] of byOperation) {
    const { calls, buckets, seconds } = durations;
    const labels = labelsOf(operation);
    let upTo = 0;
    for (const [bucket, those] of buckets.entries()) {
      upTo += those;
      lines.push(`${name}_bucket{le="${bounds[bucket] ?? '+Inf'}",${labels}} ${upTo}`);
    }
    lines.push(`${name}_sum{${labels}} ${seconds}`, `${name}_count{${labels}} ${calls}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Of the catalogue, whose names have nothing to escape; `none` for a call that never got so far. */
function labelsOf(operation: Operation | undefined): string {
  return `product="${operation?.product.code ?? 'none'}",operation="${operation?.name ?? 'none'}"`;
}
