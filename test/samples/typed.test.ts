// Samples for the vendor's typed clients: what they use is there, by the clients' own word, and they send what the form has.

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { valuesRead } from '../../console/pages/explorer/check.ts';
import { operationsOf } from '../../src/protocols/rpc/catalog.ts';
import { commandName } from '../../src/protocols/rpc/derive.ts';
import { encodeRequest } from '../../src/protocols/rpc/encode.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { cas, ram, sts } from '../../src/protocols/rpc/product.ts';
import type { SampleCall } from '../../src/protocols/rpc/samples/sample.ts';
import { typescript } from '../../src/protocols/rpc/samples/typescript.ts';
import { temporaryFolder } from '../journeys/running-service.ts';
import { installClients, receiver, runSample } from './running-sample.ts';

const require = createRequire(import.meta.url);

interface ModelClass {
  names(): Record<string, string>;
}

const clients = new Map([
  [ram, require('@alicloud/ram20150501')],
  [sts, require('@alicloud/sts20150401')],
]);

/** As the console makes it: the declaration through JSON, values as they are in the form. */
function sampleCall({ product, name, request, ...operation }: Operation, values: Record<string, string>): SampleCall {
  const read = valuesRead(JSON.parse(JSON.stringify(request)), values);
  return {
    version: product.version,
    action: name,
    commandName: commandName({ product, name, request, ...operation } as Operation),
    command: product.code.toLowerCase(),
    parameters: Object.entries(values),
    ...(read && { values: read }),
    scheme: 'http',
    host: '127.0.0.1:8080',
  };
}

const exampleOf = ({ request, example }: Operation) => Object.fromEntries(encodeRequest(request, example.request));

for (const [product, client] of clients) {
  for (const [name, operation] of operationsOf(product)) {
    test(`${name}: class, method and properties are those of the client`, () => {
      const text = typescript.makeTyped?.(sampleCall(operation, exampleOf(operation)))?.program.text ?? '';
      const method = /await client\.(\w+)\(/.exec(text)?.[1] ?? '';
      assert.equal(typeof client.default.prototype[method], 'function', method);
      const [outer] = text.matchAll(/new (?:Ram|Sts)\.(\w+Request)\(\{/g);
      if (!outer) {
        assert.equal(client[`${name}Request`], undefined);
        return;
      }
      for (const [, className = '', body = ''] of text.matchAll(/new (?:Ram|Sts)\.(\w+)\(\{([\s\S]*?)\}\)/g)) {
        const model: ModelClass | undefined = client[className];
        assert.ok(model, className);
        const known = Object.keys(model.names());
        const [indent = ''] = /^ +/m.exec(body) ?? [];
        for (const [, used = ''] of body.matchAll(new RegExp(`^${indent}(\\w+):`, 'gm'))) {
          assert.ok(known.includes(used), `${className}.${used}`);
        }
      }
    });
  }
}

test('there is none for a product without a client, and for a form that would be refused', () => {
  const [first] = operationsOf(cas).values();
  assert.ok(first);
  assert.equal(typescript.makeTyped?.(sampleCall(first, exampleOf(first))), undefined);
  const createUser = operationsOf(ram).get('CreateUser');
  assert.ok(createUser);
  assert.equal(typescript.makeTyped?.(sampleCall(createUser, {})), undefined);
});

test('they send what is in the form', async (t) => {
  const { host, received } = await receiver(t);
  const folder = temporaryFolder(t);
  installClients(folder);
  const hostile = `'"\`\\ \${HOME} </script> 证书 \u2028`;
  const tag = JSON.stringify([{ Key: hostile, Value: hostile }]);
  for (const [name, values] of [
    ['CreateUser', { UserName: 'alice', Comments: hostile }],
    ['SetPasswordPolicy', { MinimumPasswordLength: '12', RequireNumbers: 'true' }],
    ['TagResources', { ResourceType: 'role', ResourceNames: '["deployer","auditor"]', Tag: tag }],
  ] as const) {
    const operation = operationsOf(ram).get(name);
    assert.ok(operation);
    const { program } = typescript.makeTyped?.({ ...sampleCall(operation, values), host }) ?? {};
    writeFileSync(join(folder, 'main.ts'), program?.text ?? '');
    await runSample(folder, [process.execPath, 'main.ts']);
    const got = received();
    for (const [parameter, text] of Object.entries(values)) assert.equal(got.get(parameter), text, parameter);
  }
});
