// What every refusal looks like to its caller.

import assert from 'node:assert/strict';
import type { Reply } from './signed-request.ts';

export function assertRefused(reply: Reply, status: number, code: string, message?: RegExp): void {
  assert.deepEqual([reply.status, reply.body['Code']], [status, code], reply.text);
  assert.match(String(reply.body['RequestId']), /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
  assert.equal(reply.headers.get('x-acs-request-id'), reply.body['RequestId']);
  assert.match(String(reply.headers.get('x-acs-trace-id')), /^[0-9a-f]{32}$/);
  assert.ok(reply.body['HostId'] && reply.body['Recommend']);
  assert.doesNotMatch(reply.text, /\.ts:|at \w+ \(|node:/, 'no stack trace');
  if (message) assert.match(String(reply.body['Message']), message);
}
