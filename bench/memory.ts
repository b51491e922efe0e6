// What the status index takes for a certificate, and how fast it answers, as it grows; beside a Map with the same numbers as text.

import { randomBytes } from 'node:crypto';
import type { AccountId } from '../src/base/journal-entry.ts';
import type { SerialNumber } from '../src/pki/serial-number.ts';
import { newHashSeed } from '../src/registry/seeded-hash.ts';
import type { StandingPage } from '../src/registry/standing-page.ts';
import { StatusIndex } from '../src/registry/status-index.ts';
import { isLarge, median, type Row } from './figures.ts';

/** The last, with --large, takes some 4 GB and minutes. */
const sizes = [100_000, 1_000_000, 10_000_000, ...(isLarge ? [100_000_000] : [])];
/** A Map holds no more than 2^24, and with text keys takes more than 1 GB for these. */
const largestMap = 10_000_000;
const perPage = 10_000;
const oneRevokedIn = 10;
const lookUps = 300_000;
const perCall = 1000;
const runs = 5;
const account = '1000000000000001' as AccountId;
const root = 'f'.repeat(32);

export async function benchMemory(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const certificates of sizes) rows.push(...measure(certificates));
  return rows;
}

function measure(certificates: number): Row[] {
  collect();
  const before = process.memoryUsage().rss;
  const index = new StatusIndex(newHashSeed(randomBytes));
  const map = certificates <= largestMap ? new Map<string, number>() : undefined;
  const calls: string[] = [];
  const wanted = lookUps / perCall;
  const began = performance.now();
  let mapMillis = 0;
  index.takePage(rootPage());
  for (let from = 0; from < certificates; from += perPage) {
    const page = pageOf(from);
    index.takePage(page);
    const list = serialsOf(page);
    for (let at = 0; at < perPage; at += perCall) {
      // Of all the calls that could be made of them, an even sample.
      if (Math.random() < (wanted * perCall) / certificates) calls.push(list.slice(at, at + perCall).join(','));
    }
  }
  const millis = performance.now() - began;
  collect();
  const resident = process.memoryUsage().rss - before;
  const rates = { index: [] as number[], map: [] as number[] };
  if (map) {
    // The numbers are not kept above, so that what is resident is the index: the map gets those asked for, and others.
    const mapBegan = performance.now();
    for (const call of calls) for (const serial of call.split(',')) map.set(serial, 1);
    while (map.size < certificates) for (const serial of serialsOf(pageOf(map.size))) map.set(serial, 1);
    mapMillis = performance.now() - mapBegan;
  }
  const mixed = shuffled(calls);
  for (let run = 0; run < runs; run++) {
    rates.index.push(rate(mixed, (serial) => index.lookup(account, serial as SerialNumber).status !== 'unknown'));
    if (map) rates.map.push(rate(mixed, (serial) => map.has(serial)));
  }
  const perCertificate = index.octets / certificates;
  const label = `${certificates} certificates`;
  const [own, maps] = [median(rates.index), median(rates.map)];
  return [
    { what: `${label}: octets each, of the index`, figure: perCertificate.toFixed(1) },
    { what: `${label}: octets each, resident`, figure: (resident / certificates).toFixed(1) },
    { what: `${label}: added, pages made included`, figure: `${millions((certificates * 1000) / millis)} M/s` },
    ...(map
      ? [
          { what: `${label}: added to a Map, likewise`, figure: `${millions((certificates * 1000) / mapMillis)} M/s` },
          {
            what: `${label}: looked up in a Map, lists of ${perCall} split`,
            figure: `${millions(maps)} M/s`,
            ratio: 1,
          },
        ]
      : []),
    {
      what: `${label}: looked up in the index, likewise`,
      figure: `${millions(own)} M/s`,
      ...(map && { ratio: Math.round((own / maps) * 100) / 100 }),
    },
  ];
}

/** Numbers a second, from lists as calls bring them. */
function rate(calls: readonly string[], isKnown: (serial: string) => boolean): number {
  const began = performance.now();
  let asked = 0;
  for (const call of calls) {
    for (const serial of call.split(',')) {
      if (!isKnown(serial)) throw new Error(`${serial} is not found`);
      asked++;
    }
  }
  return (asked * 1000) / (performance.now() - began);
}

/** Numbers of many calls in each, so that neighbours in a call were not neighbours when they came. */
function shuffled(calls: readonly string[]): string[] {
  const all = calls.flatMap((call) => call.split(','));
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(Math.random() * (at + 1));
    [all[at], all[other]] = [all[other] ?? '', all[at] ?? ''];
  }
  return Array.from({ length: Math.ceil(all.length / perCall) }, (_, call) =>
    all.slice(call * perCall, (call + 1) * perCall).join(','),
  );
}

function rootPage(): StandingPage {
  return {
    ...{ atMost: 0, serials: ascii('01'), standings: ascii('1') },
    ...{ issuers: ascii(root), authorities: ascii(`${root} ${account} ${root} 01 1`) },
  };
}

/** As the store reads them: numbers of 16 octets, one certificate in ten revoked. */
function pageOf(from: number): StandingPage {
  const digits = randomBytes(16 * perPage).toString('hex');
  const column = (value: (at: number) => string) =>
    ascii(Array.from({ length: perPage }, (_, at) => value(at)).join(','));
  return {
    serials: column((at) => `7${digits.slice(32 * at + 1, 32 * at + 32)}`),
    atMost: 0,
    standings: column((at) => `${2 + from + at}${at % oneRevokedIn === 0 ? ' 1767225600 superseded' : ''}`),
    issuers: column(() => root),
    authorities: ascii(''),
  };
}

function ascii(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

function serialsOf({ serials }: StandingPage): string[] {
  return Buffer.from(serials).toString('latin1').split(',');
}

/** With --expose-gc; without it what is resident includes what is about to go. */
function collect(): void {
  (globalThis as { gc?: () => void }).gc?.();
}

function millions(rate: number): string {
  return (rate / 1e6).toFixed(2);
}
