// Looks into a status index that another thread feeds, and reports what cannot have been so.

import assert from 'node:assert/strict';
import { parentPort, workerData } from 'node:worker_threads';
import type { AccountId } from '../../src/base/journal-entry.ts';
import type { Identifier } from '../../src/registry/model.ts';
import { keysPerPage, SerialKeys } from '../../src/registry/serial-keys.ts';
import type { SharedStandings } from '../../src/registry/standings.ts';
import { neverIssued, notRevoked, StatusIndex } from '../../src/registry/status-index.ts';
import { seededRandom } from '../journeys/seeded-random.ts';
import { firstReason, momentOf, secondReason, serialOf } from './watched-certificates.ts';

const { shared, answered, account, root, seed } = workerData as {
  readonly shared: SharedStandings;
  readonly answered: Int32Array;
  readonly account: AccountId;
  readonly root: Identifier;
  readonly seed: number;
};
const index = StatusIndex.attach(shared);
const random = seededRandom(seed);
const moments = new Float64Array(keysPerPage);
const wrong: string[] = [];
let looked = 0;
Atomics.add(answered, 3, 1);
while (wrong.length < 10) {
  const held = Atomics.load(answered, 1);
  const revoked = Atomics.load(answered, 2);
  const issued = Atomics.load(answered, 0);
  if (issued < 0) break;
  if (issued === 0) continue;
  // Often what has just come.
  const number = random.below(2) === 0 ? issued - 1 - random.below(Math.min(issued, 50)) : random.below(issued);
  const serialNumber = serialOf(number);
  const status = index.lookupIssuedBy(root, account, serialNumber);
  const same = index.lookup(account, serialNumber);
  looked++;
  const tell = (what: string) =>
    wrong.push(`${what}: ${number} of ${issued}, ${held}, ${revoked}: ${JSON.stringify(status)}`);
  if (status.status === 'unknown' || same.status === 'unknown') tell('lost');
  if (status.status === 'good' && number < held) tell('answered as revoked, and good');
  if (status.status === 'revoked') {
    if (status.revokedAt !== momentOf(number)) tell('another moment');
    if (status.reason !== firstReason && status.reason !== secondReason) tell('another reason');
    if (status.reason === firstReason && number < revoked) tell('a hold that was over');
  }
  if (looked % 8 === 0) {
    // Many at once, with one among them that is not there.
    const numbers = Array.from({ length: 300 }, () => random.below(issued));
    const keys = new SerialKeys();
    for (const each of [...numbers, issued + 1_000_000]) keys.addText(serialOf(each));
    for (const page of keys.pages()) index.lookupPage(account, page, moments);
    for (const [place, each] of numbers.entries()) {
      const moment = moments[place] ?? neverIssued;
      if (moment === neverIssued) tell(`lost ${each}, of many`);
      if (moment === notRevoked && each < held) tell(`answered as revoked, and good: ${each}, of many`);
      if (moment >= 0 && moment !== momentOf(each)) tell(`another moment: ${each}, of many`);
    }
    if (moments[numbers.length] !== neverIssued) tell('found what is not there, of many');
  }
  if (index.lookup(account, serialOf(issued + 1_000_000)).status !== 'unknown') tell('found what is not there');
}
assert.ok(parentPort);
parentPort.postMessage({ wrong, looked });
