// Lines of the log, of which those of calls wait to be written together, are all written, also when the process ends by itself or by an error.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { test } from 'node:test';

const log = new URL('../../src/app/log.ts', import.meta.url).href;

for (const [end, status] of [
  ['', 0],
  ['process.exit(3);', 3],
  ['throw new Error("unforeseen");', 1],
] as const) {
  test(`no line is lost and each is there once: ${end || 'nothing more to do'}`, () => {
    const program = `
      import { createLog } from ${JSON.stringify(log)};
      const log = createLog('info');
      const lines = (from, below) => { for (let line = from; line < below; line++) (line % 7 ? log.calls : log).info({ line }, 'x'.repeat(100)); };
      lines(0, 500);
      // When those before have been written, or are being written.
      setTimeout(() => { lines(500, 700); setTimeout(() => { lines(700, 701); ${end} }, 20); }, 100);`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    assert.equal(ended.status, status, ended.stderr);
    const lines = ended.stderr.split('\n').filter((line) => line.startsWith('{"level"'));
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { line: number }).line).sort((a, b) => a - b),
      Array.from({ length: 701 }, (_, line) => line),
    );
  });
}

test('a line of a call is written though nothing comes after it, also when it came while others were written', async () => {
  const program = `
    import { createLog } from ${JSON.stringify(log)};
    const log = createLog('info');
    for (let round = 0; round < 50; round++) {
      log.info('at once');
      setTimeout(() => log.calls.info('of a call'), round % 3);
    }
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program]);
  let written = '';
  await new Promise<void>((resolve) =>
    child.stderr.on('data', (part) => {
      written += part;
      if (written.split('\n').length > 100) resolve();
    }),
  );
  child.kill('SIGKILL');
  assert.deepEqual(
    ['at once', 'of a call'].map((text) => written.split(`"msg":"${text}"`).length - 1),
    [50, 50],
  );
});

test('lines of calls are of the level that the log was given last, as threads are given theirs', () => {
  const program = `
    import { createLog } from ${JSON.stringify(log)};
    const log = createLog('error');
    log.level = 'info';
    if (log.isLevelEnabled('info')) log.calls.info('of a call');`;
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  assert.match(stderr, /"of a call"/);
});
