// The story of docs/access-policies.md, "Least privilege", run as it stands in the page.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { mainFile, rootKey, startService } from './running-service.ts';

const page = readFileSync(new URL('../../docs/access-policies.md', import.meta.url), 'utf8');
const story = page.split('## Least privilege: a story')[1]?.split(/^## /m)[0] ?? '';
const blocks = Array.from(story.matchAll(/^```sh\n(.*?)^```$/gms), ([, block = '']) => block);

/** Stops at the first command that fails, and where what is to be refused is not refused for want of permission. */
const prelude = `
set -euo pipefail
refused() {
  if "$@" > answer 2> refusal; then echo "was not refused: $*" >&2; exit 90; fi
  grep -q '^ *NoPermission' refusal || { echo "was refused otherwise: $*" >&2; cat refusal >&2; exit 91; }
  echo "refused: $*"
}
`;

test('a user for status, a role for one CA and an auditor may do what the page says, and nothing else it shows', async (t) => {
  const service = await startService(t);
  const folder = join(dirname(service.dataDir), 'story');
  mkdirSync(folder);
  // The page says `npx certitude`; here that is the program of this working copy.
  const npx = `#!/bin/sh\n[ "$1" = certitude ] || exit 92\nshift\nexec '${process.execPath}' '${mainFile}' "$@"\n`;
  writeFileSync(join(folder, 'npx'), npx, { mode: 0o700 });
  const told = blocks.join('\n');
  const script = prelude + told.replaceAll(/^(.*) # refused$/gm, 'refused $1');
  const environment = {
    ...service.environment,
    PATH: [folder, dirname(process.execPath), service.environment['PATH']].join(':'),
    CERTITUDE_ENDPOINT: service.url,
    CERTITUDE_ACCESS_KEY_ID: rootKey.accessKeyId,
    CERTITUDE_ACCESS_KEY_SECRET: rootKey.accessKeySecret,
  };
  const ran = await new Promise<{ error: Error | null; stdout: string; stderr: string }>((resolve) => {
    execFile('bash', ['-c', script], { cwd: folder, env: environment }, (error, stdout, stderr) =>
      resolve({ error, stdout, stderr }),
    );
  });
  assert.equal(ran.error, null, `${ran.stderr}\n${ran.stdout}`);
  const expected = told.match(/ # refused$/gm)?.length ?? 0;
  assert.ok(expected > 10, 'the page shows what is refused');
  assert.equal(ran.stdout.match(/^refused: /gm)?.length, expected);
});
