// Writes the access log: lines are gathered in memory and go to the file in batches, off the way of the calls.
//
// A call never waits for its line, and none is refused because the log cannot be written: relying parties that ask for a
// status are worth more than a record of their asking, and what changes something is in the journal, which does refuse.
// What is lost is counted, and said in the log itself as soon as it can be.

import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { beganAt, compress, listLogFiles, momentOf, pathOf, prune } from './files.ts';

export interface WriterSettings {
  /** A file is followed by the next once it would be larger, or the day (UTC) is over. */
  readonly fileOctets: number;
  /** The oldest are deleted so that all together do not become larger. */
  readonly totalOctets: number;
  readonly gzip: boolean;
}

export interface WriterServices {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told when writing begins to fail, and `undefined` when it works again. Lines wait in memory meanwhile. */
  readonly report: (problem: Error | undefined) => void;
  /** Opens a file for appending; for tests of full disks. */
  readonly openFile?: (path: string) => Promise<Handle>;
}

type Handle = Pick<FileHandle, 'write' | 'datasync' | 'close' | 'stat' | 'read'>;

/** How long a line may wait in memory: what a crash of the process can lose, with what is being written just then. */
const gatherMillis = 100;
/** What a power cut can lose. */
const syncMillis = 1000;
const retryMillis = 1000;
/** Some 80,000 lines. As many come together only while the disk is full or slower than the callers. */
const mostWaiting = 32 * 1024 * 1024;
const leastRoom = 64 * 1024;
const mostRoomAhead = 4 * 1024 * 1024;

interface OpenFile {
  readonly handle: Handle;
  readonly began: string;
  octets: number;
}

export class AccessLogWriter {
  readonly folder: string;
  readonly #settings: WriterSettings;
  readonly #services: WriterServices;
  /** Octets, not text: a text put together of many would be kept in all its pieces until it is written. */
  #waiting = Buffer.allocUnsafe(leastRoom);
  #waitingOctets = 0;
  #lost = 0;
  #lostSinceLine = 0;
  /** What is being written, and how much of it is: after a failure it goes on exactly there. */
  #batch: Buffer = Buffer.alloc(0);
  #written = 0;
  #file: OpenFile | undefined;
  /** Name of the last file there is. */
  #newest: string | undefined;
  #syncedAt = 0;
  #isSynced = true;
  #isFailing = false;
  #timer: NodeJS.Timeout | undefined;
  #turn: Promise<void> | undefined;
  #syncing: Promise<void> | undefined;
  #tidying: Promise<void> = Promise.resolve();

  constructor(folder: string, settings: WriterSettings, services: WriterServices) {
    this.folder = folder;
    this.#settings = settings;
    this.#services = services;
  }

  /** Lines lost since the start. */
  get lost(): number {
    return this.#lost;
  }

  /** @param line one JSON object without a line end, ASCII. */
  write(line: string): void {
    this.writeLines(`${line}\n`, 1);
  }

