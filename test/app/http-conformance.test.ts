// What RFC 9112 and RFC 9110 have a server take, refuse and answer. Each message is sent in one piece on a connection of its own,
// where it is read directly if it is of the plainest form, and on one that node:http reads already: both have to answer alike
// and to keep or end the connection alike.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type HttpServer, listen } from '../../src/app/http/listen.ts';
import type { EdgeReply, EdgeRequest } from '../../src/protocols/edge.ts';

const host = '127.0.0.1';

/** What a front end is told. */
function told({ method, path, query, headers, body }: EdgeRequest): EdgeReply {
  const octets = body === 'too-large' ? body : Buffer.from(body).toString('latin1');
  const fields = [headers.all('host').join('|'), headers.all('x-a').join('|')];
  return {
    status: body === 'too-large' ? 413 : 200,
    headers: {},
    body: ['', method, path, query, ...fields, octets, '\n'].join('~'),
  };
}

interface Row {
  readonly clause: string;
  readonly rule: string;
  readonly message: string;
  readonly answers: readonly number[];
  readonly connection: 'stays' | 'ends';
  /** Among what came. */
  readonly tells?: string;
}

const rows: Row[] = [];
/** Rules of one clause: what, the message, the statuses of the answers to it, and whether the connection stays. */
function clause(name: string, ...rules: [string, string, number | number[], Row['connection'], string?][]): void {
  for (const [rule, message, answers, connection, tells] of rules) {
    rows.push({
      clause: name,
      rule,
      message,
      answers: [answers].flat(),
      connection,
      ...(tells !== undefined && { tells }),
    });
  }
}

const get = 'GET /p HTTP/1.1\r\nHost: h\r\n';
const post = 'POST /p HTTP/1.1\r\nHost: h\r\n';
const old = 'GET /p HTTP/1.0\r\n';
const line = (text: string): string => `${text}\r\nHost: h\r\n\r\n`;
const hosted = (text: string, version = '1.1'): string => `GET /p HTTP/${version}\r\n${text}\r\n`;
const field = (text: string): string => `${get}${text}\r\n\r\n`;
const length = (text: string, body = 'abc'): string => `${post}Content-Length:${text}\r\n\r\n${body}`;
const coded = (text: string, body = '3\r\nabc\r\n0\r\n\r\n'): string =>
  `${post}Transfer-Encoding:${text}\r\n\r\n${body}`;
const chunks = (text: string): string => coded(' chunked', text);

