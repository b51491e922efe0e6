// The layers of docs/architecture.md, held by the imports as they are.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const source = fileURLToPath(new URL('../src/', import.meta.url));

/** What each layer may use besides itself. */
const mayUse: Record<string, readonly string[]> = {
  base: [],
  pki: ['base'],
  access: ['base'],
  registry: ['base', 'pki'],
  drivers: ['base', 'pki', 'access', 'registry'],
  protocols: ['base', 'pki', 'access', 'registry'],
  client: ['base', 'protocols'],
  app: ['base', 'pki', 'access', 'registry', 'drivers', 'protocols'],
  cli: ['base', 'pki', 'access', 'registry', 'drivers', 'protocols', 'client', 'app'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const files = globSync('**/*.ts', { cwd: source });
const imports: Import[] = files.flatMap((file) =>
  [...readFileSync(join(source, file), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => ({
    file,
    target: match[1] ?? '',
  })),
);
const inside = imports
  .filter(({ target }) => target.startsWith('.'))
  .map(({ file, target }) => ({ file, target: relative(source, join(source, dirname(file), target)) }));

const layerOf = (path: string): string => path.split('/', 1)[0] ?? '';

test('every file lies in a layer', () => {
  assert.ok(files.length > 50);
  assert.deepEqual(
    files.filter((file) => !Object.hasOwn(mayUse, layerOf(file))),
    [],
  );
});

test('dependencies point one way', () => {
  const wrong = inside.filter(({ file, target }) => {
    const [from, to] = [layerOf(file), layerOf(target)];
    return to !== '..' && from !== to && !mayUse[from]?.includes(to);
  });
  assert.deepEqual(wrong, []);
});

test('pki has no clock, no files, no randomness', () => {
  const impure = /\bDate\.now\b|\bnew Date\(\)|Math\.random|randomBytes|node:(?!crypto|net)/;
  const wrong = files.filter(
    (file) => layerOf(file) === 'pki' && impure.test(readFileSync(join(source, file), 'utf8')),
  );
  assert.deepEqual(wrong, []);
});

test('what is drawn ahead for names, which everybody may know, is for names alone', () => {
  const naming = ['issuance', 'end-entities', 'service-certificate'].map((name) => `registry/${name}.ts`);
  const takers = files.filter((file) => readFileSync(join(source, file), 'utf8').includes('randomForNames'));
  assert.deepEqual(takers.sort(), ['app/services.ts', 'protocols/edge.ts', ...naming].sort());
  const drawing = inside.filter(({ target }) => target === 'base/drawn-ahead.ts').map(({ file }) => file);
  assert.deepEqual(drawing, ['app/services.ts']);
});

test('only the command line hands the environment over', () => {
  const wrong = files.filter(
    (file) => /process\.env/.test(readFileSync(join(source, file), 'utf8')) && file !== 'cli/main.ts',
  );
  assert.deepEqual(wrong, []);
});

test('one file knows SQLite’s binding and one folder the database', () => {
  const wrong = imports.filter(({ file, target }) => target === 'node:sqlite' && !file.startsWith('drivers/sqlite/'));
  assert.deepEqual(wrong, []);
});

test('an operation’s file is named as the operation', () => {
  for (const file of files.filter((each) => /^protocols\/rpc\/operations\/[A-Z]/.test(each))) {
    const name = file.slice(file.lastIndexOf('/') + 1, -'.ts'.length);
    assert.match(readFileSync(join(source, file), 'utf8'), new RegExp(`name: '${name}'`));
  }
});
