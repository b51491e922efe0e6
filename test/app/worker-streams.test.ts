// Long bodies between two threads, of which one may die.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { MessageChannel, Worker } from 'node:worker_threads';
import { HeaderLines } from '../../src/app/http/header-lines.ts';
import { postedRequest } from '../../src/app/workers/messages.ts';
import { answerStream } from '../../src/app/workers/streams.ts';
import type { StreamedReply } from '../../src/protocols/edge.ts';
import { patienceMillis } from '../until.ts';

const asked = {
  method: 'POST',
  path: '/v1/status',
  query: '',
  headers: new HeaderLines([]),
  body: new Uint8Array(),
  sourceAddress: () => '192.0.2.1',
  secure: true,
};

test('a reply to a thread that has died since it asked has ended, not whole', {
  timeout: patienceMillis,
}, async (t) => {
  const thread = new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true });
  await once(thread, 'online');
  const { port1, port2 } = new MessageChannel();
  thread.postMessage(port1, [port1]);
  const ended = Promise.withResolvers<boolean>();
  async function* pieces(): AsyncGenerator<Uint8Array, void, void> {
    yield new Uint8Array(1);
  }
  const reply: StreamedReply = { status: 200, headers: {}, body: pieces(), ended: ended.resolve };
  const answer = async () => {
    await thread.terminate();
    return reply;
  };
  const stream = { request: postedRequest(asked, { id: 1, listener: 'plain' }), body: port2 };
  await answerStream(stream, answer, (posted, ports) => {
    thread.postMessage(posted, ports);
    // Or a failure of this test would keep the process.
    t.after(() => posted.body?.close());
  });
  assert.equal(await ended.promise, false);
});
