// Documents made from the operations' declarations: the OpenAPI document, the permission table, the reference pages.

import { IsOptional, type TObject } from 'typebox';
import type { Principal } from '../../access/principal.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import type { Refusal } from '../../base/refusal.ts';
import { unixSeconds } from '../../base/time.ts';
import { type Catalog, operationsOf, products } from './catalog.ts';
import { type DescribedParameter, parametersOf } from './describe.ts';
import { encodeRequest } from './encode.ts';
import { type Flaw, gatewayErrors } from './errors.ts';
import type { Operation } from './operation.ts';
import type { Parameters } from './parameter-list.ts';
import type { Product } from './product.ts';
import { flawsOf } from './schema-rule.ts';
import { wordingOf } from './wording.ts';

/** OpenAPI 3.1. Every operation lives at `/`; its fragment tells them apart, as the Action parameter does on the wire. */
export function openApiDocument({ code, title, version }: Product, operations: Iterable<Operation>): object {
  const paths = Object.fromEntries(
    [...operations].map((operation) => [`/#${operation.name}`, { post: openApiOperation(operation) }]),
  );
  return {
    openapi: '3.1.0',
    info: {
      title: `Certitude, RPC API: ${title}`,
      version,
      description: `Operations of product ${code}. Calls are signed with ACS3-HMAC-SHA256 or signature version 1.0.`,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    paths,
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: {
        accessKey: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'ACS3-HMAC-SHA256' },
      },
    },
    security: [{ accessKey: [] }],
  };
}

function openApiOperation(operation: Operation): object {
  return {
    operationId: operation.name,
    summary: operation.summary,
    description: operation.notes.join('\n\n'),
    requestBody: {
      required: true,
      content: {
        'application/x-www-form-urlencoded': { schema: operation.request, example: operation.example.request },
      },
    },
    responses: {
      200: {
        description: 'The answer.',
        content: { 'application/json': { schema: withRequestId(operation.answer), example: exampleAnswer(operation) } },
      },
      default: {
        description: 'The refusal.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  };
}

const errorSchema = {
  type: 'object',
  required: ['RequestId', 'HostId', 'Code', 'Message', 'Recommend'],
  properties: Object.fromEntries(
    ['RequestId', 'HostId', 'Code', 'Message', 'Recommend'].map((name) => [name, { type: 'string' }]),
  ),
};

function withRequestId(answer: TObject): object {
  return {
    ...answer,
    required: [...(answer.required ?? []), 'RequestId'],
    properties: { ...answer.properties, RequestId: { type: 'string', description: 'Id of this call.' } },
  };
}

/** The reference by path: an index, and for each product its pages and its OpenAPI document. */
export function referencePages(catalog: Catalog): ReadonlyMap<string, string> {
  const pages = new Map([['README.md', indexPage()]]);
  for (const product of products) {
    const operations = [...(catalog.get(product.version)?.values() ?? [])];
    const folder = folderOf(product);
    pages.set(`${folder}/README.md`, productPage(product, operations));
    pages.set(`${folder}/openapi.json`, `${JSON.stringify(openApiDocument(product, operations), null, 2)}\n`);
    for (const operation of operations) pages.set(`${folder}/${operation.name}.md`, operationPage(operation));
  }
  return pages;
}

/** Path of an operation's page within the reference. */
export function pageOf({ product, name }: Operation): string {
  return `${folderOf(product)}/${name}.md`;
}

function folderOf({ code }: Product): string {
  return code.toLowerCase();
}

function indexPage(): string {
  return `# API reference

Made from the operations' declarations; do not edit. All APIs are served under the one address, as the vendor's clients call
them; the version of a call tells which is meant.

${table(
  ['API', 'Product', 'Version', 'Actions in policies'],
  products.map((product) => [
    `[${product.title}](${folderOf(product)}/README.md)`,
    `\`${product.code}\``,
    product.version,
    `\`${product.ramCode}:…\``,
  ]),
)}

## Errors of every operation

${table(
  ['HTTP', 'Code', 'Message'],
  Object.entries(gatewayErrors).map(([code, { http, message }]) => [String(http), `\`${code}\``, message]),
)}
`;
}

function productPage({ code, title, version, ramCode }: Product, operations: readonly Operation[]): string {
  return `# ${title}

