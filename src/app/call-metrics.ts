// Calls by operation and code, and how long they took: counted in plain numbers, put into words when /metrics is read. To count a
// call through prom-client takes as long as to look its certificate up.

import type { CallOutcome } from '../protocols/rpc/gateway.ts';
import type { Operation } from '../protocols/rpc/operation.ts';

export interface CallMetrics {
  readonly count: (outcome: Pick<CallOutcome, 'operation' | 'code'>, durationSeconds: number) => void;
  /** In the Prometheus text format. */
  readonly text: () => string;
}

/** Upper bounds in seconds; a further bucket takes what took longer. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

interface Counted {
  readonly byCode: Map<string, { calls: number }>;
  /** Calls that fell into each bucket, and in none before it. */
  readonly buckets: Float64Array;
  seconds: number;
}

export function createCallMetrics(): CallMetrics {
  const byOperation = new Map<Operation | undefined, Counted>();
  return {
    count: ({ operation, code = 'OK' }, durationSeconds) => {
      let counted = byOperation.get(operation);
      if (counted === undefined) {
        counted = { byCode: new Map(), buckets: new Float64Array(bounds.length + 1), seconds: 0 };
        byOperation.set(operation, counted);
      }
      // Codes such as InvalidDays are made from declared parameter names, so their number is bounded; those of a call that
      // never got to an operation are made from names that its caller chose.
      const kept = operation === undefined && /^(Missing|Invalid)/.test(code) ? 'Invalid' : code;
      const ofCode = counted.byCode.get(kept);
      if (ofCode) ofCode.calls++;
      else counted.byCode.set(kept, { calls: 1 });
      let bucket = 0;
      while (durationSeconds > (bounds[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
      counted.buckets[bucket] = (counted.buckets[bucket] ?? 0) + 1;
      counted.seconds += durationSeconds;
    },
    text: () => `${callsText(byOperation)}\n${durationText(byOperation)}`,
  };
}

type ByOperation = ReadonlyMap<Operation | undefined, Counted>;

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
  for (const [operation, { buckets, seconds }] of byOperation) {
    const labels = labelsOf(operation);
    let calls = 0;
    for (const [bucket, those] of buckets.entries()) {
      calls += those;
      lines.push(`${name}_bucket{le="${bounds[bucket] ?? '+Inf'}",${labels}} ${calls}`);
    }
    lines.push(`${name}_sum{${labels}} ${seconds}`, `${name}_count{${labels}} ${calls}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Of the catalogue, whose names have nothing to escape; `none` for a call that never got so far. */
function labelsOf(operation: Operation | undefined): string {
  return `product="${operation?.product.code ?? 'none'}",operation="${operation?.name ?? 'none'}"`;
}
