// What goes out together, and what has to be done before.

import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { listen } from '../../src/app/http/listen.ts';

test('what has to be done before replies is done before the first of those that go out together', async (t) => {
  let undone = 0;
  const log: string[] = [];
  const server = await listen(
    { host: '127.0.0.1', port: 0 },
    {
      answer: ({ path }) => {
        // The first needs nothing done; the second, of the same turn, does.
        if (path === '/second') undone += 1;
        return {
          status: 200,
          headers: {},
          // Read when it is sent.
          get body() {
            log.push(`${path} ${undone}`);
            return path;
          },
        };
      },
      beforeReplies: () => {
        log.push(`before ${undone}`);
        undone = 0;
      },
    },
  );
  t.after(() => server.close(0));
  const socket = connect(server.port, '127.0.0.1');
  t.after(() => socket.destroy());
  // In one piece, so that both are read in one turn.
  socket.write('GET /first HTTP/1.1\r\nhost: x\r\n\r\nGET /second HTTP/1.1\r\nhost: x\r\n\r\n');
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
    if (text.includes('/first') && text.includes('/second')) break;
  }
  assert.equal(log[0], 'before 1');
  assert.ok(
    log.slice(1).every((line) => line.endsWith(' 0')),
    log.join(', '),
  );
});
