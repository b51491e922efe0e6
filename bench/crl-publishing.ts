// Publishes the CRL of a store's CA once more and prints what it took, as JSON: `node --expose-gc bench/crl-publishing.ts FOLDER`.

import { randomBytes } from 'node:crypto';
import { monitorEventLoopDelay } from 'node:perf_hooks';
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
  readonly loopMedian: number;
  readonly loopP99: number;
  readonly loopMax: number;
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
  let before = await store.publishedCrls(authority.record.identifier);
  const publish = async (delay?: ReturnType<typeof monitorEventLoopDelay>) => {
    delay?.enable();
    const began = performance.now();
    const thisUpdate = Math.max(toSeconds(systemClock.now()), (before?.thisUpdate ?? 0) + 1) as UnixSeconds;
    const plan = { authority, previous: before, thisUpdate, scheduled: true };
    const built = await buildPublication(plan, { store, signer, publicUrl: revokedStoreUrl });
    const isBuilt = performance.now();
    await checkPublication(built, authority, before, store);
    const isChecked = performance.now();
    const publication = { ...built, lists: new Map(built.lists.map(({ scope, der }) => [scope, der])) };
    await store.publishCrls(publication, before?.number ?? 0);
    const isPublished = performance.now();
    delay?.disable();
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
  before = await store.publishedCrls(authority.record.identifier);
  const loadMillis = performance.now() - loading;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const { began, isBuilt, isChecked, isPublished, octets } = await publish(delay);
  clearInterval(watch);
  const millis = (nanoseconds: number) => nanoseconds / 1e6;
  return {
    octets,
    loadMillis,
    buildMillis: isBuilt - began,
    checkMillis: isChecked - isBuilt,
    publishMillis: isPublished - isChecked,
    totalMillis: isPublished - began,
    loopMedian: millis(delay.percentile(50)),
    loopP99: millis(delay.percentile(99)),
    loopMax: millis(delay.max),
    peakOctets: peak - idle,
  };
}