  /** The same of several, each with its end; of more than there is room for, the first. */
  writeLines(text: string, lines: number): void {
    const room = mostWaiting - this.#waitingOctets;
    const fitting = text.length <= room ? text : text.slice(0, text.lastIndexOf('\n', room - 1) + 1);
    if (fitting !== '') this.#add(fitting);
    if (fitting !== text) this.lose(fitting === '' ? lines : linesIn(text, fitting.length));
    if (this.#waitingOctets > 0 && this.#timer === undefined && this.#turn === undefined) this.#arm(gatherMillis);
  }

  /** Counts lines that were lost before they came here. */
  lose(lines: number): void {
    this.#lost += lines;
    this.#lostSinceLine += lines;
  }

  /** When every line that was given before is in the file, however slow the disk is; at once while writing fails. */
  async written(): Promise<void> {
    while (this.#turn !== undefined) await this.#turn;
    if (this.#waitingOctets === 0 || this.#isFailing) return;
    this.#beginTurn();
    await this.#turn;
  }

  /** Writes what is left, if it can be written. Nothing is taken after that. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    // Whoever waits for his lines begins another: two at once would write, and open, the same.
    while (this.#turn !== undefined) await this.#turn;
    clearTimeout(this.#timer);
    await this.#writeOut().catch((problem: Error) => this.#services.report(problem));
    await this.#tidying;
    await this.#syncing;
    await this.#file?.handle.datasync().catch(() => {});
    await this.#file?.handle.close().catch(() => {});
    this.#file = undefined;
  }

  #arm(millis: number): void {
    this.#timer = setTimeout(() => this.#beginTurn(), millis).unref();
  }

  #beginTurn(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turn = this.#takeTurn().finally(() => (this.#turn = undefined));
  }

  async #takeTurn(): Promise<void> {
    let next = gatherMillis;
    try {
      await this.#writeOut();
      this.#syncIfDue();
      if (this.#isFailing) this.#services.report(undefined);
      this.#isFailing = false;
    } catch (problem) {
      if (!this.#isFailing) this.#services.report(problem as Error);
      this.#isFailing = true;
      next = retryMillis;
    }
    if (this.#waitingOctets > 0 || this.#written < this.#batch.length) this.#arm(next);
    else if (!this.#isSynced) this.#arm(syncMillis);
  }

  async #writeOut(): Promise<void> {
    if (this.#written === this.#batch.length) {
      if (this.#waitingOctets === 0) return;
      this.#add(this.#lossLine());
      this.#batch = this.#waiting.subarray(0, this.#waitingOctets);
      // As many come again, most likely.
      this.#waiting = Buffer.allocUnsafe(Math.min(Math.max(this.#waitingOctets, leastRoom), mostRoomAhead));
      this.#waitingOctets = 0;
      this.#written = 0;
    }
    const file = await this.#fileFor(this.#batch.length);
    while (this.#written < this.#batch.length) {
      const { bytesWritten } = await file.handle.write(this.#batch, this.#written);
      this.#written += bytesWritten;
      file.octets += bytesWritten;
      this.#isSynced = false;
    }
  }

  #add(text: string): void {
    const octets = this.#waitingOctets + text.length;
    if (octets > this.#waiting.length) {
      const larger = Buffer.allocUnsafe(2 * octets);
      this.#waiting.copy(larger, 0, 0, this.#waitingOctets);
      this.#waiting = larger;
    }
    this.#waiting.write(text, this.#waitingOctets, 'latin1');
    this.#waitingOctets = octets;
  }

  #lossLine(): string {
    const lost = this.#lostSinceLine;
    if (lost === 0) return '';
    this.#lostSinceLine = 0;
    return `${JSON.stringify({ time: new Date(this.#services.now()).toISOString(), lost })}\n`;
  }

  /** Beside the writing, which must not wait for it: a busy disk takes longer than memory has room. */
  #syncIfDue(): void {
    const now = performance.now();
    if (this.#isSynced || this.#syncing !== undefined || now - this.#syncedAt < syncMillis) return;
    this.#isSynced = true;
    this.#syncedAt = now;
    const { handle } = this.#file ?? {};
    // A file that was closed meanwhile is not looked after: its successor is due within a second.
    this.#syncing = handle
      ?.datasync()
      .catch(() => {})
      .finally(() => (this.#syncing = undefined));
  }

  /** The file that the next octets go into. A batch that was begun is not torn apart. */
  async #fileFor(octets: number): Promise<OpenFile> {
    const before = this.#file;
    // Kept at once: if what follows fails, the next turn goes on with it instead of opening it again.
    this.#file ??= await this.#takeUpNewest();
    let file = this.#file;
    if (file === undefined || this.#isOver(file, octets)) {
      const over = file;
      file = this.#file = await this.#begin();
      await this.#syncing;
      await over?.handle.close();
    }
    if (file !== before) {
      const { began } = file;
      this.#tidying = this.#tidying.then(() => this.#tidy(began)).catch(this.#services.report);
    }
    return file;
  }

  #isOver({ began, octets: before }: OpenFile, octets: number): boolean {
    if (this.#written > 0) return false;
    const today = beganAt(this.#services.now()).slice(0, 10);
    return (before > 0 && before + octets > this.#settings.fileOctets) || today > began.slice(0, 10);
  }

  /** After a restart the newest file is gone on with. */
  async #takeUpNewest(): Promise<OpenFile | undefined> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    const newest = (await listLogFiles(this.folder)).at(-1);
    this.#newest = newest?.began;
    if (newest === undefined || newest.compressed) return undefined;
    const handle = await this.#open(newest.path);
    try {
      const { size } = await handle.stat();
      await endLastLine(handle, size);
      return { handle, began: newest.began, octets: size };
    } catch (problem) {
      // Node ends the process over a handle that is only forgotten.
      await handle.close();
      throw problem;
    }
  }

  /** Names ascend even if the clock was set back. */
  async #begin(): Promise<OpenFile> {
    const earliest = this.#newest === undefined ? 0 : momentOf(this.#newest) + 1;
    const began = beganAt(Math.max(this.#services.now(), earliest));
    const handle = await this.#open(pathOf(this.folder, began));
    this.#newest = began;
    return { handle, began, octets: 0 };
  }

  #open(path: string): Promise<Handle> {
    return this.#services.openFile?.(path) ?? open(path, 'a+', 0o600);
  }

  async #tidy(current: string): Promise<void> {
    const { gzip, fileOctets, totalOctets } = this.#settings;
    if (gzip) {
      for (const file of await listLogFiles(this.folder)) {
        if (!file.compressed && file.began < current) await compress(file);
      }
    }
    await prune(this.folder, totalOctets - fileOctets);
  }
}

/** What a power cut left of a line must not become the beginning of the next. */
async function endLastLine(handle: Handle, size: number): Promise<void> {
  const last = Buffer.alloc(1);
  if (size > 0 && (await handle.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== 0x0a) {
    await handle.write(Buffer.from('\n'));
  }
}

function linesIn(text: string, from: number): number {
  let lines = 0;
  for (let at = text.indexOf('\n', from); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  return lines;
}
