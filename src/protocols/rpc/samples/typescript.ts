// Samples in TypeScript, for the vendor's generic npm client; Node.js 22.18 and later run them as they are.

import { keyVariables, parameterLines, quoted, type SampleCall, type SampleLanguage } from './sample.ts';
import { typedTypescript } from './typed-typescript.ts';

export const typescript: SampleLanguage = {
  id: 'typescript',
  title: 'TypeScript',
  make: (call) => ({
    program: { name: 'main.ts', text: program(call) },
    others: [{ name: 'package.json', text: packageJson }],
    install: 'npm install',
    run: 'node main.ts',
  }),
  makeTyped: typedTypescript,
};

function program(call: SampleCall): string {
  const { action, version, scheme, host } = call;
  return `import { env } from 'node:process';
import OpenApi from '@alicloud/openapi-client';
import TeaUtil from '@alicloud/tea-util';

// The key comes from the environment and is never written into a program.
const client = new OpenApi.default(
  new OpenApi.Config({
    accessKeyId: env['${keyVariables.id}'],
    accessKeySecret: env['${keyVariables.secret}'],
    securityToken: env['${keyVariables.token}'],
    endpoint: ${quoted(host)},
    protocol: '${scheme}',
  }),
);

const api = new OpenApi.Params({
  action: ${quoted(action)},
  version: ${quoted(version)},
  protocol: '${scheme.toUpperCase()}',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
});

const request = new OpenApi.OpenApiRequest({
  query: {
${parameterLines(call, (name, text) => `    ${quoted(name)}: ${quoted(text)},`)}
  },
});

const { body } = await client.callApi(api, request, new TeaUtil.RuntimeOptions({}));
console.log(JSON.stringify(body, null, 2));
`;
}

const packageJson = `${JSON.stringify(
  {
    name: 'certitude-sample',
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: { start: 'node main.ts' },
    dependencies: { '@alicloud/openapi-client': '0.4.15', '@alicloud/tea-util': '1.4.11' },
  },
  null,
  2,
)}\n`;
