import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDuration, createCallMetrics, noDurations } from '../../src/app/call-metrics.ts';
import { createMetrics } from '../../src/app/metrics.ts';
import { catalog } from '../../src/protocols/rpc/catalog.ts';

const operation = catalog.get('2020-06-30')?.get('ListCert');
const none = () => 0;
const gauges = {
  certificates: none,
  journalSequence: none,
  rememberedNonces: none,
  lostLogLines: none,
  workers: none,
};
const labels = 'product="cas",operation="ListCert"';

test('calls are counted by operation and code, and their duration in cumulative buckets up to and with each bound', async (t) => {
  const metrics = createMetrics(gauges);
  t.after(metrics.stop);
  for (const seconds of [0.0004, 0.0005, 0.0006, 5, 5.1]) metrics.countCall({ operation, code: undefined }, seconds);
  metrics.countCall({ operation, code: 'InvalidDays' }, 0.001);
  const text = await metrics.text();
  const lines = text.split('\n');
  for (const line of [
    '# TYPE certitude_calls_total counter',
    `certitude_calls_total{${labels},code="OK"} 5`,
    `certitude_calls_total{${labels},code="InvalidDays"} 1`,
    '# TYPE certitude_call_duration_seconds histogram',
    `certitude_call_duration_seconds_bucket{le="0.0005",${labels}} 2`,
    `certitude_call_duration_seconds_bucket{le="0.001",${labels}} 4`,
    `certitude_call_duration_seconds_bucket{le="1",${labels}} 4`,
    `certitude_call_duration_seconds_bucket{le="5",${labels}} 5`,
    `certitude_call_duration_seconds_bucket{le="+Inf",${labels}} 6`,
    `certitude_call_duration_seconds_count{${labels}} 6`,
  ]) {
    assert.ok(lines.includes(line), `${line} is not in\n${text}`);
  }
  const sum = lines.find((line) => line.startsWith('certitude_call_duration_seconds_sum')) ?? '';
  assert.ok(Math.abs(Number(sum.split(' ').at(-1)) - 10.1025) < 1e-9, sum);
  // Every line is a comment, a sample or empty, and each metric is described once.
  const sample = /^[a-z0-9_]+(?:\{[a-z]+="[^"\\]*"(?:,[a-z]+="[^"\\]*")*\})? \S+$/i;
  for (const line of lines) assert.ok(line === '' || line.startsWith('# ') || sample.test(line), line);
  const described = lines.filter((line) => line.startsWith('# TYPE '));
  assert.equal(new Set(described).size, described.length);
  assert.ok(text.endsWith('\n'));
});

test('what a caller invents becomes no label: names in codes of calls without an operation are left out', async (t) => {
  const metrics = createMetrics(gauges);
  t.after(metrics.stop);
  for (const code of ['InvalidMadeUp', 'MissingSomething', 'SignatureNonceUsed']) {
    metrics.countCall({ operation: undefined, code }, 0.001);
  }
  const text = await metrics.text();
  assert.match(text, /^certitude_calls_total\{product="none",operation="none",code="Invalid"\} 2$/m);
  assert.match(text, /^certitude_calls_total\{product="none",operation="none",code="SignatureNonceUsed"\} 1$/m);
  assert.doesNotMatch(text, /MadeUp|Something/);
});

test('calls that another thread has counted are told as if they had been counted here', () => {
  const [here, there] = [createCallMetrics(), createCallMetrics()];
  for (const code of [undefined, 'InvalidDays', 'Throttling.User']) {
    const durations = noDurations();
    // Such as are added up without an error in the last digit.
    for (const seconds of [2 ** -12, 2 ** -11, 2 ** -6, 4, 8]) {
      here.count({ operation, code }, seconds);
      addDuration(durations, seconds);
    }
    there.add({ operation, code }, durations);
  }
  assert.equal(there.text(), here.text());
  assert.match(here.text(), /_count\{.*\} 15$/m);
});
