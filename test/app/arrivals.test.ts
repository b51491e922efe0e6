// First requests of connections that come together, one request each, as OCSP clients ask.

import assert from 'node:assert/strict';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { listen } from '../../src/app/http/listen.ts';

const host = '127.0.0.1';

function ask(port: number, path: string): Promise<string> {
  const socket = connect(port, host);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n`);
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(text));
  });
}

test('what connections that come together ask is answered some at a time, each with its own answer', async (t) => {
  const asked: string[] = [];
  const groups: number[] = [];
  const server = await listen(
    { host, port: 0 },
    {
      answer: ({ path }) => {
        asked.push(path);
        return { status: 200, headers: {}, body: path };
      },
      beforeReplies: () => groups.push(asked.splice(0).length),
    },
  );
  t.after(() => server.close(0));
  const paths = Array.from({ length: 100 }, (_, each) => `/${each}`);
  const replies = await Promise.all(paths.map((path) => ask(server.port, path)));
  for (const [index, reply] of replies.entries()) assert.ok(reply.endsWith(`\r\n\r\n/${index}`), reply);
  assert.ok(groups.length < 50, `${groups.length} groups`);
});

test('who asks is not kept waiting by those who connect and ask nothing', async (t) => {
  let accepted = 0;
  const count = (): void => {
    accepted += 1;
  };
  subscribe('net.server.socket', count);
  t.after(() => unsubscribe('net.server.socket', count));
  let acceptedBefore = 0;
  const answer = () => {
    acceptedBefore = accepted;
    return { status: 200, headers: {}, body: '' };
  };
  const server = await listen({ host, port: 0 }, { answer, beforeReplies: () => {} });
  t.after(() => server.close(0));
  const asking = ask(server.port, '/');
  const silent: readonly Socket[] = Array.from({ length: 200 }, () => connect(server.port, host));
  for (const socket of silent) socket.on('error', () => {});
  t.after(() => {
    for (const socket of silent) socket.destroy();
  });
  assert.match(await asking, /^HTTP\/1\.1 200 /);
  assert.ok(acceptedBefore <= 40, `${acceptedBefore} of 200 came first`);
});
