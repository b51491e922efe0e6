// Every operation, called in every way its callers have, answers with the shape the vendor's clients are made for.
// Writes docs/conformance/matrix.md when WRITE_MATRIX is set; fails otherwise when it differs.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { operationsOf } from '../../src/protocols/rpc/catalog.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { cas } from '../../src/protocols/rpc/product.ts';
import { rootKey } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { type Answer, vendorClients } from '../journeys/vendor-clients.ts';
import { declaredParameters, referenceParameters } from './declared-parameters.ts';
import { type Deviation, deviations, pathsThatAre } from './deviations.ts';
import { differences, type Notation, type ReferenceOperation, referenceOperations } from './reference.ts';
import { exampleParameters, makeWorld, type WireParameters, type World } from './world.ts';

const operations = operationsOf(cas);

const require = createRequire(import.meta.url);
const { XML } = require('@darabonba/typescript') as typeof import('@darabonba/typescript');
const page = fileURLToPath(new URL('../../docs/conformance/matrix.md', import.meta.url));

type Way = (operation: ReferenceOperation & { readonly name: string }, parameters: WireParameters) => Promise<Answer>;

/** The columns. V3 is signed by two generations of clients, which must both succeed. */
const columns: readonly (readonly [string, Notation, readonly string[]])[] = [
  ['V1 GET', 'JSON', ['pop-core, V1, GET']],
  ['V1 POST', 'JSON', ['pop-core, V1, POST']],
  ['V3 POST', 'JSON', ['openapi-core, V3', 'openapi-client, V3']],
  ['XML', 'XML', ['XML, V1, GET']],
];

