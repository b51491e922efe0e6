import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { AccessLogWriter, type WriterServices, type WriterSettings } from '../../src/app/access-log/writer.ts';

const roomy: WriterSettings = { fileOctets: 1_000_000, totalOctets: 100_000_000, gzip: false };

class SetClock {
  millis = Date.UTC(2026, 1, 23, 12, 0, 0);
  now = () => this.millis;
}

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-log-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'log');
}

interface Started extends Partial<WriterServices> {
  readonly settings?: WriterSettings;
}

function start(folder: string, { settings = roomy, ...services }: Started = {}): AccessLogWriter {
  return new AccessLogWriter(folder, settings, { now: new SetClock().now, report: () => {}, ...services });
}

function contentOf(folder: string): string {
  return readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name)))
    .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString())
    .join('');
}

const shake256 = (n: number, octets: number) =>
  hash('shake256', String(n), { outputEncoding: 'base64', outputLength: octets });
const line = (n: number) => JSON.stringify({ n });
const lines = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `${line(from + index)}\n`).join('');

test('lines come out as they went in, in files that only the owner can read', async (t) => {
  const folder = folderFor(t);
  const writer = start(folder);
  for (let n = 0; n < 1000; n++) writer.write(line(n));
  await writer.close();
  assert.equal(contentOf(folder), lines(0, 1000));
  assert.deepEqual(readdirSync(folder), ['access-2026-02-23T12-00-00.000Z.jsonl']);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(join(folder, 'access-2026-02-23T12-00-00.000Z.jsonl')).mode & 0o777, 0o600);
});

test('who waits for lines while the log is closed has them in it once', async (t) => {
  const folder = folderFor(t);
  const openFile = async (path: string) => {
    const handle = await open(path, 'a+', 0o600);
    const write = handle.write.bind(handle);
    const inAWhile = async (bytes: Buffer, from?: number) => {
      await sleep(5);
      return await write(bytes, from);
    };
    return Object.assign(handle, { write: inAWhile });
  };
  const writer = start(folder, { openFile });
  writer.write(line(0));
  const first = writer.written();
  writer.write(line(1));
  const both = writer.written();
  await Promise.all([first, both, writer.close()]);
  assert.equal(contentOf(folder), lines(0, 2));
});

test('a restart goes on with the newest file, and ends a line that was cut off', async (t) => {
  const folder = folderFor(t);
  const first = start(folder);
  first.write(line(0));
  await first.close();
  const [name = ''] = readdirSync(folder);
  writeFileSync(join(folder, name), '{"n":', { flag: 'a' });
  const second = start(folder);
  second.write(line(1));
  await second.close();
  assert.equal(contentOf(folder), `${line(0)}\n{"n":\n${line(1)}\n`);
});

test('a file ends with the day (UTC), and names ascend though the clock is set back', async (t) => {
  const folder = folderFor(t);
  const clock = new SetClock();
  const write = async (n: number) => {
    const writer = start(folder, { now: clock.now });
    writer.write(line(n));
    await writer.close();
  };
  await write(0);
  clock.millis = Date.UTC(2026, 1, 23, 23, 59, 59, 999);
  await write(1);
  clock.millis += 1;
  await write(2);
  clock.millis -= 86_400_000;
  await write(3);
  assert.deepEqual(readdirSync(folder).sort(), [
    'access-2026-02-23T12-00-00.000Z.jsonl',
    'access-2026-02-24T00-00-00.000Z.jsonl',
  ]);
  assert.equal(contentOf(folder), lines(0, 4));
});

for (const gzip of [false, true]) {
  test(`full files are followed by others, the oldest deleted, gzip ${gzip}`, async (t) => {
    const folder = folderFor(t);
    const settings = { fileOctets: 2000, totalOctets: 6000, gzip };
    const padded = (n: number) => JSON.stringify({ n, padding: shake256(n, 320) });
    for (let batch = 0; batch < 20; batch++) {
      const writer = start(folder, { settings });
      for (let n = 0; n < 3; n++) writer.write(padded(batch * 3 + n));
      await writer.close();
    }
    const names = readdirSync(folder).sort();
    const octets = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    assert.ok(octets <= 6000, `${octets} octets`);
    for (const name of names) assert.ok(statSync(join(folder, name)).size <= 2000, name);
    assert.equal(names.filter((name) => name.endsWith('.gz')).length, gzip ? names.length - 1 : 0);
    const kept = contentOf(folder).trimEnd().split('\n');
    const from = 60 - kept.length;
    assert.deepEqual(
      kept,
      Array.from({ length: kept.length }, (_, index) => padded(from + index)),
    );
    assert.ok(kept.length >= 9 && kept.length < 60, `${kept.length} lines`);
  });
}

