// The thread that holds the database: takes appends and reads from the store, commits what waits in groups, and
// reports every committed entry, its own or another process's, in order and once.

import { parentPort, workerData } from 'node:worker_threads';
import type { Kysely } from 'kysely';
import { type ChainedRow, type ChainHead, genesis } from '../../registry/journal.ts';
import { StoreUnavailable, UnknownOutcome } from '../../registry/store.ts';
import { leaveCheckpoint } from '../sql/append.ts';
import { journalHead, replayRows, sealedSecrets, verifySinceCheckpoint } from '../sql/journal-queries.ts';
import { isCertificateEntry, toEntry } from '../sql/journal-rows.ts';
import { addUp } from '../sql/listing-counts.ts';
import type { Schema } from '../sql/schema.ts';
import { brokenChain } from '../store-problem.ts';
import { type OpenDatabase, openDatabase } from './database.ts';
import { sqliteFault } from './dialect.ts';
import { type CommittedGroup, commitGroup, foreignEntries } from './group-commit.ts';
import {
  type Committed,
  type Failure,
  type ReplayChunk,
  type Report,
  type Request,
  type ThreadOptions,
  toPortable,
  type Written,
} from './messages.ts';
import { reads } from './reads.ts';
import { inTransaction } from './transaction.ts';

/** Bounds how long a group takes, and so how long a read behind it waits: some tens of milliseconds. */
const appendsPerGroup = 500;
const rowsPerChunk = 2000;

type AppendRequest = Extract<Request, { type: 'append' }>;

const port = parentPort;
if (port === null) throw new TypeError('store-thread.ts runs as a worker');
const options = workerData as ThreadOptions;

let queue: Request[] = [];
let working = false;
/** The last entry reported. */
let delivered: ChainHead = genesis;
/** Set when the database must not be touched again. */
let dead = false;

const open = await start();
if (open) {
  const dataVersion = open.database.prepare('PRAGMA data_version');
  let seen: unknown;
  const poll = setInterval(async () => {
    if (working || dead) return;
    try {
      // Changes with every commit of another connection, and with none of our own.
      const version = dataVersion.get()?.data_version;
      if (version === seen) return;
      working = true;
      await deliverForeign(open);
      seen = version;
    } catch (error) {
      // Busy: the next poll, or the next append, tells.
      if (sqliteFault(error) !== 'busy') die(error);
    }
    working = false;
    if (queue.length > 0) await work(open, poll);
  }, options.pollMillis);
  port.on('message', (requests: readonly Request[]) => {
    queue.push(...requests);
    if (!working) void work(open, poll);
  });
} else {
  port.close();
}

async function start(): Promise<OpenDatabase | undefined> {
  try {
    const opened = await openDatabase(options);
    if (options.verify === 'since-checkpoint') {
      const { head, broken } = await verifySinceCheckpoint(opened.db);
      if (broken) {
        opened.database.close();
        throw brokenChain(broken);
      }
      delivered = head;
    } else {
      delivered = await journalHead(opened.db);
    }
    report({ type: 'open', head: delivered });
    return opened;
  } catch (error) {
    report({ type: 'failed', error: toPortable(error) });
    return undefined;
  }
}

