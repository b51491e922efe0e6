// What /metrics tells (Prometheus text format): calls by operation and code, their duration, the size of things.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { type CallMetrics, createCallMetrics } from './call-metrics.ts';

export interface Gauges {
  readonly certificates: () => number;
  readonly journalSequence: () => number;
  readonly rememberedNonces: () => number;
  readonly lostLogLines: () => number;
  /** Threads that serve. */
  readonly workers: () => number;
}

export interface Metrics {
  readonly countOcsp: (method: string, outcome: string, times?: number) => void;
  /** Answers signed again before they ended. */
  readonly countOcspRenewals: (count: number) => void;
  /** CAs for which no responder's certificate could be made. */
  readonly watchOcspResponders: (failing: () => number) => void;
  readonly countCrl: (outcome: 'published' | 'failed', durationSeconds?: number) => void;
  /** Seconds until the first CRL ends; asked for whenever metrics are read. */
  readonly watchCrls: (secondsToExpiry: () => number | undefined) => void;
  readonly countTls: (outcome: 'replaced' | 'failed') => void;
  /** Seconds until the certificate of https ends. */
  readonly watchTls: (secondsToExpiry: () => number) => void;
  readonly countCall: CallMetrics['count'];
  readonly countCalls: CallMetrics['add'];
  /** Replies of a thread beside the main one. */
  readonly countThread: (thread: number, replies: { readonly ownReplies: number; readonly passedOn: number }) => void;
  readonly contentType: string;
  readonly text: () => Promise<string>;
  readonly stop: () => void;
}

export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const calls = createCallMetrics();
  gauge('certitude_certificates', 'Certificates the status index knows.', gauges.certificates, registry);
  gauge(
    'certitude_journal_sequence',
    'Last journal entry the views have taken over.',
    gauges.journalSequence,
    registry,
  );
  gauge('certitude_nonces', 'Signature nonces remembered against replay.', gauges.rememberedNonces, registry);
  new Counter({
    name: 'certitude_access_log_lost_total',
    help: 'Lines of the access log that could not be written. Any is worth an alarm.',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(gauges.lostLogLines());
    },
  });
  // Counted in plain numbers, as calls are.
  const ocspCounts = new Map<string, Map<string, number>>();
  new Counter({
    name: 'certitude_ocsp_total',
    help: 'OCSP requests by HTTP method and outcome.',
    labelNames: ['method', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [method, counts] of ocspCounts) {
        for (const [outcome, count] of counts) this.inc({ method, outcome }, count);
      }
    },
  });
  const ocspRenewals = new Counter({
    name: 'certitude_ocsp_renewals_total',
    help: 'OCSP answers signed again in the background, before those who ask for them would have had to wait.',
    registers: [registry],
  });
  const crls = new Counter({
    name: 'certitude_crl_publications_total',
    help: "Publications of an authority's CRLs, by outcome. Any failed one is worth an alarm.",
    labelNames: ['outcome'],
    registers: [registry],
  });
  const crlDuration = new Histogram({
    name: 'certitude_crl_publication_seconds',
    help: 'Time to build, check and store the CRLs of one authority.',
    buckets: [0.01, 0.05, 0.25, 1, 5, 30],
    registers: [registry],
  });
  gauge('certitude_workers', 'Threads that serve now, the main one included.', gauges.workers, registry);
  const threadReplies = new Counter({
    name: 'certitude_worker_replies_total',
    help: 'Replies of the threads beside the main one, by who made them: the thread itself, or the main thread for it.',
    labelNames: ['thread', 'by'],
    registers: [registry],
  });
  const tls = new Counter({
    name: 'certitude_tls_certificate_changes_total',
    help: 'Changes of the certificate of https, by outcome. Any failed one is worth an alarm.',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return {
    countOcsp: (method, outcome, times = 1) => {
      let counts = ocspCounts.get(method);
      if (!counts) {
        counts = new Map();
        ocspCounts.set(method, counts);
      }
      counts.set(outcome, (counts.get(outcome) ?? 0) + times);
    },
    countOcspRenewals: (count) => ocspRenewals.inc(count),
    watchOcspResponders: (failing) =>
      gauge(
        'certitude_ocsp_responders_failing',
        "CAs for which no OCSP responder's certificate could be made. Any is worth an alarm.",
        failing,
        registry,
      ),
    countCrl: (outcome, durationSeconds) => {
      crls.inc({ outcome });
      if (durationSeconds !== undefined) crlDuration.observe(durationSeconds);
    },
    watchCrls: (secondsToExpiry) =>
      gauge(
        'certitude_crl_seconds_to_expiry',
        'Until the first CRL ends; negative when one has. Absent CRLs do not count.',
        () => secondsToExpiry() ?? Number.NaN,
        registry,
      ),
    countTls: (outcome) => tls.inc({ outcome }),
    watchTls: (secondsToExpiry) =>
      gauge(
        'certitude_tls_seconds_to_expiry',
        'Until the certificate of https ends; negative when it has.',
        secondsToExpiry,
        registry,
      ),
    countCall: calls.count,
    countCalls: calls.add,
    countThread: (thread, { ownReplies, passedOn }) => {
      threadReplies.inc({ thread, by: 'itself' }, ownReplies);
      threadReplies.inc({ thread, by: 'main' }, passedOn);
    },
    contentType: registry.contentType,
    text: onceInATurn(async () => `${await registry.metrics()}\n${calls.text()}`),
    stop: () => registry.clear(),
  };
}

/**
 * Who asks in the same turn of the event loop gets the same text: it takes a millisecond and anybody may ask, also for a thousand in
 * one piece. An answer of one turn is known to nobody before the next.
 */
function onceInATurn(make: () => Promise<string>): () => Promise<string> {
  let made: Promise<string> | undefined;
  return () => {
    if (made === undefined) {
      made = make();
      setImmediate(() => {
        made = undefined;
      });
    }
    return made;
  };
}

function gauge(name: string, help: string, read: () => number, registry: Registry): void {
  new Gauge({
    name,
    help,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}
