// The examples people copy: each runs as it is declared, its answer looks as the page says, and the command line that the
// page prints works when it is pasted into a shell.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { Check, Errors } from 'typebox/value';
import { catalog, operationsOf } from '../../src/protocols/rpc/catalog.ts';
import { commandName, pageOf, referencePages } from '../../src/protocols/rpc/derive.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { cas, type Product, ram, sts } from '../../src/protocols/rpc/product.ts';
import { mainFile, rootKey, startService } from '../journeys/running-service.ts';
import { ok } from '../journeys/small-pki.ts';
import { type Prepared, ramExample } from './ram-world.ts';
import { makeStsWorld, stsExample } from './sts-world.ts';
import { exampleParameters, makeWorld, pasted, type World } from './world.ts';

/** Enough to see quoting, lists, JSON text and line breaks go through a shell; each is a process of half a second. */
const pastedOnes = [
  'CreateSubCACertificate',
  'CreateServerCertificate',
  'CreateCustomCertificate',
  'CreateExternalCACertificate',
  'DescribeClientCertificateStatusForSerialNumber',
  'ListTagResources',
  'TagResources',
];

/** How an operation's example is made to fit the service it is called on. */
type Prepare = (operation: Operation) => Promise<Prepared>;

const stages: readonly (readonly [Product, (url: string) => Promise<Prepare>])[] = [
  [
    cas,
    async (url) => {
      const world = await makeWorld(url);
      return async (operation) => ({ parameters: await exampleParameters(world, operation) });
    },
  ],
  [ram, async (url) => (operation) => ramExample({ url }, operation)],
  [
    sts,
    async (url) => {
      const world = await makeStsWorld(url);
      return async (operation) => stsExample(world, operation);
    },
  ],
];

const pages = referencePages(catalog);

for (const [product, open] of stages) {
  describe(`the example of ${product.code}:`, () => {
    const cleanUp: (() => unknown)[] = [];
    let url: string;
    let prepare: Prepare;
    before(async () => {
      ({ url } = await startService({ after: (work) => cleanUp.push(work as () => unknown) }));
      prepare = await open(url);
    });
    after(async () => {
      for (const work of cleanUp.reverse()) await work();
    });

    for (const [name, operation] of operationsOf(product)) {
      test(`${name} runs, and is answered in the shape it shows`, async () => {
        const { parameters, key } = await prepare(operation);
        const signing = { method: 'POST', product, ...(key && { key }) } as const;
        const { RequestId, ...answer } = await ok(url, name, parameters, signing);
        assert.ok(RequestId);
        assert.ok(Check(operation.answer, answer), JSON.stringify(Errors(operation.answer, answer).slice(0, 3)));
        assert.ok(Check(operation.answer, operation.example.answer), 'the answer shown is none by its own declaration');
        assert.deepEqual(shapeOf(operation.example.answer), shapeOf(answer));
      });

      test(`${name} is on its reference page, with everything around it`, () => {
        const page = pages.get(pageOf(operation)) ?? '';
        for (const heading of ['Permission', 'Parameters', 'Answer', 'Errors', 'Example']) {
          assert.match(page, new RegExp(`^## ${heading}$`, 'm'));
        }
        const action = operation.isOpenToAll ? 'none: every caller may' : `\`${product.ramCode}:${name}\``;
        for (const text of [action, 'Limit: 10 calls a second', `certitude call ${commandName(operation)}`]) {
          assert.ok(page.includes(text), text);
        }
      });
    }
  });
}

describe('the command line on the reference page of', () => {
  const cleanUp: (() => unknown)[] = [];
  let world: World;
  before(async () => {
    const service = await startService({ after: (work) => cleanUp.push(work as () => unknown) });
    world = await makeWorld(service.url);
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  for (const name of pastedOnes) {
    const operation = operationsOf(cas).get(name);
    if (!operation) continue;
    test(`${name} works when it is pasted into a shell`, async () => {
      const [, command = ''] = /```sh\n(.*?)```/s.exec(pages.get(pageOf(operation)) ?? '') ?? [];
      const script = await pasted(world, operation, command);
      const { status, stdout, stderr } = await bash(script, world.url);
      assert.equal(status, 0, `${script}\n${stderr}`);
      assert.ok(JSON.parse(stdout).RequestId);
    });
  }

  test('CreatePolicy of Ram, JSON documents in quotes and all', async () => {
    const operation = operationsOf(ram).get('CreatePolicy');
    assert.ok(operation);
    const [, script = ''] = /```sh\n(.*?)```/s.exec(pages.get(pageOf(operation)) ?? '') ?? [];
    const { status, stdout, stderr } = await bash(script, world.url);
    assert.equal(status, 0, `${script}\n${stderr}`);
    assert.equal(JSON.parse(stdout).Policy.PolicyName, 'read-status');
  });
});

/** Paths and types, whatever the values and however many. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => shapeOf(each, `${path}[]`)))].sort();
  if (typeof value !== 'object' || value === null) return [`${path} ${typeof value}`];
  return Object.entries(value)
    .flatMap(([name, member]) => shapeOf(member, `${path}.${name}`))
    .sort();
}

/** Runs a script in which `certitude` is the command line, called as the root. */
async function bash(script: string, url: string) {
  const environment = {
    PATH: process.env['PATH'] ?? '',
    CERTITUDE_ENDPOINT: url,
    CERTITUDE_ACCESS_KEY_ID: rootKey.accessKeyId,
    CERTITUDE_ACCESS_KEY_SECRET: rootKey.accessKeySecret,
  };
  const whole = `certitude() { '${process.execPath}' '${mainFile}' "$@"; }\n${script}`;
  const child = spawn('bash', ['-c', whole], { env: environment });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
}