/** Works until nothing waits. While a group commits, the next one gathers. */
async function work(open: OpenDatabase, poll: NodeJS.Timeout): Promise<void> {
  working = true;
  try {
    while (queue.length > 0) {
      const taken = queue;
      queue = [];
      const appends = taken.filter((request) => request.type === 'append');
      for (let from = 0; from < appends.length; from += appendsPerGroup) {
        await commit(open, appends.slice(from, from + appendsPerGroup));
      }
      for (const request of taken) {
        if (request.type === 'read') await read(open.db, request);
        else if (request.type === 'replay') await replay(open.db, request);
        else if (request.type === 'close') await close(open, request.id, poll);
      }
      // One turn of the event loop, to take in what has come meanwhile.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    working = false;
  }
}

async function commit(open: OpenDatabase, group: readonly AppendRequest[]): Promise<void> {
  if (dead) return answerAll(group, new UnknownOutcome('the store has stopped after an earlier failure'));
  try {
    const committed = await commitGroup(open, delivered, group);
    delivered = committed.head;
    report({ type: 'committed', ...told(group, committed) });
  } catch (error) {
    if (!(error instanceof StoreUnavailable)) die(error);
    answerAll(group, error);
  }
}

function told(group: readonly AppendRequest[], { entries, outcomes }: CommittedGroup): Committed {
  const written: Written[] = [];
  const refused: Failure[] = [];
  let own = 0;
  for (const [index, { id, drafts }] of group.entries()) {
    const outcome = outcomes[index];
    if (outcome === undefined || outcome instanceof Error) {
      refused.push({ id, error: toPortable(outcome) });
      continue;
    }
    own += drafts.length;
    const { sequence } = outcome;
    if (!isCertificateEntry(outcome)) written.push({ id, sequence, whole: outcome });
    else if (drafts.some(({ event }) => !('serialNumber' in event))) {
      const { issuer, serialNumber } = outcome.event;
      written.push({ id, sequence, names: { issuer, serialNumber } });
    } else written.push({ id, sequence });
  }
  return { foreign: entries.slice(0, entries.length - own), written, refused };
}

async function read(db: Kysely<Schema>, { id, read, query }: Extract<Request, { type: 'read' }>): Promise<void> {
  if (dead) return answerStopped(id);
  await answer(id, () => (reads[read] as (db: Kysely<Schema>, query: unknown) => Promise<unknown>)(db, query));
}

async function replay(db: Kysely<Schema>, { id, scope, after }: Extract<Request, { type: 'replay' }>): Promise<void> {
  if (dead) return answerStopped(id);
  await answer(id, async (): Promise<ReplayChunk> => {
    const rows = await replayRows(db, { scope, after, upTo: delivered.sequence, limit: rowsPerChunk });
    const secrets = await sealedSecrets(db, rows.filter(({ kind }) => !kind.startsWith('certificate-')).map(toEntry));
    return { columns: byColumn(rows), secrets, complete: rows.length < rowsPerChunk };
  });
}

async function close({ database, db }: OpenDatabase, id: number, poll: NodeJS.Timeout): Promise<void> {
  clearInterval(poll);
  await answer(id, async () => {
    try {
      // Only of what was verified: a checkpoint in a broken journal would let the next start pass over the break. Tools that
      // look for one leave the store as they found it.
      if (!dead && options.verify === 'since-checkpoint') {
        await leaveCheckpoint(db, delivered);
        await inTransaction(addUp)(db, undefined);
      }
    } catch (error) {
      // Without them the next start verifies some more entries, and lists have some more lines to add up; nothing else depends
      // on it.
      if (sqliteFault(error) === undefined) throw error;
    } finally {
      dead = true;
      database.close();
    }
  });
  port?.close();
}

async function deliverForeign(open: OpenDatabase): Promise<void> {
  const { head, entries } = await foreignEntries(open, delivered);
  delivered = head;
  if (entries.length > 0) report({ type: 'committed', foreign: entries, written: [], refused: [] });
}

/** After a commit of unknown outcome even a read could tell what a crash may undo. */
function answerStopped(id: number): void {
  report({
    type: 'answer',
    answer: { id, error: toPortable(new UnknownOutcome('the store has stopped after an earlier failure')) },
  });
}

async function answer(id: number, value: () => Promise<unknown>): Promise<void> {
  try {
    const found = await value();
    report({ type: 'answer', answer: { id, value: found } }, handedOver(found));
  } catch (error) {
    const fault = sqliteFault(error);
    // Some questions write, as publications do.
    const message =
      fault === 'full' ? 'there is no room left on the disk of the database' : 'the database cannot be read';
    const shown = fault ? new StoreUnavailable(message, { cause: error }) : error;
    report({ type: 'answer', answer: { id, error: toPortable(shown) } });
  }
}

/** Of what is long and has buffers of its own, as SQLite's values have: a copy would take as long as reading it again. */
function handedOver(found: unknown): ArrayBufferLike[] {
  if (found instanceof Uint8Array) return [found.buffer];
  if (typeof found !== 'object' || found === null || !('standings' in found)) return [];
  return Object.values(found).flatMap((each) => (each instanceof Uint8Array ? [each.buffer] : []));
}

function answerAll(group: readonly AppendRequest[], error: unknown): void {
  const portable = toPortable(error);
  report({ type: 'committed', foreign: [], written: [], refused: group.map(({ id }) => ({ id, error: portable })) });
}

function die(error: unknown): void {
  dead = true;
  report({ type: 'fatal', error: toPortable(error) });
}

/** @param transfer  buffers within the message that nobody here looks at again. */
function report(message: Report, transfer: readonly ArrayBufferLike[] = []): void {
  port?.postMessage(message, [...transfer] as ArrayBuffer[]);
}

function byColumn(rows: readonly ChainedRow[]): ReplayChunk['columns'] {
  return {
    sequence: rows.map((row) => row.sequence),
    at: rows.map((row) => row.at),
    account: rows.map((row) => row.account),
    principal: rows.map((row) => row.principal),
    requestId: rows.map((row) => row.requestId),
    sourceAddress: rows.map((row) => row.sourceAddress),
    kind: rows.map((row) => row.kind),
    identifier: rows.map((row) => row.identifier),
    issuer: rows.map((row) => row.issuer),
    serial: rows.map((row) => row.serial),
    facts: rows.map((row) => row.facts),
  };
}
