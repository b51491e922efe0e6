// Requests that arrive whole are answered without node:http; nobody may see a difference. The same octets on a connection that
// is node:http's are read by it, so each server is its own measure.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type HttpServer, listen } from '../../src/app/http/listen.ts';
import type { EdgeReply, EdgeRequest } from '../../src/protocols/edge.ts';
import { newSeed, type SeededRandom, seededRandom } from '../journeys/seeded-random.ts';

const host = '127.0.0.1';

/** All that a front end is told of a request; its path says how to reply. */
function told({
  method,
  path,
  query,
  headers,
  body,
  sourceAddress,
  secure,
}: EdgeRequest): EdgeReply | Promise<EdgeReply> {
  const fields = ['host', 'x-a', 'content-length', 'connection', 'authorization'].map((name) => [
    name,
    headers.has(name),
    headers.only(name) ?? null,
    headers.all(name),
  ]);
  const octets = body === 'too-large' ? body : Buffer.from(body).toString('hex');
  const text = JSON.stringify({ method, path, query, fields, octets, sourceAddress: sourceAddress(), secure });
  const reply = { status: 200, headers: { 'content-type': 'application/json' }, body: text };
  if (path.startsWith('/later')) return wait(5).then(() => reply);
  if (path.startsWith('/304')) return { ...reply, status: 304, body: '' };
  if (path.startsWith('/octets')) return { ...reply, body: Buffer.from(text) };
  if (path.startsWith('/long')) return { ...reply, body: Buffer.alloc(100_000, text) };
  if (path.startsWith('/names')) return { ...reply, body: '{"名":"ü"}' };
  if (path.startsWith('/split')) return { ...reply, headers: { location: 'x\r\nset-cookie: a=b' } };
  return reply;
}

async function serve(): Promise<HttpServer> {
  return await listen({ host, port: 0 }, { answer: told, beforeReplies: () => {} });
}

/** What comes back until the other side ends, or has said nothing for a while. */
async function talk(port: number, message: string | Buffer): Promise<string> {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  socket.write(message);
  return await until(socket);
}

/** The same over a connection that is node:http's already, since the first request is of a form for it. */
async function talkByNode(port: number, message: string | Buffer): Promise<string> {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  socket.write('DELETE /first HTTP/1.1\r\nHost: h\r\n\r\n');
  let first = '';
  while (!first.endsWith('}')) first += (await once(socket, 'data'))[0];
  socket.write(message);
  return await until(socket);
}

function until(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    // Counted in turns of the event loop, which server and client share: where it stands still for a while, nothing can come.
    let quietTurns = 150;
    const turns = setInterval(() => {
      if (--quietTurns === 0) done('[open]');
    }, 10);
    const done = (ended: string): void => {
      clearInterval(turns);
      socket.destroy();
      resolve(comparable(text) + ended);
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      quietTurns = 20;
    });
    socket.on('end', () => done('[ended]'));
    socket.on('error', () => {});
    socket.on('close', () => done('[ended]'));
  });
}

const comparable = (text: string): string =>
  text.replaceAll(/Date: [^\r]*/g, 'Date: then').replaceAll(/[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}/g, 'id');

