// Sends each of many requests once, over a few connections that are kept, as programs do that issue and revoke: the next when
// the last is answered. A client of our own, since wrk sends the same requests again, and those that change something are good for once.

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { BenchService } from './service.ts';

export const clients = 16;

/** Answers a second. @throws when one is not HTTP 200. */
export async function burst(port: number, requests: readonly Buffer[]): Promise<number> {
  let next = 0;
  const take = () => requests[next++];
  const connections = await Promise.all(Array.from({ length: clients }, () => connected(port)));
  const began = performance.now();
  await Promise.all(connections.map((connection) => connection.sendAll(take)));
  return (requests.length * 1000) / (performance.now() - began);
}

/** The same, and how many microseconds of a processor the service took for each. */
export async function burstAt(
  { url, pid }: BenchService,
  requests: readonly Buffer[],
): Promise<{ readonly rate: number; readonly micros: number }> {
  const before = processorMicros(pid);
  const rate = await burst(Number(new URL(url).port), requests);
  return { rate, micros: (processorMicros(pid) - before) / requests.length };
}

/** What all threads of a process took of the processor so far; NaN where the system does not tell. */
export function processorMicros(pid: number): number {
  try {
    // proc(5): utime and stime are fields 14 and 15, in hundredths of a second; the name before them may have blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  } catch {
    return Number.NaN;
  }
}

async function connected(port: number) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return {
    sendAll: (take: () => Buffer | undefined): Promise<void> =>
      new Promise((resolve, reject) => {
        let text = '';
        const send = (): void => {
          const request = take();
          if (request) socket.write(request);
          else resolve(void socket.destroy());
        };
        socket.setEncoding('latin1');
        socket.on('error', reject);
        socket.on('close', () => reject(new Error('the connection was closed')));
        socket.on('data', (part: string) => {
          text += part;
          const head = text.indexOf('\r\n\r\n');
          if (head < 0) return;
          const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
          if (!text.startsWith('HTTP/1.1 200 ')) socket.destroy(new Error(text));
          else if (text.length >= head + 4 + length) {
            text = '';
            send();
          }
        });
        send();
      }),
  };
}
