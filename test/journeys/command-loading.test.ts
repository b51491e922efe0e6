// What the command line loads: of a command that is named, its own code.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certitude } from './running-service.ts';

// Tells on standard error what is loaded of the service.
const telling = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      const [path] = url.match(/(?<=[/]src[/])(app|drivers)[/].*/) ?? [];
      if (path) console.error(path);
      return next(url, context);
    },
  });
`)}`;

const run = (...args: string[]) => certitude(args, { NODE_OPTIONS: `--import ${telling}` });

test('who asks for a status does not wait for the code that serves', async () => {
  const serving = /^app\/server\.ts$|^drivers\/sql/m;
  const help = await run('status', '--help');
  assert.equal(help.status, 0);
  assert.match(help.stdout, /^Usage: certitude status /);
  assert.doesNotMatch(help.stderr, serving);
  assert.match((await run('serve', '--help')).stderr, serving);
});

test('all commands are in the help, and a name that is none is told with the nearest', async () => {
  const { stdout } = await run('--help');
  const names = [...stdout.matchAll(/^ {2}([a-z]+)(?: \[| )/gm)].map(([, name]) => name);
  const commands = ['serve', 'init', 'status', 'call', 'access', 'quota', 'crl', 'console', 'journal', 'log'];
  assert.deepEqual(
    names.filter((name) => name !== 'help' && name !== 'certitude'),
    commands,
  );
  for (const [name, near] of [
    ['statu', 'status'],
    ['constructor', ''],
  ] as const) {
    const { status, stderr } = await run(name);
    assert.equal(status, 64);
    assert.ok(stderr.includes(`unknown command '${name}'`) && stderr.includes(near), stderr);
  }
});