Product \`${code}\`, version ${version}. [openapi.json](openapi.json) is the same for programs.

${table(
  ['Operation', 'What it does'],
  operations.map(({ name, summary }) => [`[${name}](${name}.md)`, summary]),
)}

## Permissions

An action in a policy is \`${ramCode}:\` and the name of the operation.

${table(permissionHead, operations.map(permissionRow))}
`;
}

const permissionHead = ['Action', 'Access level', 'Resource type', 'Condition key', 'Dependent action'];

function operationPage(operation: Operation): string {
  const parameters = parametersOf(operation.request);
  return `# ${operation.name}

${operation.summary}

${operation.notes.map((note) => `- ${note}`).join('\n')}

## Permission

${table(permissionHead, [permissionRow(operation)])}

Limit: 10 calls a second for each account, unless the operator has set another.

## Parameters

${parameters.length === 0 ? 'None.' : parameterTable(parameters, true)}

## Answer

${parameterTable([...parametersOf(operation.answer), requestId], false)}

## Errors

${table(['HTTP', 'Code', 'When'], errorRows(operation))}

Every operation can also be refused as the [index](../README.md#errors-of-every-operation) says.

## Example

\`\`\`sh
certitude call ${commandName(operation)}${encodeRequest(operation.request, operation.example.request)
    .map(([name, text]) => ` \\\n  --${name} ${shellWord(text)}`)
    .join('')}
\`\`\`

\`\`\`json
${JSON.stringify(exampleAnswer(operation), null, 2)}
\`\`\`
`;
}

const requestId: DescribedParameter = {
  path: 'RequestId',
  type: 'string',
  required: true,
  description: 'Id of this call.',
  example: '15C66C7B-671A-4297-9187-2C4477247A74',
};

function exampleAnswer(operation: Operation): object {
  return { ...operation.example.answer, RequestId: requestId.example };
}

function permissionRow(operation: Operation): string[] {
  const { action, accessLevel, resources } = permissionOf(operation);
  if (action === undefined) return ['none: every caller may', accessLevel, 'none', 'none', 'none'];
  const about = resources.length === 0 ? '*All Resource: `*`' : resources.map((each) => `\`${each}\``).join(' and ');
  return [`\`${action}\``, accessLevel, about, 'none', 'none'];
}

/**
 * What a policy has to allow: `action` on `resources`, which are patterns; none where it is all that the product holds.
 * Without an action every caller may.
 */
export function permissionOf({ product, name, accessLevel, resource, isOpenToAll }: Operation) {
  const { ramCode } = product;
  const about = resource?.(namesThemselves, anybody) ?? [];
  const resources = (typeof about === 'string' ? [about] : about).map((one) =>
    one.startsWith('acs:') ? one : `acs:${ramCode}:*:<account>:${one}`,
  );
  return { action: isOpenToAll ? undefined : `${ramCode}:${name}`, accessLevel, resources };
}

const anybody: Principal = { kind: 'user', account: '<account>' as AccountId, name: '<caller>', userId: '' };

/** Each parameter with its own name as its value. */
const namesThemselves: Parameters = Object.assign(new Map<string, string>(), {
  get: (name: string) => `<${name}>`,
  has: () => true,
});

/** How the command line calls it: with the product where another has an operation of this name. */
export function commandName({ product, name }: Operation): string {
  const first = products.find((each) => operationsOf(each).has(name));
  return first === undefined || first === product ? name : `${product.ramCode}:${name}`;
}

function parameterTable(parameters: readonly DescribedParameter[], isRequest: boolean): string {
  return table(
    isRequest ? ['Parameter', 'Type', 'Required', 'Meaning', 'Example'] : ['Field', 'Type', 'Meaning', 'Example'],
    parameters.map(({ path, type, required, description, example }) => [
      `\`${path}\``,
      type,
      ...(isRequest ? [required ? 'yes' : 'no'] : []),
      description,
      example === '' ? '' : `\`${example.replaceAll('\n', ' ').trim()}\``,
    ]),
  );
}

function errorRows(operation: Operation): string[][] {
  return declaredErrors(operation).map(({ http, code, message }) => [String(http), `\`${code}\``, message]);
}

/** An error that an operation's declaration promises. */
export interface DeclaredError {
  readonly code: string;
  readonly http: number;
  readonly message: string;
  /** What brings it about: a parameter that is missing or does not fit, or a refusal of the domain. */
  readonly cause:
    | { readonly missing: string }
    | { readonly invalid: string; readonly flaw: Flaw }
    | { readonly refusal: Refusal };
}

