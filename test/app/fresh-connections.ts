// Many requests at the same moment, each over a connection of its own: the system spreads them over the threads that serve.

import { request } from 'node:http';
import { encodeForm, type Signing, signedParameters } from '../journeys/signed-request.ts';

export interface FreshReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** `OK`, or the code of the error. */
  readonly code: string;
}

export interface Asked {
  readonly path: string;
  readonly method?: 'GET' | 'POST';
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array;
}

export const statusAction = 'DescribeClientCertificateStatusForSerialNumber';

export function statusCall(serialNumber: string, signing: Signing = {}): Asked {
  return { path: `/?${encodeForm(signedParameters(statusAction, { SerialNumber: serialNumber }, signing))}` };
}

/** @param asked  made anew for each, unless it is one request that all send. */
export function askAtOnce(port: number, count: number, asked: Asked | (() => Asked)): Promise<FreshReply[]> {
  const each = typeof asked === 'function' ? asked : () => asked;
  return Promise.all(Array.from({ length: count }, () => askAnew(port, each())));
}

export function askAnew(port: number, { path, method = 'GET', headers = {}, body }: Asked): Promise<FreshReply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        const status = response.statusCode ?? 0;
        resolve({ status, headers: response.headers, body: whole, code: codeIn(status, whole) });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

function codeIn(status: number, body: Buffer): string {
  if (status === 200) return 'OK';
  return /"Code":"([^"]+)"/.exec(body.toString())?.[1] ?? String(status);
}

/** How many of each. */
export function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** The value of a series of /metrics; 0 where there is none yet. */
export async function metric(url: string, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1) ?? 0);
}