describe('a request that arrives whole is answered as node:http answers it', { concurrency: true }, () => {
  let server: HttpServer;
  before(async () => {
    server = await serve();
  });
  test.after(() => server.close(0));

  const same = async (message: string, note = ''): Promise<void> => {
    const octets = Buffer.from(message, 'latin1');
    const [whole, byNode] = await Promise.all([talk(server.port, octets), talkByNode(server.port, octets)]);
    assert.equal(whole, byNode, `${note} ${JSON.stringify(message)}`);
  };
  const get = 'GET /?a=b HTTP/1.1\r\nHost: h\r\n';
  const post = 'POST / HTTP/1.1\r\nHost: h\r\n';

  const plain: Record<string, string> = {
    GET: `${get}\r\n`,
    'the odd characters of a target': 'GET /!"$%&\'()*+,-./:;<=>@[\\]^_`{|}~?? HTTP/1.1\r\nHost: h\r\n\r\n',
    'a fragment': 'GET /a#b?c HTTP/1.1\r\nHost: h\r\n\r\n',
    HEAD: 'HEAD /octets HTTP/1.1\r\nHost: h\r\n\r\n',
    'HEAD of what is long': 'HEAD /long HTTP/1.1\r\nHost: h\r\n\r\n',
    'a POST with a body': `${post}Content-Length: 3\r\n\r\nabc`,
    'a POST without one': `${post}\r\n`,
    'a length of zero': `${post}Content-Length: 0\r\n\r\n`,
    'a length with zeros before it': `${post}Content-Length: 0003\r\n\r\nabc`,
    'a GET with a body': `${get}content-length: 3\r\n\r\nabc`,
    'a body with the end of a head in it': `${post}Content-Length: 8\r\n\r\nab\r\n\r\ncd`,
    'fields that are repeated': `${get}X-A: 1\r\nx-a:2\r\nAuthorization: a\r\nauthorization: b\r\n\r\n`,
    'blanks around values': `${get}X-A:\t  1 2\t3 \t\r\n\r\n`,
    'an empty value': `${get}X-A:\r\nX-A: \r\n\r\n`,
    'the end of a connection': `${get}Connection: Close\r\n\r\n`,
    'keep-alive': `${get}connection: Keep-Alive\r\n\r\n`,
    'HTTP/1.0': 'GET / HTTP/1.0\r\n\r\n',
    'HTTP/1.0 that keeps alive': 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n',
    'a reply without a body': 'GET /304 HTTP/1.1\r\nHost: h\r\n\r\n',
    'a reply of octets': 'GET /octets HTTP/1.1\r\nHost: h\r\n\r\n',
    'a reply that is long': 'GET /long HTTP/1.1\r\nHost: h\r\n\r\n',
    'a reply that is no ASCII': 'GET /names HTTP/1.1\r\nHost: h\r\n\r\n',
    'a reply that comes later': 'GET /later HTTP/1.1\r\nHost: h\r\n\r\n',
    'two at once': `${get}\r\n${post}Content-Length: 1\r\n\r\nx`,
    'two at once, the first taking longer': `GET /later HTTP/1.1\r\nHost: h\r\n\r\n${get}\r\n`,
    'three at once, the second the last': `${get}\r\n${get}Connection: close\r\n\r\n${get}\r\n`,
    'one, and the beginning of another': `${get}\r\n${get}X-A`,
    'one, and one that cannot be read': `${get}\r\nNONSENSE\r\n\r\n`,
    'one that takes longer, and one that cannot be read': 'GET /later HTTP/1.1\r\nHost: h\r\n\r\nNONSENSE\r\n\r\n',
  };
  const other: Record<string, string> = {
    'no Host': 'GET / HTTP/1.1\r\n\r\n',
    'two Hosts': `${get}Host: other\r\n\r\n`,
    'another method': 'DELETE / HTTP/1.1\r\nHost: h\r\n\r\n',
    'a method in small letters': 'get / HTTP/1.1\r\nHost: h\r\n\r\n',
    'a target with the host in it': 'GET http://h/a?b HTTP/1.1\r\nHost: h\r\n\r\n',
    'a target that is a star': 'OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n',
    'a target that is no ASCII': 'GET /\xfc HTTP/1.1\r\nHost: h\r\n\r\n',
    'a blank in the target': 'GET /a b HTTP/1.1\r\nHost: h\r\n\r\n',
    'two blanks': 'GET  / HTTP/1.1\r\nHost: h\r\n\r\n',
    'another version': 'GET / HTTP/1.2\r\nHost: h\r\n\r\n',
    'HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'no version': 'GET /\r\n\r\n',
    'lines before the first': `\r\n\r\n${get}\r\n`,
    'lines that end in LF alone': 'GET / HTTP/1.1\nHost: h\n\n',
    'a CR in a value': `${get}X-A: a\rb\r\n\r\n`,
    'a value of blanks': `${get}X-A: ${' '.repeat(30_000)}\x7f\r\n\r\n`,
    'a value between blanks': `${get}X-A: ${' \t'.repeat(10_000)}a${' \t'.repeat(10_000)}\r\n\r\n`,
    'a NUL in a value': `${get}X-A: a\0b\r\n\r\n`,
    'a value that is no ASCII': `${get}X-A: \xe4\r\n\r\n`,
    'a folded line': `${get}X-A: a\r\n b\r\n\r\n`,
    'a blank before the colon': `${get}X-A : a\r\n\r\n`,
    'a line without a colon': `${get}X-A\r\n\r\n`,
    'a name with a blank': `${get}X A: a\r\n\r\n`,
    'a name that is empty': `${get}: a\r\n\r\n`,
    'a length that is no number': `${post}Content-Length: 3a\r\n\r\nabc`,
    'a length with a sign': `${post}Content-Length: +3\r\n\r\nabc`,
    'a length below nothing': `${post}Content-Length: -3\r\n\r\nabc`,
    'two lengths that agree': `${post}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`,
    'two lengths that do not': `${post}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    'a list of lengths': `${post}Content-Length: 3, 3\r\n\r\nabc`,
    'a length of too much': `${post}Content-Length: 1048577\r\n\r\nabc`,
    'a length of more than there can be': `${post}Content-Length: 99999999999999999999\r\n\r\nabc`,
    'a body in chunks': `${post}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    'chunks and a length': `${post}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
    'a length and chunks': `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    'chunks by another name': `${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    'chunks, with a blank before the colon': `${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    'the wish to be asked': `${post}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`,
    'another expectation': `${post}Expect: nothing\r\nContent-Length: 3\r\n\r\nabc`,
    'a list of connection options': `${get}Connection: keep-alive, close\r\n\r\n`,
    'two connection options': `${get}Connection: keep-alive\r\nConnection: close\r\n\r\n`,
    'the connection of a proxy': `${get}Proxy-Connection: close\r\n\r\n`,
    'a hundred and fifty lines': `${get}${'X-A: 1\r\n'.repeat(150)}\r\n`,
    'more lines than are read': `${get}${'X-A: 1\r\n'.repeat(250)}\r\n`,
    'a reply that cannot be written': 'GET /split HTTP/1.1\r\nHost: h\r\n\r\n',
  };
  for (const [what, message] of Object.entries({ ...plain, ...other })) {
    test(what, () => same(message));
  }

  test('whatever the message is made of', { concurrency: false }, async () => {
    const seed = newSeed('HTTP_SEED');
    const random = seededRandom(seed);
    // Side by side, since most of the time is waiting for what does not come.
    const messages = Array.from({ length: 300 }, () => randomMessage(random));
    for (let at = 0; at < messages.length; at += 50) {
      await Promise.all(messages.slice(at, at + 50).map((message) => same(message, `HTTP_SEED=${seed}`)));
    }
  });
});

/** Requests, most of them readable, some followed by others, some with an octet changed. */
function randomMessage({ below, pick }: SeededRandom): string {
  const lines = [
    'Host: h',
    'Host: h',
    'Host: h',
    'host:other',
    'X-A: 1',
    'x-a:  two words ',
    'Authorization: a',
    'Content-Length: 3',
    'Content-Length: 3',
    'content-length: 0',
    'Content-Length: 9',
    'Connection: keep-alive',
    'Connection: close',
    'Connection: te',
    'Connection: x, close',
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: gzip, chunked',
    'Expect: 100-continue',
    'Upgrade: x',
    'Accept: */*',
  ];
  const one = (): string => {
    const line = `${pick(['GET', 'GET', 'POST', 'POST', 'HEAD', 'PUT'])} ${pick(['/', '/a?b=c', '/later', '/octets', '/a#b', 'http://x/y'])} HTTP/1.${pick([0, 1, 1, 1, 1])}`;
    const fields = Array.from({ length: below(5) }, () => pick(lines));
    const body = pick(['', '', 'abc', 'abc', '3\r\nabc\r\n0\r\n\r\n']);
    return `${[line, 'Host: h', ...fields].join('\r\n')}\r\n\r\n${body}`;
  };
  const message = Array.from({ length: 1 + below(3) }, one).join('');
  if (below(3) > 0) return message;
  const at = 1 + below(message.length - 1);
  const octet = pick(['\r', '\n', '\0', ' ', ':', '\t', '\x7f', '\xff', 'a', '']);
  return message.slice(0, at) + octet + message.slice(at + below(2));
}

describe('who ends his side after his last request still gets his answers', () => {
  const later = (query: number) => `GET /later?${query} HTTP/1.1\r\nHost: h\r\n\r\n`;
  const [get, other, chunked] = [
    'GET /?1 HTTP/1.1\r\nHost: h\r\n\r\n',
    'DELETE /?2 HTTP/1.1\r\nHost: h\r\n\r\n',
    'POST /?2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n',
  ];
  const cases: Record<string, string> = {
    'two that take longer': later(1) + later(2),
    'the second in another form': get + other,
    'the second in chunks': get + chunked,
    'the first taking longer, the second in another form': later(1) + other,
    'the first taking longer, the second in chunks': later(1) + chunked,
  };
  for (const [what, message] of Object.entries(cases)) {
    test(what, async (t) => {
      const server = await serve();
      t.after(() => server.close(0));
      const socket = connect({ host, port: server.port, allowHalfOpen: true });
      socket.end(message);
      const text = await until(socket);
      assert.match(text, /"query":"1".*"query":"2".*\[ended\]$/s);
    });
  }
});

test('what came over a connection that is gone by the time it is read is not carried out: nobody could say who asked', async (t) => {
  const sources: string[] = [];
  const answer = ({ sourceAddress }: EdgeRequest): EdgeReply => {
    sources.push(sourceAddress());
    return { status: 200, headers: {}, body: '' };
  };
  const server = await listen({ host, port: 0 }, { answer, beforeReplies: () => {} });
  t.after(() => server.close(0));
  for (let each = 0; each < 40; each++) {
    const socket = connect(server.port, host);
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    socket.resetAndDestroy();
  }
  const last = await talk(server.port, 'GET /last HTTP/1.1\r\nHost: h\r\n\r\n');
  assert.match(last, /^HTTP\/1\.1 200 /);
  assert.deepEqual([...new Set(sources)], [host]);
});

describe('of very much that is asked at once, little waits in memory', () => {
  const count = 5_000;
  // Of 1,024 octets, so that what is read at once can end where a request does.
  const one = `GET /a HTTP/1.1\r\nHost: h\r\nX-A: ${'a'.repeat(989)}\r\n\r\n`;
  const ways = { 'read directly': [one], 'read by node:http': [one.slice(0, 8), one.slice(8)] };
  for (const [way, first] of Object.entries(ways)) {
    test(way, async (t) => {
      let [waiting, most, asked] = [0, 0, 0];
      const answer = (): EdgeReply => {
        asked += 1;
        most = Math.max(most, ++waiting);
        return { status: 200, headers: {}, body: 'a' };
      };
      const server = await listen({ host, port: 0 }, { answer, beforeReplies: () => (waiting = 0) });
      t.after(() => server.close(0));
      const socket = connect({ host, port: server.port, noDelay: true });
      t.after(() => socket.destroy());
      socket.resume();
      for (const piece of first) {
        socket.write(piece);
        await wait(15);
      }
      socket.write(one.repeat(count));
      while (asked <= count) await wait(5);
      // Node.js reads 64 KiB at once, and up to 32 times before anything else is done.
      assert.ok(most <= 512, `${most} of ${count} waited`);
    });
  }
});

test('whoever sends a thousand requests by node:http without an answer is cut off, where many do so after sixteen', async (t) => {
  let asked = 0;
  const answer = (): Promise<EdgeReply> => {
    asked += 1;
    return new Promise(() => {});
  };
  const server = await listen({ host, port: 0 }, { answer, beforeReplies: () => {} });
  t.after(() => server.close(0));
  const one = 'GET /a HTTP/1.1\r\nHost: h\r\n\r\n';
  const send = (requests: number): Socket => {
    const socket = connect({ host, port: server.port, noDelay: true });
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    socket.resume();
    // The first is read by node:http alone, and all after it.
    socket.write(one.replace('GET', 'DELETE') + one.repeat(requests - 1));
    return socket;
  };
  const asksFor = async (requests: number): Promise<void> => {
    while (asked < requests) await wait(5);
    asked = 0;
  };
  for (const requests of [1023, 1024]) {
    send(requests);
    await asksFor(requests);
  }
  const tooMany = send(1025);
  await asksFor(1024);
  if (!tooMany.closed) await once(tooMany, 'close');
  // Of those that are gone none is counted any more.
  for (let full = 2; full < 8; full++) {
    send(1024);
    await asksFor(1024);
  }
  // One is missing to 8,192, and then there are 8,192.
  const few = send(16);
  await asksFor(16);
  assert.equal(few.closed, false);
  const more = send(17);
  await asksFor(16);
  if (!more.closed) await once(more, 'close');
});

test('a reader who does not read is answered no further than what he has asked before', async (t) => {
  let answered = 0;
  const server = await listen(
    { host, port: 0 },
    {
      answer: () => {
        answered += 1;
        return { status: 200, headers: {}, body: Buffer.alloc(1_000_000, 'x') };
      },
      beforeReplies: () => {},
    },
  );
  t.after(() => server.close(0));
  const socket = connect(server.port, host);
  t.after(() => socket.destroy());
  socket.pause();
  const one = 'GET / HTTP/1.1\r\nHost: h\r\n\r\n';
  for (let sent = 0; sent < 40; sent++) {
    socket.write(one);
    await wait(10);
  }
  assert.ok(answered < 20, `${answered} of 40 were answered`);
  let came = 0;
  socket.on('data', (chunk) => (came += chunk.length));
  socket.resume();
  while (came < 40 * 1_000_000) await wait(10);
  assert.equal(answered, 40);
});

test('who sends many requests at once on one connection does not have them all answered before another’s one', async (t) => {
  const paths: string[] = [];
  const answer = ({ path }: EdgeRequest): EdgeReply => {
    paths.push(path);
    return { status: 200, headers: {}, body: '' };
  };
  const server = await listen({ host, port: 0 }, { answer, beforeReplies: () => {} });
  t.after(() => server.close(0));
  const [many, one] = [connect(server.port, host), connect(server.port, host)];
  t.after(() => many.destroy());
  const replies = until(many);
  await Promise.all([many, one].map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  many.write('GET /many HTTP/1.1\r\nHost: h\r\n\r\n'.repeat(500));
  one.write('GET /one HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n');
  assert.match(await until(one), /^HTTP\/1\.1 200 /);
  assert.equal((await replies).split('HTTP/1.1 200 ').length - 1, 500);
  assert.equal(paths.length, 501);
  assert.ok(paths.indexOf('/one') < 250, `after ${paths.indexOf('/one')} of 500`);
});

describe('a service that stops', () => {
  test('ends connections on which nothing is asked at once', async () => {
    const server = await serve();
    const silent = connect(server.port, host);
    const asked = connect(server.port, host);
    asked.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await new Promise((resolve) => asked.once('data', resolve));
    const ended = Promise.all([until(silent), until(asked)]);
    await server.close(60_000);
    assert.deepEqual(await ended, ['[ended]', '[ended]']);
  });

  test('answers what was asked, and says that it was the last', async () => {
    const asked = Promise.withResolvers<void>();
    const made = Promise.withResolvers<EdgeReply>();
    const answer = (): Promise<EdgeReply> => {
      asked.resolve();
      return made.promise;
    };
    const server = await listen({ host, port: 0 }, { answer, beforeReplies: () => {} });
    const socket = connect(server.port, host);
    const text = until(socket);
    socket.write('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
    await asked.promise;
    const closed = server.close(60_000);
    made.resolve({ status: 200, headers: {}, body: 'x' });
    await closed;
    assert.match(await text, /^HTTP\/1\.1 200 OK.*Connection: close.*\[ended\]$/s);
  });
});

test('neither who says nothing is waited for without end, nor who does not read what is said', async (t) => {
  const patience = { first: 1, next: 3 };
  const server = await listen({ host, port: 0 }, { answer: told, beforeReplies: () => {}, patience });
  t.after(() => server.close(0));
  const began = performance.now();
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: h\r\n\r\n`;
  const closed = async (say: string, reads = true): Promise<number> => {
    const socket = connect(server.port, host);
    t.after(() => socket.destroy());
    socket.on('error', () => {});
    if (say !== '') socket.write(say);
    if (reads) socket.resume();
    // Who does not read learns of the end by writing; he writes when he would have been given up.
    else await wait(3000 * patience.next);
    const knocking = setInterval(() => socket.write('x'), reads ? 2 ** 30 : 100);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(knocking);
    return (performance.now() - began) / 1000;
  };
  const [silent, answered] = await Promise.all([
    closed(''),
    closed(request('/')),
    closed(request('/long').repeat(100), false),
  ]);
  assert.ok(silent >= patience.first && silent < answered, `${silent} s`);
  assert.ok(answered >= patience.next, `${answered} s`);
});