export function declaredErrors({
  product,
  name: operation,
  request,
  refusals,
  missedWhen = {},
}: Operation): DeclaredError[] {
  const { parameterCode, refusal: wordsOf } = wordingOf(product);
  const parameters = Object.entries(request.properties);
  const required = parameters.filter(([, schema]) => !IsOptional(schema)).map(([name]) => name);
  const unsent = (name: string, message: string) => ({
    code: parameterCode(name, 'missing'),
    http: 400,
    message,
    cause: { missing: name },
  });
  const unfit = parameters.flatMap(([name, schema]) =>
    flawsOf(schema).map((flaw) => ({
      code: parameterCode(name, flaw),
      http: 400,
      message: `${name} cannot be accepted; the message says why.`,
      cause: { invalid: name, flaw },
    })),
  );
  const refused = refusals.map((told) => {
    const refusal = typeof told === 'string' ? exampleRefusals[told] : told;
    return { ...wordsOf(refusal, operation), cause: { refusal } };
  });
  return [
    ...required.map((name) => unsent(name, `${name} was not sent.`)),
    ...Object.entries(missedWhen).map(([name, when]) => unsent(name, when)),
    // A product without a code for each flaw has one for all of a parameter's.
    ...new Map(unfit.map((error) => [error.code, error])).values(),
    ...refused,
  ];
}

const example = '160ae6bb538d538c70c01f81dcf20001';

/** One of each, so that the pages show the words a caller will read. */
const exampleRefusals: { readonly [Kind in Refusal['kind']]: Refusal & { readonly kind: Kind } } = {
  'certificate-not-found': { kind: 'certificate-not-found', identifier: example },
  'authority-not-found': { kind: 'authority-not-found', identifier: example },
  'not-a-root': { kind: 'not-a-root', identifier: example },
  'not-a-subordinate': { kind: 'not-a-subordinate', identifier: example },
  'authority-revoked': { kind: 'authority-revoked', identifier: example },
  'already-revoked': { kind: 'already-revoked', identifier: example },
  'not-revoked': { kind: 'not-revoked', identifier: example },
  'algorithm-not-allowed': {
    kind: 'algorithm-not-allowed',
    algorithm: 'RSA_1024',
    reason: 'RSA keys of 1024 bits can be broken',
  },
  'algorithm-family-differs': { kind: 'algorithm-family-differs', algorithm: 'ECC_256', issuerAlgorithm: 'RSA_2048' },
  'validity-refused': { kind: 'validity-refused', reason: 'it would end in the past' },
  'beyond-issuer': {
    kind: 'beyond-issuer',
    notAfter: unixSeconds(1_798_761_600),
    issuerNotAfter: unixSeconds(1_767_225_600),
  },
  'path-length-exceeded': { kind: 'path-length-exceeded', identifier: example },
  'usage-not-allowed': { kind: 'usage-not-allowed', identifier: example, usage: 'serverAuth' },
  'custom-identifier-taken': { kind: 'custom-identifier-taken', customIdentifier: 'device-4711' },
  'serial-number-taken': { kind: 'serial-number-taken', serialNumber: '01' },
  'not-on-hold': { kind: 'not-on-hold', identifier: example },
  'not-issued-yet': { kind: 'not-issued-yet', identifier: example },
  'quota-exhausted': { kind: 'quota-exhausted', identifier: example, total: 40 },
  'quota-below-issued': { kind: 'quota-below-issued', identifier: example, issued: 12 },
  'too-many-tags': { kind: 'too-many-tags', identifier: example, limit: 20 },
  'key-not-held': { kind: 'key-not-held', identifier: example },
  'csr-refused': { kind: 'csr-refused', reason: 'its signature does not verify' },
  'client-token-used': { kind: 'client-token-used', token: '3838B684-3075-582B-9A45-8C99104029DF' },
  'client-token-mismatch': { kind: 'client-token-mismatch', token: '3838B684-3075-582B-9A45-8C99104029DF' },
  'already-exists': { kind: 'already-exists', what: 'user', name: 'a' },
  'does-not-exist': { kind: 'does-not-exist', what: 'user', name: 'a' },
  'still-in-use': { kind: 'still-in-use', what: 'user', name: 'a', by: 'access key' },
  'mfa-code-refused': { kind: 'mfa-code-refused', device: 'a' },
  'limit-reached': { kind: 'limit-reached', what: 'access key', name: 'a', limit: 2 },
};

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

function shellWord(text: string): string {
  return /^[\w.,:@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
