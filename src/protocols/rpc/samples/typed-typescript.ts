// Samples in TypeScript for the vendor's typed npm clients, of the products that have one.

import { keyVariables, quoted, type Sample, type SampleCall, type TypedValue } from './sample.ts';

interface TypedClient {
  readonly package: string;
  readonly version: string;
  /** What the sample calls it. */
  readonly name: string;
}

/** By the product's name in lower case. A parameter of ours that a client does not know could not be sent with it. */
const clients: Readonly<Record<string, TypedClient | undefined>> = {
  ram: { package: '@alicloud/ram20150501', version: '1.2.1', name: 'Ram' },
  sts: { package: '@alicloud/sts20150401', version: '1.2.0', name: 'Sts' },
};

/** @returns `undefined` where the vendor has no client, or the form holds what is none of its values. */
export function typedTypescript({ command, ...call }: SampleCall): Sample | undefined {
  const client = clients[command];
  if (!client || !call.values) return undefined;
  return {
    program: { name: 'main.ts', text: program(client, call, call.values) },
    others: [{ name: 'package.json', text: packageJson(client) }],
    install: 'npm install',
    run: 'node main.ts',
  };
}

function program(
  client: TypedClient,
  { action, scheme, host }: Omit<SampleCall, 'command'>,
  values: Readonly<Record<string, TypedValue>>,
): string {
  const { name } = client;
  return `import { env } from 'node:process';
import OpenApi from '@alicloud/openapi-core';
import ${name} from '${client.package}';

// The key comes from the environment and is never written into a program.
const client = new ${name}.default(
  new OpenApi.$OpenApiUtil.Config({
    accessKeyId: env['${keyVariables.id}'],
    accessKeySecret: env['${keyVariables.secret}'],
    securityToken: env['${keyVariables.token}'],
    endpoint: ${quoted(host)},
    protocol: '${scheme}',
  }),
);

${
  takesNothing.has(action)
    ? `const { body } = await client.${propertyOf(action)}();`
    : `const request = ${model(name, `${action}Request`, values, '')};

const { body } = await client.${propertyOf(action)}(request);`
}
console.log(JSON.stringify(body, null, 2));
`;
}

/** Operations without parameters, which have no class for their request. */
const takesNothing: ReadonlySet<string> = new Set([
  'ClearAccountAlias',
  'GetAccountAlias',
  'GetCallerIdentity',
  'GetPasswordPolicy',
  'GetSecurityPreference',
  'ListVirtualMFADevices',
]);

function model(
  client: string,
  className: string,
  values: Readonly<Record<string, TypedValue>>,
  indent: string,
): string {
  const lines = Object.entries(values).map(
    ([name, value]) => `${indent}  ${propertyOf(name)}: ${literal(client, className + name, value, `${indent}  `)},\n`,
  );
  return `new ${client}.${className}({${lines.length > 0 ? `\n${lines.join('')}${indent}` : ''}})`;
}

function literal(client: string, className: string, value: TypedValue, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object') return String(value);
  if (!Array.isArray(value)) return model(client, className, value as Readonly<Record<string, TypedValue>>, indent);
  const elements = (value as readonly TypedValue[]).map(
    (each) => `${indent}  ${literal(client, className, each, `${indent}  `)},\n`,
  );
  return elements.length > 0 ? `[\n${elements.join('')}${indent}]` : '[]';
}

/** As the clients' generator names them: names that begin with an abbreviation stay as they are. */
function propertyOf(name: string): string {
  return /^[A-Z]{2}/.test(name) ? name : name.charAt(0).toLowerCase() + name.slice(1);
}

function packageJson({ package: typed, version }: TypedClient): string {
  const project = {
    name: 'certitude-sample',
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: { start: 'node main.ts' },
    dependencies: { [typed]: version, '@alicloud/openapi-core': '1.0.8' },
  };
  return `${JSON.stringify(project, null, 2)}\n`;
}
