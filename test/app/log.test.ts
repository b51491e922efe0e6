// Lines of the log that wait to be written together are written when the process ends, however it ends by itself.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const log = new URL('../../src/app/log.ts', import.meta.url).href;

for (const [end, status] of [
  ['', 0],
  ['process.exit(3);', 3],
  ['throw new Error("unforeseen");', 1],
  ['log.flushNow(); process.kill(process.pid, "SIGKILL");', null],
] as const) {
  test(`no line is lost and each is there once, in order: ${end || 'nothing more to do'}`, () => {
    const program = `
      import { createLog } from ${JSON.stringify(log)};
      const log = createLog('info', { delayMillis: 20 });
      const lines = (from, below) => { for (let line = from; line < below; line++) log.info({ line }, 'x'.repeat(100)); };
      lines(0, 500);
      // When those before have been written, or are being written.
      setTimeout(() => { lines(500, 700); setTimeout(() => { lines(700, 701); ${end} }, 20); }, 100);`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    assert.equal(ended.status, status, ended.stderr);
    const lines = ended.stderr.split('\n').filter((line) => line.startsWith('{"level"'));
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { line: number }).line),
      Array.from({ length: 701 }, (_, line) => line),
    );
  });
}
