// The examples people copy: each runs as it is declared, its answer looks as the page says, and the command line that the
// page prints works when it is pasted into a shell.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { Check, Errors } from 'typebox/value';
import { catalog, operationsOf } from '../../src/protocols/rpc/catalog.ts';
import { referencePages } from '../../src/protocols/rpc/derive.ts';
import { cas } from '../../src/protocols/rpc/product.ts';
import { mainFile, rootKey, startService } from '../journeys/running-service.ts';
import { ok } from '../journeys/small-pki.ts';
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

describe('the example of', () => {
  const cleanUp: (() => unknown)[] = [];
  let world: World;
  before(async () => {
    const service = await startService({ after: (work) => cleanUp.push(work as () => unknown) });
    world = await makeWorld(service.url);
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  const pages = referencePages(catalog);
  for (const [name, operation] of operationsOf(cas)) {
    test(`${name} runs, and is answered in the shape it shows`, async () => {
      const { RequestId, ...answer } = await ok(world.url, name, await exampleParameters(world, operation), {
        method: 'POST',
      });
      assert.ok(RequestId);
      assert.ok(Check(operation.answer, answer), JSON.stringify(Errors(operation.answer, answer).slice(0, 3)));
      assert.ok(Check(operation.answer, operation.example.answer), 'the answer shown is none by its own declaration');
      assert.deepEqual(shapeOf(operation.example.answer), shapeOf(answer));
    });

    test(`${name} is on its reference page, with everything around it`, () => {
      const page = pages.get(`cas/${name}.md`) ?? '';
      for (const heading of ['Permission', 'Parameters', 'Answer', 'Errors', 'Example']) {
        assert.match(page, new RegExp(`^## ${heading}$`, 'm'));
      }
      for (const text of [`\`yundun-cert:${name}\``, 'Limit: 10 calls a second', `certitude call ${name}`]) {
        assert.ok(page.includes(text), text);
      }
    });
  }

  for (const name of pastedOnes) {
    const operation = operationsOf(cas).get(name);
    if (!operation) continue;
    test(`${name} works when it is pasted into a shell`, async () => {
      const [, command = ''] = /```sh\n(.*?)```/s.exec(pages.get(`cas/${name}.md`) ?? '') ?? [];
      const script = `certitude() { '${process.execPath}' '${mainFile}' "$@"; }\n${await pasted(world, operation, command)}`;
      const { status, stdout, stderr } = await bash(script, {
        CERTITUDE_ENDPOINT: world.url,
        CERTITUDE_ACCESS_KEY_ID: rootKey.accessKeyId,
        CERTITUDE_ACCESS_KEY_SECRET: rootKey.accessKeySecret,
      });
      assert.equal(status, 0, `${script}\n${stderr}`);
      assert.ok(JSON.parse(stdout).RequestId);
    });
  }
});

/** Paths and types, whatever the values and however many. */
function shapeOf(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((each) => shapeOf(each, `${path}[]`)))].sort();
  if (typeof value !== 'object' || value === null) return [`${path} ${typeof value}`];
  return Object.entries(value)
    .flatMap(([name, member]) => shapeOf(member, `${path}.${name}`))
    .sort();
}

async function bash(script: string, environment: Record<string, string>) {
  const child = spawn('bash', ['-c', script], { env: { PATH: process.env['PATH'] ?? '', ...environment } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { status, stdout, stderr };
}