describe('the matrix of operations and ways to call them', () => {
  const cleanUp: (() => unknown)[] = [];
  let world: World;
  let ways: ReadonlyMap<string, Way>;
  const table = new Map<string, string[]>(
    Array.from(referenceOperations.keys(), (name) => [name, columns.map(() => 'not there')]),
  );

  before(async () => {
    const service = await startWithin({ after: (work) => cleanUp.push(work as () => unknown) });
    world = await makeWorld(service.url);
    const clients = [...vendorClients(service.port, rootKey)].map(([name, caller]): [string, Way] => [
      name,
      ({ name: operation }, parameters) => caller(operation, parameters),
    ]);
    ways = new Map([...clients, ['XML, V1, GET', callInXml(service.url)]]);
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  test('every operation of the reference is there, and no other', () => {
    assert.deepEqual([...operations.keys()].sort(), [...referenceOperations.keys()].sort());
  });

  test('no difference in parameters is excused that is none', () => {
    for (const { operation, side, path } of deviations) {
      const [own, reference] = [operations.get(operation), referenceOperations.get(operation)];
      assert.ok(own && reference, operation);
      if (side === 'answer') continue;
      const found = requestDifferences(own, reference, () => new Set());
      assert.ok(
        found.some((problem) => problem.startsWith(`${path} `)),
        `${operation} ${path}`,
      );
    }
  });

  for (const [name, reference] of referenceOperations) {
    const operation = operations.get(name);
    if (!operation) continue;
    test(`${name} takes the parameters of the reference`, () => {
      assert.equal(operation.accessLevel, reference.accessLevel);
      assert.deepEqual(requestDifferences(operation, reference), []);
    });
    test(`${name} answers as the reference has it`, async (t) => {
      const cells: string[] = [];
      table.set(name, cells);
      for (const [column, notation, callers] of columns) {
        await t.test(column, async () => {
          cells.push('differs');
          for (const caller of callers) {
            const way = ways.get(caller);
            assert.ok(way);
            const parameters = { ...(await exampleParameters(world, operation)), ...wholeAnswer[name] };
            const answer = await way({ ...reference, name }, parameters);
            const rules = {
              absent: pathsThatAre('absent', 'answer', name),
              extra: pathsThatAre('extra', 'answer', name),
            };
            assert.deepEqual(differences(reference.answer, answer, rules, notation), [], caller);
            assert.match(String(answer['RequestId']), /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/);
          }
          cells[cells.length - 1] = 'as the reference';
        });
      }
    });
  }

  test('docs/conformance/matrix.md is this table (WRITE_MATRIX=1 writes it)', () => {
    const text = matrixPage(table);
    if (process.env['WRITE_MATRIX']) writeFileSync(page, text);
    assert.equal(readFileSync(page, 'utf8'), text);
  });
});

/** What makes an answer show all its members; beside the parameters of the example. */
const wholeAnswer: { readonly [operation: string]: WireParameters } = {
  CreateClientCertificate: { Immediately: '2' },
  CreateClientCertificateWithCsr: { Immediately: '2' },
  CreateServerCertificate: { Immediately: '2' },
  CreateServerCertificateWithCsr: { Immediately: '2' },
  CreateCustomCertificate: { Immediately: '2' },
};

function callInXml(url: string): Way {
  return async ({ name, xmlRoot }, parameters) => {
    const { status, headers, text } = await call(url, name, { ...parameters, Format: 'XML' });
    assert.equal(status, 200, text);
    assert.equal(headers.get('content-type'), 'text/xml;charset=utf-8');
    const document = XML.parseXml(text, null) as Record<string, Answer>;
    assert.deepEqual(Object.keys(document), [xmlRoot]);
    return document[xmlRoot] as Answer;
  };
}

type Excuses = (how: Deviation['how']) => ReadonlySet<string>;

function requestDifferences(
  operation: Operation,
  reference: ReferenceOperation,
  excused: Excuses = (how) => pathsThatAre(how, 'request', operation.name),
): string[] {
  const declared = declaredParameters(operation.request);
  const [absent, extra, required, optional] = [
    excused('absent'),
    excused('extra'),
    excused('required'),
    excused('optional'),
  ];
  const expected = referenceParameters(reference);
  const found: string[] = [];
  for (const [path, { type }] of expected) {
    const own = declared.get(path);
    if (!own) {
      if (!absent.has(path)) found.push(`${path} is missing`);
    } else if (own.type !== type) found.push(`${path} is ${own.type}, not ${type}`);
  }
  for (const path of declared.keys())
    if (!expected.has(path) && !extra.has(path)) found.push(`${path} is not in the reference`);
  for (const [path, { isRequired }] of declared) {
    const wanted = expected.get(path)?.isRequired;
    if (wanted === undefined || /[.[]/.test(path) || isRequired === wanted) continue;
    if (!(isRequired ? required : optional).has(path)) found.push(`${path} is ${isRequired ? 'required' : 'optional'}`);
  }
  return found;
}

function matrixPage(table: ReadonlyMap<string, readonly string[]>): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rows = [...table].map(([name, cells]) => line([`\`${name}\``, ...cells]));
  const listed = deviations.map(({ operation, side, path, how, why }) =>
    line([`\`${operation}\``, side, `\`${path}\``, how, why]),
  );
  return `# Conformance matrix

Made by \`test/conformance/matrix.test.ts\`; do not edit. Write it anew with \`WRITE_MATRIX=1 npx node --test test/conformance/matrix.test.ts\`.

Each operation is called with the parameters of its example in a running service: V1 by \`@alicloud/pop-core\`, V3 by \`@alicloud/openapi-core\` and \`@alicloud/openapi-client\`, all unmodified; XML is read by the reader of \`@darabonba/typescript\`, which they use. *As the reference* means: every field of the vendor's answer is there, of its type, at its place, and no other, but for the [differences](#differences) below.

${line(['Operation', ...columns.map(([name]) => name)])}
${line(['---', ...columns.map(() => '---')])}
${rows.join('\n')}

## Differences

${listed.length === 0 ? 'None.' : [line(['Operation', 'Side', 'Name', 'How', 'Why']), line(['---', '---', '---', '---', '---']), ...listed].join('\n')}

Shapes and types: [cas-2020-06-30.json](../../test/conformance/cas-2020-06-30.json), which tells where they come from.
`;
}
