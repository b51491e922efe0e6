// Publishes the CRL of a store's CA a few times more and prints what it took, as JSON: `node --expose-gc bench/crl-publishing.ts FOLDER`.

import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { type Clock, systemClock, type UnixMillis } from '../src/base/time.ts';
import { FileSigner } from '../src/drivers/file-signer.ts';
import { openMasterKey } from '../src/drivers/master-key.ts';
import { databaseFile } from '../src/drivers/sqlite/database.ts';
import { SqliteStore } from '../src/drivers/sqlite/store.ts';
import { AuthorityDirectory } from '../src/registry/authority-directory.ts';
import { CrlPublisher } from '../src/registry/crl-publisher.ts';
import { revokedStoreUrl } from './revoked-store.ts';

/** Each from its beginning until the list is checked, durable and served. */
export interface CrlMeasurement {
  readonly octets: number;
  readonly loadMillis: number;
  /** The first after a restart: from what the process before has left, and what has changed since. */
  readonly firstMillis: number;
  /** Those after it. */
  readonly nextMillis: number;
  /** One that is made from all rows, as where an earlier release has left nothing to go on from. */
  readonly wholeMillis: number;
  /** Of the processor's time, so that it does not count who else is at work on the machine; of a next one. */
  readonly longestTurnMillis: number;
  /** Of all but the one from all rows. */
  readonly peakOctets: number;
  readonly wholePeakOctets: number;
}

const changesBetween = 1000;

if (import.meta.main) {
  const dataDir = process.argv[2];
  if (dataDir === undefined) throw new TypeError('which folder?');
  const store = await SqliteStore.open({ dataDir, mode: 'existing', verify: 'none' });
  console.log(JSON.stringify(await measure(store, dataDir)));
  await store.close();
}

async function measure(store: SqliteStore, dataDir: string): Promise<CrlMeasurement> {
  const signer = new FileSigner(await openMasterKey({ dataDir, settings: store, random: randomBytes }));
  const { publications } = store;
  const authorities = new AuthorityDirectory(store, (error) => console.error(error));
  await authorities.load();
  // Ahead of the list published last, every time.
  const last = Math.max(0, ...(await publications.publishedLists()).map(({ thisUpdate }) => thisUpdate));
  let ahead = Math.max(0, last * 1000 - systemClock.now());
  const clock: Clock = {
    now: () => (systemClock.now() + ahead) as UnixMillis,
    monotonic: () => systemClock.monotonic(),
  };
  let octets = 0;
  const load = async (): Promise<CrlPublisher> => {
    const publisher = new CrlPublisher({
      ...{ store, publications, signer, authorities, clock, delaySeconds: 0, publicUrl: revokedStoreUrl },
      onPublished: ({ lists }) => {
        octets = lists.get('')?.length ?? 0;
      },
      onFailure: (_authority, error) => {
        throw error;
      },
    });
    await publisher.load();
    return publisher;
  };
  /** Of what has changed since the last one. */
  const publish = async (publisher: CrlPublisher): Promise<void> => {
    const [authority] = authorities.all();
    if (!authority) throw new Error('there is no CA');
    const { identifier, issuer, serialNumber, account } = authority.record;
    const actor = { principal: '', requestId: '', sourceAddress: '' };
    const event = { kind: 'certificate-crl-requested', identifier, issuer, serialNumber } as const;
    publisher.apply({ sequence: 0, at: clock.now(), account, actor, event });
    ahead += 2000;
    octets = 0;
    await publisher.publishDue();
    if (octets === 0) throw new Error('nothing was published');
  };
  // The first of all has nothing before it to be compared with; and an idle process has read from its store before.
  await load().then((earlier) => (last === 0 ? publish(earlier) : undefined));
  change(dataDir);
  await rest();
  const endWatch = watchMemory();
  const began = performance.now();
  const publisher = await load();
  const loadMillis = performance.now() - began;
  const firstMillis = await timed(() => publish(publisher));
  change(dataDir);
  await rest(); // the parts of the list before are removed meanwhile
  const nextMillis = await timed(() => publish(publisher));
  change(dataDir);
  await rest();
  const longestTurnMillis = await longestTurnDuring(() => publish(publisher));
  const peakOctets = endWatch();
  await rest();
  forgetEnds(dataDir);
  const endWholeWatch = watchMemory();
  const other = await load();
  const wholeMillis = await timed(() => publish(other));
  return {
    ...{ octets, loadMillis, firstMillis, nextMillis, wholeMillis, longestTurnMillis },
    ...{ peakOctets, wholePeakOctets: endWholeWatch() },
  };
}

/** @returns what ends it, and tells how much more memory than now was taken at most. */
function watchMemory(): () => number {
  globalThis.gc?.();
  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  return () => {
    clearInterval(watch);
    return peak - idle;
  };
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 500));
}

/** Lets some of the revocations be of just now, wherever they stand on the list. */
function change(dataDir: string): void {
  const database = new DatabaseSync(databaseFile(dataDir), { timeout: 30_000 });
  try {
    database
      .prepare(
        `UPDATE certificates SET revoked_at = revoked_at + 1,
           sequence = id + (SELECT max(sequence) FROM journal) + (SELECT max(sequence) FROM certificates)
         WHERE state = 'revoked' AND id % (SELECT max(1, max(id) / ?) FROM certificates) = 0`,
      )
      .run(changesBetween);
  } finally {
    database.close();
  }
}

/** As an earlier release left its lists. */
function forgetEnds(dataDir: string): void {
  const database = new DatabaseSync(databaseFile(dataDir), { timeout: 30_000 });
  try {
    database.exec("DELETE FROM crl_parts WHERE scope LIKE '%:ends%'");
  } finally {
    database.close();
  }
}

/** Spins the event loop meanwhile, and takes the thread's own time at each turn. */
async function longestTurnDuring(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let isOver = false;
  let last = spent();
  const look = () => {
    const now = spent();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(look);
  };
  setImmediate(look);
  await work();
  isOver = true;
  return longest;
}

function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
