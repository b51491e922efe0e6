// The settings file: what it says of operations is about operations that are there.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../src/app/config.ts';

function configOf(t: TestContext, settings: object): ReturnType<typeof loadConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'certitude-config-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'settings.json');
  writeFileSync(path, JSON.stringify(settings));
  return loadConfig({ CERTITUDE_CONFIG: path });
}

test('calls a second of single operations stand beside those of all', (t) => {
  const { qpsOf, apiQpsOf } = configOf(t, {
    qps: '7',
    qpsByOperation: { CreateClientCertificate: 2, TagResources: 0 },
    apiQpsByOperation: { AssumeRole: 9 },
  });
  assert.deepEqual(['CreateClientCertificate', 'TagResources', 'ListCert'].map(qpsOf), [2, 0, 7]);
  assert.deepEqual(['AssumeRole', 'ListCert'].map(apiQpsOf), [9, 0]);
});

test('a limit for an operation that is not there is refused, not passed over', (t) => {
  for (const name of ['CreateClientCertifcate', 'createclientcertificate', 'ram:TagResources', '__proto__', '']) {
    for (const setting of ['qpsByOperation', 'apiQpsByOperation']) {
      assert.throws(() => configOf(t, { [setting]: Object.fromEntries([[name, 1]]) }), {
        name: 'ConfigError',
        message: new RegExp(`^${setting} has "${name}", no operation here`),
      });
    }
  }
  assert.throws(() => configOf(t, { qpsByOperation: [1] }), /qpsByOperation must be an object/);
});
