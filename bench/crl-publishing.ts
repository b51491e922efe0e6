// Publishes the CRL of a store's CA a few times more and prints what it took, as JSON: `node --expose-gc bench/crl-publishing.ts FOLDER`.

import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { systemClock, toSeconds, type UnixSeconds } from '../src/base/time.ts';
import { FileSigner } from '../src/drivers/file-signer.ts';
import { openMasterKey } from '../src/drivers/master-key.ts';
import { databaseFile } from '../src/drivers/sqlite/database.ts';
import { SqliteStore } from '../src/drivers/sqlite/store.ts';
import { AuthorityDirectory } from '../src/registry/authority-directory.ts';
import { type BuiltPublication, buildPublication } from '../src/registry/crl-building.ts';
import { checkPublication } from '../src/registry/crl-checking.ts';
import { revokedStoreUrl } from './revoked-store.ts';

export interface PublishingSteps {
  readonly buildMillis: number;
  readonly checkMillis: number;
  readonly publishMillis: number;
  readonly totalMillis: number;
}

export interface CrlMeasurement {
  readonly octets: number;
  readonly loadMillis: number;
  /** The first after a restart: from all rows. */
  readonly first: PublishingSteps;
  /** Those after it: from the list before and what has changed since. */
  readonly next: PublishingSteps;
  /** Of the processor's time, so that it does not count who else is at work on the machine; of such a next one. */
  readonly longestTurnMillis: number;
  /** Of all of these. */
  readonly peakOctets: number;
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
  const [authority] = authorities.all();
  if (!authority) throw new Error('there is no CA');
  // One more than needed: the first of all has nothing before it to be compared with.
  let before = await publications.publishedCrls(authority.record.identifier);
  let listed: BuiltPublication['listed'] | undefined;
  const publish = async () => {
    const began = performance.now();
    const thisUpdate = Math.max(toSeconds(systemClock.now()), (before?.thisUpdate ?? 0) + 1) as UnixSeconds;
    const plan = { authority, previous: before, thisUpdate, listed };
    const built = await buildPublication(plan, { store, publications, signer, publicUrl: revokedStoreUrl });
    const isBuilt = performance.now();
    await checkPublication(built, authority, before, publications, listed !== undefined);
    const isChecked = performance.now();
    const { lists, listed: entries, ...facts } = built;
    const publication = { ...facts, lists: new Map(lists.map(({ scope, der }) => [scope, der])) };
    await publications.publishCrls(publication, before?.number ?? 0);
    const isPublished = performance.now();
    before = publication;
    listed = entries;
    return {
      buildMillis: isBuilt - began,
      checkMillis: isChecked - isBuilt,
      publishMillis: isPublished - isChecked,
      totalMillis: isPublished - began,
    };
  };
  if (!before) await publish();
  before = undefined;
  listed = undefined;
  globalThis.gc?.();
  await rest();

  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const loading = performance.now();
  before = await publications.publishedCrls(authority.record.identifier);
  const loadMillis = performance.now() - loading;
  const first = await publish();
  change(dataDir);
  await rest(); // the parts of the list before are removed meanwhile
  const next = await publish();
  change(dataDir);
  const longestTurnMillis = await longestTurnDuring(publish);
  clearInterval(watch);
  const octets = before?.lists.get('')?.length ?? 0;
  return { octets, loadMillis, first, next, longestTurnMillis, peakOctets: peak - idle };
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
