// Writes docs/reference from the operations' declarations. With --check it writes nothing and fails where they differ.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { catalog } from '../src/protocols/rpc/catalog.ts';
import { referencePages } from '../src/protocols/rpc/derive.ts';

const folder = fileURLToPath(new URL('../docs/reference/', import.meta.url));
const pages = referencePages(catalog);

if (process.argv.includes('--check')) {
  const there = new Set(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/')),
  );
  const stale = [...pages].filter(
    ([name, text]) => !there.delete(name) || readFileSync(folder + name, 'utf8') !== text,
  );
  const wrong = [...stale.map(([name]) => name), ...there];
  if (wrong.length > 0) {
    console.error(`docs/reference differs from the declarations (run npm run docs): ${wrong.join(', ')}`);
    process.exitCode = 1;
  }
} else {
  for (const [name, text] of pages) {
    mkdirSync(dirname(folder + name), { recursive: true });
    writeFileSync(folder + name, text);
  }
}
