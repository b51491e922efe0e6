// Opens the store with everything that follows its journal: what the service and the operator's commands both stand on.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Administration } from '../access/administration/command.ts';
import { Directory } from '../access/directory.ts';
import { systemClock } from '../base/time.ts';
import { masterKeyFile, openMasterKey } from '../drivers/master-key.ts';
import type { Sealer } from '../drivers/sealer.ts';
import { isCertificateEntry } from '../drivers/sql/journal-rows.ts';
import { databaseFile } from '../drivers/sqlite/database.ts';
import { SqliteStore } from '../drivers/sqlite/store.ts';
import { StoreProblem } from '../drivers/store-problem.ts';
import { Issuers } from '../registry/issuers.ts';
import type { StatusIndex } from '../registry/status-index.ts';
import type { Config } from './config.ts';
import { keepStatusCheckpoint, openStatusIndex } from './open-status-index.ts';

export interface OpenStore {
  readonly store: SqliteStore;
  readonly sealer: Sealer;
  readonly directory: Directory;
  readonly statusIndex: StatusIndex;
  readonly issuers: Issuers;
  readonly administration: Administration;
  /** Number of the last journal entry that directory and index have taken over. */
  readonly followedTo: () => number;
  /** Leaves the status index in a file for the next start. Of those who may have a data folder open, for the service alone. */
  readonly keepStatusIndex: () => Promise<void>;
}

/** @throws {StoreProblem} {MasterKeyProblem} saying what is wrong and what to do; nothing is left open. */
export async function openStore(
  { dataDir, masterPassphrase }: Pick<Config, 'dataDir' | 'masterPassphrase'>,
  mode: 'create' | 'existing' | 'existing-or-create',
): Promise<OpenStore> {
  if (mode !== 'existing') requireNoOrphanedKey(dataDir);
  const store = await SqliteStore.open({ dataDir, mode, verify: 'since-checkpoint' });
  try {
    const sealer = await openMasterKey({
      dataDir,
      ...(masterPassphrase !== undefined && { passphrase: masterPassphrase }),
      settings: store,
      random: randomBytes,
    });
    const directory = new Directory((identity, sealed) => sealer.open(identity, sealed));
    await store.followAccess((entry) => directory.apply(entry));
    const { statusIndex, sequence: known, from } = await openStatusIndex(store, dataDir);
    const issuers = new Issuers(store);
    let sequence = known;
    // Behind the directory among the followers: where the index has got to, the directory has as well.
    await store.follow((entry) => {
      if (isCertificateEntry(entry)) {
        statusIndex.apply(entry);
        issuers.apply(entry);
      }
      sequence = entry.sequence;
    }, sequence);
    const keepStatusIndex = async (): Promise<void> => {
      if (from === 'checkpoint' && sequence === known) return;
      await keepStatusCheckpoint({ store, dataDir, statusIndex, sequence });
    };
    const administration = {
      store,
      clock: systemClock,
      randomBytes,
      seal: (identity: string, secret: Uint8Array) => sealer.seal(identity, secret),
    };
    const followedTo = () => sequence;
    return { store, sealer, directory, statusIndex, issuers, administration, followedTo, keepStatusIndex };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** A key is made after its store: one without a store is what is left of a store that was lost, which a new one would hide. */
function requireNoOrphanedKey(dataDir: string): void {
  // In this order, since another process may be making both at this moment.
  const key = masterKeyFile(dataDir);
  if (!existsSync(key) || existsSync(databaseFile(dataDir))) return;
  throw new StoreProblem(
    'missing',
    `The store of ${dataDir} is gone: there is its ${key}, but no ${databaseFile(dataDir)}. Restore the database from a ` +
      'backup. For a new store, choose another data folder, and keep this key for as long as the old store may be found.',
  );
}