test('a disk that is full for a while loses no line that found room in memory, and tears none', async (t) => {
  const folder = folderFor(t);
  let room = 0;
  const told: (string | undefined)[] = [];
  const openFile = async (path: string) => {
    const handle = await open(path, 'a+', 0o600);
    return {
      stat: () => handle.stat(),
      read: handle.read.bind(handle),
      datasync: () => handle.datasync(),
      close: () => handle.close(),
      // As a file system does: what still has room is written, and only then it says that it is full.
      write: async (bytes: Buffer, from = 0) => {
        const fits = Math.min(room, bytes.length - from);
        if (fits === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
        room -= fits;
        return await handle.write(bytes, from, fits);
      },
    } as unknown as Awaited<ReturnType<NonNullable<WriterServices['openFile']>>>;
  };
  const writer = start(folder, { openFile, report: (problem) => told.push(problem?.message) });
  for (let n = 0; n < 100; n++) writer.write(line(n));
  for (room = 123; told.length === 0; ) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(contentOf(folder).length, 123);
  for (let n = 100; n < 200; n++) writer.write(line(n));
  room = 1_000_000;
  while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  await writer.close();
  assert.equal(contentOf(folder), lines(0, 200));
  assert.deepEqual(told, ['no space left', undefined]);
  assert.equal(writer.lost, 0);
});

test('a disk that is full at the start does not make it open file after file', async (t) => {
  for (const leftover of ['{"torn":', '']) {
    const folder = folderFor(t);
    const clock = new SetClock();
    const first = start(folder, { now: clock.now });
    first.write(line(0));
    await first.close();
    writeFileSync(join(folder, 'access-2026-02-23T12-00-00.000Z.jsonl'), leftover, { flag: 'a' });
    // Without a torn line to end, a new day needs another file; there is no room for either.
    if (leftover === '') clock.millis += 86_400_000;
    let isFull = true;
    let stillOpen = 0;
    let attempts = 0;
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const openFile = async (path: string) => {
      attempts++;
      if (isFull && path.includes('2026-02-24')) throw full;
      const handle = await open(path, 'a+', 0o600);
      stillOpen++;
      return {
        stat: () => handle.stat(),
        read: handle.read.bind(handle),
        datasync: () => handle.datasync(),
        close: async () => {
          stillOpen--;
          await handle.close();
        },
        write: async (bytes: Buffer, from = 0) => {
          if (isFull) throw full;
          return await handle.write(bytes, from);
        },
      } as unknown as Awaited<ReturnType<NonNullable<WriterServices['openFile']>>>;
    };
    const writer = start(folder, { now: clock.now, openFile });
    writer.write(line(1));
    while (attempts < 3) await new Promise((resolve) => setTimeout(resolve, 20));
    // A handle that is only forgotten ends the process once it is collected as garbage.
    assert.ok(stillOpen <= 1, `${stillOpen} files are open`);
    isFull = false;
    await writer.close();
    assert.equal(stillOpen, 0);
    assert.equal(contentOf(folder), `${line(0)}\n${leftover === '' ? '' : `${leftover}\n`}${line(1)}\n`);
  }
});

test('beyond 32 MiB in memory lines are lost, counted, and the log says how many', async (t) => {
  const folder = folderFor(t);
  const writer = start(folder);
  const long = JSON.stringify({ long: 'x'.repeat(9_990) });
  const written = Math.floor((32 * 1024 * 1024 - 1) / (long.length + 1));
  for (let n = 0; n < written + 7; n++) writer.write(long);
  assert.equal(writer.lost, 7);
  await writer.close();
  const found = contentOf(folder).trimEnd().split('\n');
  assert.equal(found.length, written + 1);
  assert.equal(JSON.parse(found.at(-1) ?? '').lost, 7);
});

test('of lines that come together and are more than 32 MiB, those are kept that there is room for', async (t) => {
  const folder = folderFor(t);
  const writer = start(folder);
  const long = `${JSON.stringify({ long: 'x'.repeat(9_990) })}\n`;
  const kept = Math.floor((32 * 1024 * 1024) / long.length);
  writer.writeLines(long.repeat(kept + 3), kept + 3);
  assert.equal(writer.lost, 3);
  // Now there is room for none.
  writer.writeLines(long.repeat(2), 2);
  assert.equal(writer.lost, 5);
  await writer.close();
  const found = contentOf(folder).trimEnd().split('\n');
  assert.equal(found.length, kept + 1);
  assert.equal(JSON.parse(found.at(-1) ?? '').lost, 5);
});

test('a folder that cannot be made is told once, and made once it can be', async (t) => {
  const folder = folderFor(t);
  writeFileSync(folder, 'in the way');
  const told: (Error | undefined)[] = [];
  const writer = start(folder, { report: (problem) => told.push(problem) });
  writer.write(line(0));
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  rmSync(folder);
  while (told.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  await writer.close();
  assert.equal(told.length, 2);
  assert.equal(contentOf(folder), lines(0, 1));
});
