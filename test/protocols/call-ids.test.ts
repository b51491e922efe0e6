import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createCallIds } from '../../src/protocols/rpc/call-ids.ts';

test('a RequestId is an upper-case UUID of version 4 and variant 10 (RFC 9562 §5.4), a trace id 32 digits, and none comes twice', () => {
  const { requestId, traceId } = createCallIds(randomBytes);
  const ids = new Set<string>();
  for (let call = 0; call < 1000; call++) {
    const [request, trace] = [requestId(), traceId()];
    assert.match(request, /^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
    assert.match(trace, /^[0-9a-f]{32}$/);
    ids.add(request).add(trace);
  }
  assert.equal(ids.size, 2000);
});

test('all random octets are in the ids, but for the six bits that version and variant take', () => {
  for (const octet of [0x00, 0x5a, 0xff]) {
    const { requestId, traceId } = createCallIds((length) => new Uint8Array(length).fill(octet));
    const digits = octet.toString(16).padStart(2, '0');
    assert.equal(traceId(), digits.repeat(16));
    const upper = digits.toUpperCase();
    const third = `4${upper[1]}${upper}`;
    const fourth = `${'89AB'[(octet >>> 4) & 3]}${upper[1]}${upper}`;
    assert.equal(requestId(), `${upper.repeat(4)}-${upper.repeat(2)}-${third}-${fourth}-${upper.repeat(6)}`);
  }
});
