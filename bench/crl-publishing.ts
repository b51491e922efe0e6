// Publishes the CRL of a store's CA once more and prints what it took, as JSON: `node --expose-gc bench/crl-publishing.ts FOLDER`.

import { randomBytes } from 'node:crypto';
import { systemClock, toSeconds, type UnixSeconds } from '../src/base/time.ts';
import { FileSigner } from '../src/drivers/file-signer.ts';
import { openMasterKey } from '../src/drivers/master-key.ts';
import { SqliteStore } from '../src/drivers/sqlite/store.ts';
import { AuthorityDirectory } from '../src/registry/authority-directory.ts';
import { buildPublication } from '../src/registry/crl-building.ts';
import { checkPublication } from '../src/registry/crl-checking.ts';
import { revokedStoreUrl } from './revoked-store.ts';

export interface CrlMeasurement {
  readonly octets: number;
  readonly loadMillis: number;
  readonly buildMillis: number;
  readonly checkMillis: number;
  readonly publishMillis: number;
  readonly totalMillis: number;
  /** Of the processor's time, so that it does not count who else is at work on the machine. */
  readonly longestTurnMillis: number;
  readonly peakOctets: number;
}

if (import.meta.main) {
  const dataDir = process.argv[2];
  if (dataDir === undefined) throw new TypeError('which folder?');
  const store = await SqliteStore.open({ dataDir, mode: 'existing', verify: 'none' });
  console.log(JSON.stringify(await measure(store, dataDir)));
  await store.close();
}

async function measure(store: SqliteStore, dataDir: string): Promise<CrlMeasurement> {
  const signer = new FileSigner(await openMasterKey({ dataDir, settings: store, random: randomBytes }));
  const authorities = new AuthorityDirectory(store, (error) => console.error(error));
  await authorities.load();
  const [authority] = authorities.all();
  if (!authority) throw new Error('there is no CA');
  // One more than needed: the first has nothing before it to be compared with.
  let before = await store.publications.publishedCrls(authority.record.identifier);
  const publish = async () => {
    const began = performance.now();
    const thisUpdate = Math.max(toSeconds(systemClock.now()), (before?.thisUpdate ?? 0) + 1) as UnixSeconds;
    const plan = { authority, previous: before, thisUpdate };
    const built = await buildPublication(plan, {
      store,
      publications: store.publications,
      signer,
      publicUrl: revokedStoreUrl,
    });
    const isBuilt = performance.now();
    await checkPublication(built, authority, before, store.publications);
    const isChecked = performance.now();
    const publication = { ...built, lists: new Map(built.lists.map(({ scope, der }) => [scope, der])) };
    await store.publications.publishCrls(publication, before?.number ?? 0);
    const isPublished = performance.now();
    before = publication;
    return { began, isBuilt, isChecked, isPublished, octets: publication.lists.get('')?.length ?? 0 };
  };
  if (!before) await publish();
  before = undefined;
  globalThis.gc?.();
  await new Promise((resolve) => setTimeout(resolve, 500));

  const idle = process.memoryUsage.rss();
  let peak = idle;
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const loading = performance.now();
  before = await store.publications.publishedCrls(authority.record.identifier);
  const loadMillis = performance.now() - loading;
  const { began, isBuilt, isChecked, isPublished, octets } = await publish();
  clearInterval(watch);
  const longestTurnMillis = await longestTurnDuring(publish);
  return {
    octets,
    loadMillis,
    buildMillis: isBuilt - began,
    checkMillis: isChecked - isBuilt,
    publishMillis: isPublished - isChecked,
    totalMillis: isPublished - began,
    longestTurnMillis,
    peakOctets: peak - idle,
  };
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
