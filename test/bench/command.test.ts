// What `npm run bench` says without measuring anything.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = new URL('../../bench/', import.meta.url);

function bench(...typed: string[]) {
  const main = fileURLToPath(new URL('main.ts', folder));
  return spawnSync(process.execPath, [main, ...typed], { encoding: 'utf8' });
}

test('--help ends with 0 and has a line for each benchmark, the options and the environment', () => {
  const { status, stdout, stderr } = bench('--help');
  assert.equal(stderr, '');
  assert.equal(status, 0);
  const sources = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
  const names = sources.flatMap((text) => /^export (?:async )?function bench([A-Z]\w*)\(/m.exec(text)?.[1] ?? []);
  assert.ok(names.length >= 11, `${names}`);
  for (const name of names)
    assert.match(stdout, new RegExp(`^  ${name.toLowerCase()}( \\[options\\])? {2,}\\S+ \\S+`, 'm'));
  const variables = sources.flatMap((text) => [...text.matchAll(/process\.env\['(\w+)'\]/g)].map(([, name]) => name));
  for (const said of ['--json', '--large', '--out', 'table', 'TMPDIR', ...variables])
    assert.match(stdout, new RegExp(`^ +(npm run bench -- )?${said}\\b`, 'm'));
});

test('no name is help as well, and ends with 2', () => {
  const { status, stdout, stderr } = bench();
  assert.equal(stdout, '');
  assert.match(stderr, /^Usage: /);
  assert.equal(status, 2);
});

for (const [typed, says] of [
  [['nosuch'], /"nosuch".*bulk, crl.*workers.*--help/],
  [['status', '--nosuch'], /--nosuch/],
  [['status', 'crl'], /crl|many/],
  [['all', '--out'], /--out/],
  [['table'], /file/],
  [['table', fileURLToPath(new URL('missing.json', folder))], /missing\.json/],
  [['table', fileURLToPath(new URL('main.ts', folder))], /main\.ts/],
] as const) {
  test(`what is typed wrongly is told in one line and ends with 2: ${typed.join(' ').replace(/\S+\//, '')}`, () => {
    const { status, stdout, stderr } = bench(...typed);
    assert.equal(stdout, '');
    assert.match(stderr, says);
    assert.equal(stderr.trimEnd().split('\n').length, 1, stderr);
    assert.equal(status, 2);
  });
}
