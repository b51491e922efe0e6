// HTTP load: wrk where it is installed, which leaves the machine to the server; autocannon otherwise. A bare server to
// compare with.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import autocannon from 'autocannon';

export interface Requests {
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent in turn: of each its path, and the body of a POST. */
  readonly each: readonly { readonly path: string; readonly body?: Uint8Array }[];
}

const connections = 32;
const seconds = 2;
export const generator = spawnSync('wrk', ['-v']).error ? 'autocannon' : 'wrk';

/** Answers a second. @throws when one is not HTTP 2xx. */
export async function load(url: string, requests: Requests): Promise<number> {
  return generator === 'wrk' ? await loadByWrk(url, requests) : await loadByAutocannon(url, requests);
}

async function loadByWrk(url: string, { method, headers = {}, each }: Requests): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-wrk-'));
  try {
    const list = each.map(({ path, body }) => `{${lua(path)},${body ? lua(body) : 'nil'}}`);
    const script = `local list, at, made = {${list.join(',\n')}}, 0, {}
      function init() for i, each in ipairs(list) do made[i] = wrk.format(${lua(method)}, each[1], {${Object.entries(
        headers,
      )
        .map(([name, value]) => `[${lua(name)}]=${lua(value)}`)
        .join(',')}}, each[2]) end end
      function request() at = at % #made + 1; return made[at] end`;
    writeFileSync(join(folder, 'load.lua'), script);
    return await runWrk(url, join(folder, 'load.lua'), seconds);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runWrk(url: string, script: string, duration: number): Promise<number> {
  const child = spawn('wrk', ['-t1', `-c${connections}`, `-d${duration}s`, '-s', script, url]);
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  await new Promise((resolve) => child.once('close', resolve));
  const rate = Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]);
  if (!(rate > 0) || /Non-2xx/.test(output)) throw new Error(`wrk ${url}: ${output}`);
  return rate;
}

/**
 * The same for GETs that can be sent once only, as signed ones: for a second, in their order. A server that answers more
 * than there are is asked again from the first.
 */
export async function loadOnce(url: string, paths: readonly string[]): Promise<number> {
  if (generator === 'autocannon') return await loadOnceByAutocannon(url, paths);
  const folder = mkdtempSync(join(tmpdir(), 'certitude-wrk-'));
  try {
    writeFileSync(join(folder, 'paths'), paths.map((path) => `${path}\n`).join(''));
    const script = `local paths = io.open(${lua(join(folder, 'paths'))})
      function request()
        local path = paths:read('*l')
        if not path then paths:seek('set'); path = paths:read('*l') end
        return wrk.format('GET', path)
      end`;
    writeFileSync(join(folder, 'load.lua'), script);
    return await runWrk(url, join(folder, 'load.lua'), 1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By the moment of the last answer: autocannon itself looks at the clock once a second. */
async function loadOnceByAutocannon(url: string, paths: readonly string[]): Promise<number> {
  let next = 0;
  const setupRequest = (request: object) => ({ ...request, path: paths[next++ % paths.length] });
  const began = performance.now();
  let last = began;
  await new Promise<void>((resolve, reject) => {
    const running = autocannon(
      { url, connections, amount: paths.length, requests: [{ setupRequest }] },
      (error, result) => {
        const refused = result === undefined ? 0 : result.non2xx + result.errors;
        if (error || refused > 0) reject(error ?? new Error(`${refused} refusals or errors`));
        else resolve();
      },
    );
    running.on('response', () => {
      last = performance.now();
    });
  });
  return paths.length / ((last - began) / 1000);
}

/** A string of Lua, octet for octet. */
function lua(text: string | Uint8Array): string {
  return `"${Array.from(Buffer.from(text), (octet) => `\\${String(octet).padStart(3, '0')}`).join('')}"`;
}

async function loadByAutocannon(url: string, { method, headers = {}, each }: Requests): Promise<number> {
  let next = 0;
  const setupRequest = (request: object) => {
    const { path, body } = each[next++ % each.length] ?? { path: '/' };
    return { ...request, path, ...(body && { body: Buffer.from(body) }) };
  };
  const result = await autocannon({
    url,
    method,
    headers,
    connections,
    duration: seconds,
    requests: [{ setupRequest }],
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.total / ((result.finish.getTime() - result.start.getTime()) / 1000);
}

/**
 * Answers a second with a connection for each, as HTTP/1.0 clients ask. By a client of our own: `openssl ocsp` takes one
 * connection at a time, and wrk's opening of all at once brings it to a halt.
 */
export async function loadByConnections(port: number, { method, headers = {}, each }: Requests): Promise<number> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const messages = each.map(({ path, body = new Uint8Array() }) => {
    const head = `${method} ${path} HTTP/1.0\r\n${lines.join('')}content-length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  });
  const began = performance.now();
  let next = 0;
  const asking = Array.from({ length: 4 }, async () => {
    while (performance.now() - began < seconds * 1000) {
      const status = await askOnce(port, messages[next++ % messages.length] as Uint8Array);
      if (!/^HTTP\/1\.[01] 200 /.test(status)) throw new Error(status);
    }
  });
  await Promise.all(asking);
  return next / ((performance.now() - began) / 1000);
}

function askOnce(port: number, message: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined;
    const socket = connect(port, '127.0.0.1', () => socket.write(message));
    socket.on('data', (chunk: Buffer) => (first ??= chunk));
    socket.setTimeout(5000, () => socket.destroy(new Error('no answer within five seconds')));
    socket.on('error', reject);
    socket.on('close', () => resolve(first?.subarray(0, 40).toString('latin1') ?? 'no answer'));
  });
}

/** A node:http server that answers 290 octets and does nothing else, but reads bodies to their end. */
export async function startBareServer(port: number): Promise<Worker> {
  const worker = new Worker(
    `const { createServer } = require('node:http');
     const { parentPort } = require('node:worker_threads');
     const body = JSON.stringify({ a: 'x'.repeat(282) });
     createServer((request, response) => {
       const answer = () => { response.setHeader('content-type', 'application/json'); response.end(body); };
       if (request.method === 'GET') return answer();
       const chunks = [];
       request.on('data', (chunk) => chunks.push(chunk));
       request.on('end', answer);
     }).listen(${port}, '127.0.0.1', () => parentPort.postMessage('up'));`,
    { eval: true },
  );
  await new Promise((resolve) => worker.once('message', resolve));
  return worker;
}