clause(
  'RFC 9112 §2.2',
  ['empty lines before a request are passed over', `\r\n\r\n${get}\r\n`, 200, 'stays'],
  ['a line that ends in LF alone is refused', 'GET / HTTP/1.1\nHost: h\r\n\r\n', 400, 'ends'],
  ['a field that ends in LF alone is refused', 'GET / HTTP/1.1\r\nHost: h\nX-A: b\r\n\r\n', 400, 'ends'],
  ['an empty line of LF alone is refused', 'GET / HTTP/1.1\r\nHost: h\r\n\n', 400, 'ends'],
  ['a CR alone is refused', field('X-A: a\rb'), 400, 'ends'],
  ['a CR before the end of a line is refused', field('X-A: a\r'), 400, 'ends'],
  ['a blank before the first field is refused', 'GET / HTTP/1.1\r\n Host: a\r\nHost: b\r\n\r\n', 400, 'ends'],
  ['what is no HTTP is refused', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'ends'],
);
clause(
  'RFC 9112 §2.3, RFC 9110 §15.6.6',
  ['HTTP/0.9 is not served', 'GET /\r\n\r\n', 505, 'ends'],
  ['HTTP/2.0 is not served in the form of HTTP/1', line('GET / HTTP/2.0'), 505, 'ends'],
  // Node.js: RFC 9110 §2.5 has it read as HTTP/1.1.
  ['HTTP/1.2 is not served', line('GET / HTTP/1.2'), 505, 'ends'],
  ['a version of two digits is none', line('GET / HTTP/1.11'), 400, 'ends'],
  ['its name is in capitals', line('GET / http/1.1'), 400, 'ends'],
  ['the preface of HTTP/2 is refused', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 'ends'],
);
clause(
  'RFC 9112 §3',
  // Node.js: more blanks than one may be taken for one.
  ['two blanks are taken for one', line('GET  /p  HTTP/1.1'), 200, 'stays', '~GET~/p~'],
  ['a tab is no blank', line('GET\t/ HTTP/1.1'), 400, 'ends'],
  ['a blank at the end of the line is refused', line('GET / HTTP/1.1 '), 400, 'ends'],
  ['a blank within the target is refused', line('GET /a b HTTP/1.1'), 400, 'ends'],
  ['a method that nobody knows is refused', line('NONE / HTTP/1.1'), 400, 'ends'],
  ['methods are in capitals', line('get / HTTP/1.1'), 400, 'ends'],
  ['a line of more than 64 KiB is refused', line(`GET /${'a'.repeat(70_000)} HTTP/1.1`), 431, 'ends'],
);
clause(
  'RFC 9112 §3.2',
  ['a Host is needed', hosted(''), 400, 'ends'],
  ['but not in HTTP/1.0', hosted('', '1.0'), 200, 'ends'],
  ['two are refused', hosted('Host: h\r\nHost: h\r\n'), 400, 'ends'],
  ['in HTTP/1.0 too', hosted('Host: a\r\nhost: b\r\n', '1.0'), 400, 'ends'],
  ['it may be empty', hosted('Host:\r\n'), 200, 'stays'],
  ['a port is a number', hosted('Host: h:8080\r\n'), 200, 'stays'],
  ['and no name', hosted('Host: h:http\r\n'), 400, 'ends'],
  ['an address of IPv6 is in brackets', hosted('Host: [2001:db8::1]:80\r\n'), 200, 'stays'],
  ['and is one', hosted('Host: [2001:db8::g]\r\n'), 400, 'ends'],
  ['and is not without them', hosted('Host: 2001:db8::1\r\n'), 400, 'ends'],
  ['a name has no blank', hosted('Host: a b\r\n'), 400, 'ends'],
  ['a list is no host', hosted('Host: a, b\r\n'), 400, 'ends'],
  ['nor is a user at a host', hosted('Host: u@h\r\n'), 400, 'ends'],
  ['nor an address with a path', hosted('Host: h/p\r\n'), 400, 'ends'],
  ['nor what is no ASCII', hosted('Host: \xe4\r\n'), 400, 'ends'],
  ['what a name may have besides', hosted('Host: a_b-c.%41!$&(),;=~\r\n'), 200, 'stays'],
  ['a percent sign begins two digits', hosted('Host: a%4\r\n'), 400, 'ends'],
  ['a target has no fragment', line('GET /a#b HTTP/1.1'), 400, 'ends'],
  ['nor what is no ASCII', line('GET /\xe4 HTTP/1.1'), 400, 'ends'],
  ['nor a NUL', line('GET /\0 HTTP/1.1'), 400, 'ends'],
  ['nor a control character', line('GET /\x7f HTTP/1.1'), 400, 'ends'],
  ['it begins with a slash', line('GET p HTTP/1.1'), 400, 'ends'],
  [
    'it is handed on as it was sent',
    line('GET //a/../%2F%00%zz?%c0%af HTTP/1.1'),
    200,
    'stays',
    '~//a/../%2F%00%zz~%c0%af~',
  ],
);
clause(
  'RFC 9112 §3.2.2, RFC 9110 §4.2',
  [
    'a target with the host in it is read as the rest of it',
    line('GET http://h/a?b HTTP/1.1'),
    200,
    'stays',
    '~/a~b~h~',
  ],
  ['its host counts, not the field', line('GET HTTPS://other:1/a HTTP/1.1'), 200, 'stays', '~/a~~other:1~'],
  ['also where there is none', 'GET http://other/a HTTP/1.0\r\n\r\n', 200, 'ends', '~/a~~other~'],
  ['its path may be left out', line('GET http://h?b HTTP/1.1'), 200, 'stays', '~/~b~'],
  ['a Host is needed all the same', 'GET http://h/a HTTP/1.1\r\n\r\n', 400, 'ends'],
  ['an address without a host is refused', line('GET http:///a HTTP/1.1'), 400, 'ends'],
  ['one with a user in it too', line('GET http://u:p@h/a HTTP/1.1'), 400, 'ends'],
  ['and one of another scheme', line('GET ftp://h/a HTTP/1.1'), 400, 'ends'],
);
clause(
  'RFC 9112 §3.2.3, §3.2.4, RFC 9110 §9',
  ['CONNECT is not implemented', line('CONNECT h:443 HTTP/1.1'), 501, 'ends'],
  ['after what was asked before', `${get}\r\n${line('CONNECT h:443 HTTP/1.1')}`, [200, 501], 'ends'],
  ['a star is a target of OPTIONS', line('OPTIONS * HTTP/1.1'), 200, 'stays', '~OPTIONS~*~'],
  ['and of nothing else', line('GET * HTTP/1.1'), 400, 'ends'],
  ['HEAD has no body in its answer', line('HEAD /p HTTP/1.1'), 200, 'stays'],
  ['a GET may have a body', `${get}Content-Length: 3\r\n\r\nabc`, 200, 'stays', '~abc~'],
);
clause(
  'RFC 9112 §5',
  ['a blank before the colon is refused', field('X-A : a'), 400, 'ends'],
  ['a folded line is refused', field('X-A: a\r\n b'), 400, 'ends'],
  ['also with a tab', field('X-A: a\r\n\tb'), 400, 'ends'],
  ['a field has a colon', field('X-A'), 400, 'ends'],
  ['and a name', field(': a'), 400, 'ends'],
  ['which is a token', field('X(A): a'), 400, 'ends'],
  ['of ASCII', field('X\xe4: a'), 400, 'ends'],
  ['blanks around a value are none of it', field('X-A:\t a b \t'), 200, 'stays', '~a b~'],
  ['a value may be empty', field('X-A:'), 200, 'stays'],
  ['and of octets above ASCII', field('X-A: \xe4'), 200, 'stays'],
  [
    'names that objects have are names as others',
    field('__proto__: a\r\nconstructor: b\r\nX-A: c'),
    200,
    'stays',
    '~c~',
  ],
);
clause(
  'RFC 9110 §5.5',
  ['a NUL in a value is refused', field('X-A: a\0b'), 400, 'ends'],
  ['another control character too', field('X-A: a\x0bb'), 400, 'ends'],
  ['and DEL', field('X-A: a\x7fb'), 400, 'ends'],
);
clause(
  'RFC 9110 §5.4',
  ['two hundred fields are read', `${get}${'X-B: 1\r\n'.repeat(199)}\r\n`, 200, 'stays'],
  ['one more is refused', `${get}${'X-B: 1\r\n'.repeat(200)}\r\n`, 431, 'ends'],
  [
    'also where it says how long the body is',
    `${post}${'X-B: 1\r\n'.repeat(200)}Content-Length: 3\r\n\r\nabc`,
    431,
    'ends',
  ],
  ['62 KiB are read', field(`X-B: ${'a'.repeat(62 * 1024)}`), 200, 'stays'],
  ['64 KiB are not', field(`X-B: ${'a'.repeat(64 * 1024)}`), 431, 'ends'],
);
clause(
  'RFC 9112 §6.1',
  ['chunks and a length are refused', coded(' chunked\r\nContent-Length: 3'), 400, 'ends'],
  ['in any order', `${post}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400, 'ends'],
  ['chunks are read', coded(' chunked'), 200, 'stays', '~abc~'],
  ['whatever their name is written in', coded(' CHUNKED'), 200, 'stays', '~abc~'],
  ['also of a GET', `${get}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`, 200, 'stays', '~x~'],
  ['HTTP/1.0 has none', `${old}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400, 'ends'],
  [
    'also where it keeps alive',
    `${old}Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
    'ends',
  ],
  ['a coding that nobody knows is not implemented', coded(' gzip, chunked'), 501, 'ends'],
  ['in two fields neither', coded(' gzip\r\nTransfer-Encoding: chunked'), 501, 'ends'],
  ['chunks are made once', coded(' chunked, chunked'), 400, 'ends'],
);
clause(
  'RFC 9112 §6.3',
  ['chunked is the last coding', coded(' chunked, gzip'), 400, 'ends'],
  ['and not left out', coded(' gzip'), 400, 'ends'],
  ['identity is none', coded(' identity'), 400, 'ends'],
  ['nor is another name', coded(' xchunked'), 400, 'ends'],
  ['nor one with parameters', coded(' chunked;q=1'), 400, 'ends'],
  ['nor a control character before it', coded(' \x0bchunked'), 400, 'ends'],
  ['nor nothing', coded(''), 400, 'ends'],
  ['a request without either has no body', `${post}\r\n${get}\r\n`, [200, 200], 'stays'],
);
clause(
  'RFC 9110 §8.6, RFC 9112 §6.2',
  ['a length is of digits', length(' 3'), 200, 'stays', '~abc~'],
  ['with zeros before it', length(' 003'), 200, 'stays', '~abc~'],
  ['and blanks around it', length('\t3 '), 200, 'stays', '~abc~'],
  ['without a sign', length(' +3'), 400, 'ends'],
  ['of either kind', length(' -3'), 400, 'ends'],
  ['a letter', length(' 3a'), 400, 'ends'],
  ['or a blank in it', length(' 3 3'), 400, 'ends'],
  ['it is there', length('', ''), 400, 'ends'],
  ['two that differ are refused', length(' 3\r\nContent-Length: 4', 'abcd'), 400, 'ends'],
  ['two that agree too', length(' 3\r\nContent-Length: 3'), 400, 'ends'],
  ['and a list', length(' 3, 3'), 400, 'ends'],
  ['more than can be counted is refused', length(' 18446744073709551616'), 400, 'ends'],
  ['and what can, but is too much', length(' 18446744073709551615'), 413, 'ends'],
  ['what is one octet too much too', length(' 1048577', ''), 413, 'ends'],
);
clause(
  'RFC 9112 §7.1',
  ['extensions are passed over', chunks('3;a;b=c;d="e\\"f"\r\nabc\r\n0;a\r\n\r\n'), 200, 'stays', '~abc~'],
  ['but not without end', chunks(`3;${'a'.repeat(20_000)}\r\nabc\r\n0\r\n\r\n`), 400, 'ends'],
  ['nor with a LF', chunks('3;a\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['nor with a CR', chunks('3;a\rb\r\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['nor after a blank', chunks('3 ;a\r\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['a size has capitals or not', chunks('0A\r\n0123456789\r\n0a\r\n0123456789\r\n0\r\n\r\n'), 200, 'stays'],
  ['zeros before it', chunks('0000000000000000000003\r\nabc\r\n0\r\n\r\n'), 200, 'stays', '~abc~'],
  ['no sign', chunks('+3\r\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['no prefix', chunks('0x3\r\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['no blank', chunks('3 \r\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['and not more than can be counted', chunks('10000000000000003\r\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['a chunk is as long as it says', chunks('3\r\nabcd\r\n0\r\n\r\n'), 400, 'ends'],
  ['not longer', chunks('4\r\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['its lines do not end in LF alone', chunks('3\nabc\r\n0\r\n\r\n'), 400, 'ends'],
  ['nor does it', chunks('3\r\nabc\n0\r\n\r\n'), 400, 'ends'],
  ['nor does the last', chunks('0\r\n\n'), 400, 'ends'],
  ['trailers are no fields', chunks('3\r\nabc\r\n0\r\nX-A: 1\r\nHost: other\r\n\r\n'), 200, 'stays', '~h~~abc~'],
  ['and do not say how long a body is', chunks('0\r\nContent-Length: 1\r\n\r\n'), 400, 'ends'],
  ['they are bounded', chunks(`0\r\nX-A: ${'a'.repeat(70_000)}\r\n\r\n`), 431, 'ends'],
  ['what is refused comes after what was asked before', `${get}\r\n${chunks('x')}`, [200, 400], 'ends'],
);
clause(
  'RFC 9112 §9.3, §9.6',
  ['HTTP/1.1 goes on', `${get}\r\n`, 200, 'stays'],
  ['unless it is told to close', field('Connection: close'), 200, 'ends'],
  ['in a list, in any case', field('Connection: x, Close'), 200, 'ends'],
  ['in two fields', field('Connection: keep-alive\r\nConnection: close'), 200, 'ends'],
  ['HTTP/1.0 ends', `${old}\r\n`, 200, 'ends'],
  ['unless it is told to keep alive', `${old}Connection: keep-alive\r\n\r\n`, 200, 'stays'],
  ['and is not told to close', `${old}Connection: keep-alive, close\r\n\r\n`, 200, 'ends'],
  ['an option that nobody knows is passed over', field('Connection: x, not-close'), 200, 'stays'],
  ['also a quoted one', field('Connection: "close"'), 200, 'stays'],
  ['nothing is answered after the last', `${field('Connection: close')}${get}\r\n`, 200, 'ends'],
  ['readable or not', `${field('Connection: close')}NONSENSE\r\n\r\n`, 200, 'ends'],
  ['nor after what is refused', `${hosted('')}${get}\r\n`, 400, 'ends'],
  ['a refusal comes after what was asked before', `${get}\r\nNONSENSE\r\n\r\n`, [200, 400], 'ends'],
  ['of either kind', `${get}\r\n${hosted('')}`, [200, 400], 'ends'],
  ['requests are answered in their order', `${get}\r\n${length(' 1', 'x')}${get}\r\n`, [200, 200, 200], 'stays'],
  ['an empty line after a body is passed over', `${length(' 1', 'x')}\r\n${get}\r\n`, [200, 200], 'stays'],
);
clause(
  'RFC 9110 §10.1.1',
  [
    'who waits to be asked for a body is asked',
    `${post}Expect: 100-Continue\r\nContent-Length: 3\r\n\r\nabc`,
    [100, 200],
    'stays',
  ],
  ['but not in HTTP/1.0', `POST /p HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`, 200, 'ends'],
  // Node.js ends the connection of whoever may send a body or not.
  ['nor for one that is not there', field('Expect: 100-continue'), 200, 'ends'],
  ['nor for one that is too long', `${post}Expect: 100-continue\r\nContent-Length: 1048577\r\n\r\n`, 413, 'ends'],
  ['who expects anything else is refused', `${post}Expect: more\r\nContent-Length: 3\r\n\r\nabc`, 417, 'ends'],
);
clause(
  'RFC 9110 §7.8',
  ['the name of another protocol alone is passed over', field('Upgrade: h2c'), 200, 'stays'],
  ['the wish for it too', field('Connection: close, Upgrade\r\nUpgrade: h2c'), 200, 'ends'],
);

const statusesOf = (text: string): number[] =>
  Array.from(text.matchAll(/^HTTP\/1\.1 (\d{3}) /gm), ([, status]) => Number(status));

/** Sends the message, and says what came of it; `readByNode` after a request that makes the connection node:http's. */
async function fateOf({ message, answers, connection }: Row, port: number, readByNode: boolean) {
  const socket = connect({ host, port, noDelay: true, allowHalfOpen: true });
  let text = '';
  let hasEnded = false;
  const something = Promise.withResolvers<void>();
  let next = something;
  const wake = (): void => {
    next.resolve();
    next = Promise.withResolvers<void>();
  };
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    wake();
  });
  const end = (): void => {
    hasEnded = true;
    wake();
  };
  socket.on('end', end).on('close', end).on('error', end);
  const until = async (isThere: () => boolean): Promise<void> => {
    while (!isThere() && !hasEnded) await next.promise;
  };
  if (readByNode) {
    socket.write('DELETE /first HTTP/1.1\r\nHost: h\r\n\r\n');
    await until(() => text.includes('~DELETE~/first~'));
    text = '';
  }
  socket.write(Buffer.from(message, 'latin1'));
  await until(() => statusesOf(text).length >= answers.length);
  if (connection === 'ends') {
    await until(() => false);
  } else {
    socket.write('GET /after HTTP/1.1\r\nHost: h\r\n\r\n');
    await until(() => text.includes('~/after~'));
  }
  const stays = !hasEnded && text.includes('~GET~/after~');
  socket.destroy();
  return { answers: statusesOf(text).slice(0, stays ? -1 : undefined), connection: stays ? 'stays' : 'ends', text };
}

describe('HTTP/1.1 as it is read directly and by node:http', { concurrency: true, timeout: 60_000 }, () => {
  let server: HttpServer;
  before(async () => {
    server = await listen({ host, port: 0 }, { answer: told, beforeReplies: () => {} });
  });
  test.after(() => server.close(0));

  for (const row of rows) {
    test(`${row.rule} (${row.clause}: ${JSON.stringify(row.message).slice(0, 60)})`, async () => {
      for (const readByNode of [false, true]) {
        const { answers, connection, text } = await fateOf(row, server.port, readByNode);
        const way = readByNode ? 'read by node:http' : 'in one piece';
        assert.deepEqual(
          { answers, connection },
          { answers: row.answers, connection: row.connection },
          `${way}: ${text}`,
        );
        if (row.tells !== undefined) assert.ok(text.includes(row.tells), `${way}: ${text}`);
      }
    });
  }

  test('nothing is carried out that comes after an answer which ends the connection, as one to a body that was not read does (RFC 9112 §9.6)', async (t) => {
    const asked: string[] = [];
    const answer = (request: EdgeRequest): EdgeReply => {
      asked.push(request.path);
      return told(request);
    };
    const unread = async (): Promise<EdgeReply> => ({ status: 400, headers: {}, body: '' });
    const streamed = { path: '/streamed', answer: unread };
    const other = await listen({ host, port: 0 }, { answer, beforeReplies: () => {}, streamed });
    t.after(() => other.close(0));
    const long = 'a'.repeat(1024 * 1024 + 1);
    for (const [message, status, path] of [
      [length(` ${long.length}`, long), 413, ['/p']],
      [chunks(`${long.length.toString(16)}\r\n${long}\r\n0\r\n\r\n`), 413, ['/p']],
      [length(` ${long.length}`, long).replace('/p', '/streamed'), 400, []],
    ] as const) {
      const row: Row = { clause: '', rule: '', message: `${message}${get}\r\n`, answers: [status], connection: 'ends' };
      const { answers, text } = await fateOf(row, other.port, false);
      assert.deepEqual([answers, asked.splice(0)], [[status], path], text);
    }
  });

  // What follows it in the same piece is lost to its parser.
  test('a connection of node:http ends with the wish for another protocol; one that is read directly goes on (RFC 9110 §7.8)', async () => {
    const message = `${field('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c')}${get}\r\n`;
    const row: Row = { clause: '', rule: '', message, answers: [200, 200], connection: 'stays' };
    const directly = await fateOf(row, server.port, false);
    assert.deepEqual([directly.answers, directly.connection], [[200, 200], 'stays'], directly.text);
    const byNode = await fateOf(row, server.port, true);
    assert.deepEqual([byNode.answers, byNode.connection], [[200], 'ends'], byNode.text);
  });

  test('who ends his side behind what is refused is told so, and nothing after an answer that was the last (RFC 9112 §9.3.2, §9.6)', async () => {
    const unreadable = 'GET / HTTP/1.1\nHost: h\n\n';
    const byNode = 'DELETE /p HTTP/1.1\r\nHost: h\r\n';
    for (const [message, answers] of [
      [`${get}\r\n${unreadable}`, [200, 400]],
      [`${byNode}\r\n${unreadable}`, [200, 400]],
      // It ends while what was read directly is answered, so that node:http is told of all three at once.
      [`${get}\r\n${byNode}\r\n${unreadable}`, [200, 200, 400]],
      [`${byNode}Connection: close\r\n\r\n${unreadable}`, [200]],
      [`${byNode}Connection: close\r\nUpgrade: h2c\r\n\r\n${unreadable}`, [200]],
    ] as const) {
      const socket = connect({ host, port: server.port, allowHalfOpen: true });
      socket.end(message);
      let text = '';
      for await (const chunk of socket) text += chunk;
      assert.deepEqual(statusesOf(text), answers, `${message}: ${text}`);
    }
  });

  test('a refusal has the shape of an error; who does not end his side is not waited for (RFC 9112 §9.6)', async () => {
    const socket = connect({ host, port: server.port, allowHalfOpen: true });
    socket.on('error', () => {});
    socket.write(hosted(''));
    let text = '';
    socket.on('data', (chunk) => (text += chunk));
    await once(socket, 'end');
    const [head = '', body = ''] = text.split('\r\n\r\n');
    assert.match(head, /^content-type: application\/json;charset=utf-8\r$.*^connection: close/ims);
    assert.deepEqual(Object.keys(JSON.parse(body)), ['RequestId', 'HostId', 'Code', 'Message']);
    // Who writes to a connection that is gone is told.
    while (!socket.destroyed) {
      socket.write('x');
      await wait(50);
    }
  });
});
