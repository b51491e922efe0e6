// Valid signed requests with one thing changed: none is taken, unless it says what the signed one said.
// What "says the same" means is worked out here anew, from the requests alone.

import assert from 'node:assert/strict';
import { createHash, createHmac, randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { rootKey } from '../journeys/running-service.ts';
import { newSeed, type SeededRandom, seededRandom } from '../journeys/seeded-random.ts';
import { startWithin } from '../journeys/service-within.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

const mutationsOfEach = 400;
const operation = 'DescribeClientCertificateStatusForSerialNumber';

test('20,000 single changes of 50 signed requests: none is taken that is not canonically equal', async (t) => {
  const seed = newSeed('MUTATION_SEED');
  console.log(`seed ${seed} (MUTATION_SEED)`);
  const random = seededRandom(seed);
  const { port } = await startWithin(t);
  const counts = { changed: 0, refused: 0, equal: 0 };
  const connections = await Promise.all(Array.from({ length: 8 }, () => Connection.open(port)));
  t.after(() => {
    for (const connection of connections) connection.close();
  });
  const work: (() => Request[])[] = Array.from({ length: 50 }, (_, index) => () => {
    const original = signed(index, port, random);
    return [original, ...Array.from({ length: mutationsOfEach }, () => mutate(original, random))];
  });
  await Promise.all(
    connections.map(async (connection) => {
      for (let make = work.shift(); make !== undefined; make = work.shift()) {
        const [original, ...mutants] = make() as [Request, ...Request[]];
        for (const mutant of mutants) {
          const reply = await connection.ask(mutant);
          const wasTaken = isTaken(reply);
          const isEqual = meaningOf(mutant) === meaningOf(original);
          counts.changed += 1;
          if (isEqual) counts.equal += 1;
          else if (!wasTaken) counts.refused += 1;
          assert.ok(isEqual || !wasTaken, `taken: ${JSON.stringify({ original, mutant, reply }, null, 1)}`);
        }
        // The request was good all along: it is taken now, or was, in another form that says the same.
        assert.ok(isTaken(await connection.ask(original)), JSON.stringify(original));
      }
    }),
  );
  console.log(JSON.stringify(counts));
  assert.ok(counts.changed >= 20_000 && counts.refused > 15_000 && counts.equal > 100, JSON.stringify(counts));
});

/** Whether the signature was found good: answered, or refused for what is looked at only afterwards. */
function isTaken({ status, code, message }: Reply): boolean {
  if (status === 200) return true;
  if (/more than once|percent-encoded/.test(message)) return false;
  return /^(InvalidSerialNumber|SignatureNonceUsed|InvalidAction\.NotFound|InvalidVersion|NoPermission|Throttling.*|NotFound|MissingSerialNumber|InternalError|ServiceUnavailable)$/.test(
    code,
  );
}

/** Of the signed kinds: V1 with both hashes and V3; GET and POST; parameters in the URL, in the body and in both. */
function signed(index: number, port: number, random: SeededRandom): Request {
  const serials = Array.from({ length: 1 + random.below(3) }, () => Buffer.from(random.octets(16)).toString('hex'));
  const parameters: [string, string][] = [
    ['SerialNumber', serials.join(random.pick([',', ', ']))],
    ['RegionId', random.pick(['cn-hangzhou', '', '中国', 'a b*~'])],
  ];
  const kind = index % 5;
  return kind < 3 ? signedV1(kind, port, parameters, random) : signedV3(kind === 3 ? 'GET' : 'POST', port, parameters);
}

function signedV1(kind: number, port: number, own: [string, string][], random: SeededRandom): Request {
  const method = kind === 0 ? 'GET' : 'POST';
  const hash = random.pick(['sha1', 'sha256']);
  const common: [string, string][] = [
    ['Action', operation],
    ['Version', '2020-06-30'],
    ['Format', 'JSON'],
    ['AccessKeyId', rootKey.accessKeyId],
    ['SignatureMethod', hash === 'sha1' ? 'HMAC-SHA1' : 'HMAC-SHA256'],
    ['SignatureVersion', '1.0'],
    ['SignatureNonce', randomUUID()],
    ['Timestamp', new Date().toISOString().replace(/\.\d+/, '')],
  ];
  const canonical = [...common, ...own]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const signature = createHmac(hash, `${rootKey.accessKeySecret}&`)
    .update(`${method}&%2F&${encode(canonical)}`)
    .digest('base64');
  const shared: [string, string][] = [...common, ['Signature', signature]];
  const inQuery = kind === 0 ? [...own, ...shared] : kind === 1 ? shared : [];
  const inBody = kind === 0 ? [] : kind === 1 ? own : [...own, ...shared];
  return request(method, port, inQuery, inBody, []);
}

function signedV3(method: string, port: number, own: [string, string][]): Request {
  const unsigned =
    method === 'GET' ? request(method, port, own, [], []) : request(method, port, own.slice(1), own.slice(0, 1), []);
  const headers: [string, string][] = [
    ['host', `127.0.0.1:${port}`],
    ['x-acs-action', operation],
    ['x-acs-content-sha256', sha256(unsigned.body)],
    ['x-acs-date', new Date().toISOString().replace(/\.\d+/, '')],
    ['x-acs-signature-nonce', randomUUID()],
    ['x-acs-version', '2020-06-30'],
  ];
  const query = pairsOf(unsigned.query)
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
  const names = headers.map(([name]) => name).join(';');
  const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('');
  const canonical = `${method}\n/\n${query}\n${lines}\n${names}\n${sha256(unsigned.body)}`;
  const signature = createHmac('sha256', rootKey.accessKeySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  const authorization = `ACS3-HMAC-SHA256 Credential=${rootKey.accessKeyId},SignedHeaders=${names},Signature=${signature}`;
  const form = unsigned.body === '' ? [] : ([['content-type', 'application/x-www-form-urlencoded']] as const);
  return { ...unsigned, headers: [...headers, ...form, ['authorization', authorization]] };
}

function request(
  method: string,
  port: number,
  query: readonly [string, string][],
  body: readonly [string, string][],
  headers: readonly [string, string][],
): Request {
  const form = (pairs: readonly [string, string][]) =>
    pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return {
    method,
    path: '/',
    query: form(query),
    body: form(body),
    headers: [
      ['host', `127.0.0.1:${port}`],
      ...(body.length === 0 ? [] : ([['content-type', 'application/x-www-form-urlencoded']] as const)),
      ...headers,
    ],
  };
}

/** One thing of a request changed. Some changes say the same as before; most do not. */
function mutate(original: Request, random: SeededRandom): Request {
  const { query, body, headers, method } = original;
  const part = query !== '' && (body === '' || random.below(2) === 0) ? 'query' : 'body';
  const text = original[part];
  const withPairs = (change: (pairs: string[]) => void): Request => {
    const pairs = text.split('&');
    change(pairs);
    return { ...original, [part]: pairs.join('&') };
  };
  const withHeader = (change: (line: [string, string]) => readonly (readonly [string, string])[]): Request => {
    const at = random.below(headers.length);
    return { ...original, headers: headers.flatMap((line, index) => (index === at ? change([...line]) : [line])) };
  };
  switch (random.below(16)) {
    case 0:
    case 1:
    case 2: // one character becomes another
      return { ...original, [part]: otherCharacter(text, random) };
    case 3:
      return withHeader(([name, value]) => [[name, otherCharacter(value, random)]]);
    case 4: // a parameter twice
      return withPairs((pairs) => pairs.splice(random.below(pairs.length), 0, random.pick(pairs)));
    case 5: // a parameter less
      return withPairs((pairs) => pairs.splice(random.below(pairs.length), 1));
    case 6: // another order
      return withPairs((pairs) => pairs.push(pairs.splice(random.below(pairs.length), 1)[0] ?? ''));
    case 7: // a value emptied
      return withPairs((pairs) => {
        const at = random.below(pairs.length);
        pairs[at] = (pairs[at] ?? '').replace(/=.*/s, '=');
      });
    case 8: // the same character, written otherwise
      return { ...original, [part]: encodedOtherwise(text, random) };
    case 9: // from the query into the body, or back
      return moved(original, part, random);
    case 10:
      return { ...original, method: method === 'GET' ? 'POST' : random.pick(['GET', 'PUT']) };
    case 11:
      return { ...original, path: random.pick(['//', '/x', '/%2f', '/.']) };
    case 12:
      return withHeader(() => []);
    case 13:
      return withHeader((line) => [line, line]);
    case 14: // another key
      return JSON.parse(
        JSON.stringify(original).replaceAll(
          rootKey.accessKeyId,
          random.pick(['testRootAccessKez', 'TESTROOTACCESSKEY', 'x']),
        ),
      );
    default: // a parameter more
      return withPairs((pairs) =>
        pairs.push(random.pick(['Extra=1', 'MaxResults=', 'SerialNumber.1=00', '__proto__=1'])),
      );
  }
}

function otherCharacter(text: string, random: SeededRandom): string {
  if (text === '') return 'x';
  const at = random.below(text.length);
  const replacement = random.pick([...'abcXYZ019%&=+;,-_.~/'].filter((each) => each !== text[at]));
  return text.slice(0, at) + replacement + text.slice(at + 1);
}

function encodedOtherwise(text: string, random: SeededRandom): string {
  const places = [...text.matchAll(/%[0-9A-F]{2}|[A-Za-z0-9]/g)];
  const place = places[random.below(places.length)];
  if (!place) return text;
  const [found] = place;
  const other = found.startsWith('%')
    ? found.toLowerCase()
    : `%${found.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
  return text.slice(0, place.index) + other + text.slice(place.index + found.length);
}

function moved(original: Request, from: 'query' | 'body', random: SeededRandom): Request {
  const pairs = original[from].split('&');
  const [pair = ''] = pairs.splice(random.below(pairs.length), 1);
  const to = from === 'query' ? 'body' : 'query';
  const joined = original[to] === '' ? pair : `${original[to]}&${pair}`;
  return { ...original, [from]: pairs.join('&'), [to]: joined };
}

/** What a request says, by the two schemes' own rules: equal texts for requests that say the same. */
function meaningOf({ method, path, query, headers, body }: Request): string {
  const authorization = headers.filter(([name]) => name.toLowerCase() === 'authorization');
  const pairs = [...pairsOf(query), ...pairsOf(body)].sort(([a], [b]) => (a < b ? -1 : 1));
  // V1 signs method and parameters, wherever they are; a body counts only as the form that its type says.
  if (authorization.length === 0) {
    return JSON.stringify([method, path, pairs, body === '' || isForm(headers)]);
  }
  const [line] = authorization;
  const names = /SignedHeaders=([^,]*)/.exec(line?.[1] ?? '')?.[1]?.split(';') ?? [];
  const values = names.map((name) => headers.filter((each) => each[0] === name).map(([, value]) => value.trim()));
  const sent = pairsOf(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([method, path, sent, body, authorization, values, body === '' || isForm(headers)]);
}

/** A media type is read without regard to case, and may have parameters (RFC 9110 §8.3.1). */
function isForm(headers: Request['headers']): boolean {
  const types = headers.filter(([name]) => name === 'content-type');
  return types.length === 1 && /^application\/x-www-form-urlencoded\s*(;|$)/i.test(types[0]?.[1] ?? '');
}

function pairsOf(form: string): [string, string][] {
  return form
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const [name, value] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [decoded(name), decoded(value)];
    });
}

/** What is broken is like nothing else. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return `broken ${text}`;
  }
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

interface Reply {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Sends requests octet for octet, and reads one reply after the other. */
class Connection {
  #socket: Socket;
  readonly #port: number;

  private constructor(socket: Socket, port: number) {
    this.#socket = socket;
    this.#port = port;
  }

  static async open(port: number): Promise<Connection> {
    return new Connection(await connected(port), port);
  }

  close(): void {
    this.#socket.destroy();
  }

  async ask({ method, path, query, headers, body }: Request): Promise<Reply> {
    if (this.#socket.destroyed || this.#socket.readableEnded) this.#socket = await connected(this.#port);
    const target = query === '' ? path : `${path}?${query}`;
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
    const length = body === '' ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`;
    this.#socket.write(`${method} ${target} HTTP/1.1\r\n${lines}${length}\r\n${body}`);
    const text = await this.#reply();
    const end = text.indexOf('\r\n\r\n');
    const content = text.slice(end + 4);
    if (/^connection: close/im.test(text.slice(0, end))) this.#socket.destroy();
    const parsed = content.startsWith('{') ? (JSON.parse(content) as Record<string, unknown>) : {};
    return {
      status: Number(text.slice(9, 12)),
      code: String(parsed['Code'] ?? ''),
      message: String(parsed['Message'] ?? ''),
    };
  }

  #reply(): Promise<string> {
    return new Promise((resolve, reject) => {
      let text = '';
      const settle = (end: () => void): void => {
        this.#socket.off('data', onData).off('close', onClose).off('error', onClose);
        end();
      };
      const onData = (chunk: Buffer): void => {
        text += chunk.toString('latin1');
        const end = text.indexOf('\r\n\r\n');
        const length = Number(/^content-length: (\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
        if (end >= 0 && text.length >= end + 4 + length) settle(() => resolve(text));
      };
      const onClose = (): void =>
        settle(() =>
          text.includes('\r\n\r\n') ? resolve(text) : reject(new Error(`closed after ${JSON.stringify(text)}`)),
        );
      this.#socket.on('data', onData).on('close', onClose).on('error', onClose);
    });
  }
}

function connected(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.setNoDelay(true);
    socket.once('error', reject);
  });
}
