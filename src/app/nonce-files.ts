// Keeps signature nonces in files, one for each quarter of an hour and thread that serves, so that a request captured before a
// restart is refused after it too.
//
// What a crash leaves: of a process that is killed, the nonce of every call that was answered or changed something, since
// nonces are handed to the system before that. Of a machine that loses power, what its system had not yet written to the
// disk is lost: to wait for that on each call would cost a hundred times the call.

import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Clock, toSeconds } from '../base/time.ts';
import type { Fingerprint } from '../protocols/rpc/nonce-table.ts';
import { isOver, type NonceRecord, type ReplayGuard } from '../protocols/rpc/replay.ts';
import { StoreUnavailable } from '../registry/store.ts';

const octetsOfRecord = 8;
/** While nothing can be written, so many wait; those before them are forgotten by a restart. Changes are refused. */
const mostWaiting = 65_536;
const retryMillis = 1000;

export interface NonceFilesOptions {
  /** Made where it is not there. */
  readonly folder: string;
  readonly clock: Clock;
  /** Number of the thread beside the main one, which has none: a file has one writer. */
  readonly thread?: number;
  /** Called once when writing fails, and again only after it has worked in between. */
  readonly onFailure: (error: unknown) => void;
}

export class NonceFiles implements NonceRecord {
  readonly #options: NonceFilesOptions;
  readonly #files = new Map<number, number>();
  #waiting: { readonly quarter: number; readonly fingerprint: Fingerprint }[] = [];
  /** What is written, put together here; as large as it was ever needed. */
  #records = new DataView(new ArrayBuffer(1024 * octetsOfRecord));
  #isFailing = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: NonceFilesOptions) {
    this.#options = options;
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  }

  /** What earlier runs wrote and still counts, for `guard`; what counts no more is deleted. */
  restoreTo(guard: ReplayGuard): void {
    for (const { quarter, path } of this.#written()) {
      const bytes = readFileSync(path);
      // A record cut off at the end belongs to a call that was not answered.
      for (let at = 0; at + octetsOfRecord <= bytes.length; at += octetsOfRecord) {
        guard.restore(quarter, { high: bytes.readInt32BE(at), low: bytes.readInt32BE(at + 4) });
      }
    }
  }

  append(quarter: number, fingerprint: Fingerprint): void {
    // The latest has to be among them: it may be that of a change, which `secure` is about to let through.
    if (this.#waiting.length >= mostWaiting) this.#waiting.shift();
    this.#waiting.push({ quarter, fingerprint });
  }

  /** Hands what was appended to the system: before replies go out. While that fails it is tried once a second. */
  beforeReplies(): void {
    if (!this.#isFailing) this.#flush();
  }

  /**
   * Hands what was appended to the system now: before a change, which must not be made a second time after a crash.
   * @throws {StoreUnavailable} when it cannot.
   */
  secure(): void {
    this.#flush();
    if (this.#waiting.length > 0) throw new StoreUnavailable('the nonce of the call cannot be written');
  }

  /** Lines of /readyz. */
  problems(): readonly string[] {
    return this.#isFailing
      ? ['nonces cannot be written: changes are refused until the data folder can be written to']
      : [];
  }

  close(): void {
    this.#flush();
    clearTimeout(this.#retry);
    for (const descriptor of this.#files.values()) closeSync(descriptor);
    this.#files.clear();
  }

  #flush(): void {
    if (this.#waiting.length === 0) return;
    try {
      for (let [first] = this.#waiting; first; [first] = this.#waiting) {
        const { quarter } = first;
        writeWhole(this.#file(quarter), this.#recordsOf(quarter));
        this.#waiting = this.#waiting.filter((each) => each.quarter !== quarter);
      }
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) this.#options.onFailure(error);
      this.#isFailing = true;
      this.#retryLater();
    }
  }

  #recordsOf(quarter: number): Uint8Array {
    const mostOctets = this.#waiting.length * octetsOfRecord;
    if (this.#records.byteLength < mostOctets) this.#records = new DataView(new ArrayBuffer(2 * mostOctets));
    let octets = 0;
    for (const { quarter: of, fingerprint } of this.#waiting) {
      if (of !== quarter) continue;
      this.#records.setInt32(octets, fingerprint.high);
      this.#records.setInt32(octets + 4, fingerprint.low);
      octets += octetsOfRecord;
    }
    return new Uint8Array(this.#records.buffer, 0, octets);
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#flush();
    }, retryMillis).unref();
  }

  #file(quarter: number): number {
    let descriptor = this.#files.get(quarter);
    if (descriptor === undefined) {
      this.#forgetOverOnes();
      descriptor = openSync(this.#path(quarter), 'a', 0o600);
      cutOffPart(descriptor);
      this.#files.set(quarter, descriptor);
    }
    return descriptor;
  }

  #forgetOverOnes(): void {
    for (const [quarter, descriptor] of this.#files) {
      if (!isOver(quarter, toSeconds(this.#options.clock.now()))) continue;
      closeSync(descriptor);
      this.#files.delete(quarter);
    }
    this.#written();
  }

  /** The files there are, of all threads; those of quarters that are over are deleted. */
  #written(): { readonly quarter: number; readonly path: string }[] {
    const { folder, clock } = this.#options;
    const now = toSeconds(clock.now());
    const written = readdirSync(folder).filter((name) => /^\d+(?:-\d+)?$/.test(name));
    return written
      .map((name) => ({ quarter: Number.parseInt(name, 10), path: join(folder, name) }))
      .filter(({ quarter, path }) => {
        if (!isOver(quarter, now)) return true;
        // Another thread may have deleted it meanwhile.
        rmSync(path, { force: true });
        return false;
      });
  }

  #path(quarter: number): string {
    const { folder, thread } = this.#options;
    return join(folder, thread === undefined ? String(quarter) : `${quarter}-${thread}`);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  let at = 0;
  try {
    while (at < bytes.length) at += writeSync(descriptor, bytes, at);
  } catch (error) {
    cutOffPart(descriptor);
    throw error;
  }
}

/** A record that was written in part would shift all that come after it. */
function cutOffPart(descriptor: number): void {
  const { size } = fstatSync(descriptor);
  if (size % octetsOfRecord !== 0) ftruncateSync(descriptor, size - (size % octetsOfRecord));
}
