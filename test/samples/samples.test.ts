// The samples of the API Explorer are what they claim to be: they run, or at least their language takes them, whatever the
// values in them are.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { sampleLanguages } from '../../src/protocols/rpc/samples/languages.ts';
import type { SampleCall } from '../../src/protocols/rpc/samples/sample.ts';
import { temporaryFolder } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { installClients, receiver, runSample } from './running-sample.ts';

const run = promisify(execFile);

/** What breaks out of one kind of quotes or another, and what sources or shells take for more than it is. */
const hostile: readonly string[] = [
  `'"\`\\`,
  `$HOME \${HOME} $(id) \`id\` %s %n {0} #{1}`,
  'two\nlines\r\nand a tab\t',
  '\\u0022 \\n \\x00 \\',
  '</script><!-- ?> <?php */ // -- # ;',
  'žluťoučký 证书 🔐 \u2028\u2029\ufeff\u0085',
  ' leading and trailing ',
  '--help',
  '-x',
];

const callWith = (serials: readonly string[], host: string): SampleCall => ({
  version: '2020-06-30',
  action: 'DescribeClientCertificateStatusForSerialNumber',
  commandName: 'DescribeClientCertificateStatusForSerialNumber',
  command: 'cas',
  scheme: 'http',
  host,
  parameters: serials.map((text, index) => [index === 0 ? 'SerialNumber' : `Other.${index}`, text]),
});

function write(folder: string, language: string, call: SampleCall): { readonly cwd: string; readonly program: string } {
  const found = sampleLanguages.find(({ id }) => id === language);
  assert.ok(found, language);
  const { program, others } = found.make(call);
  const cwd = join(folder, language);
  for (const { name, text } of [program, ...others]) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true });
    writeFileSync(join(cwd, name), text);
  }
  return { cwd, program: program.name };
}

test('samples for TypeScript, curl and certitude, run as they are, print the answer', async (t) => {
  const service = await startWithin(t);
  const folder = temporaryFolder(t);
  const call = callWith(['0123456789abcdef,02'], `127.0.0.1:${service.port}`);
  const expected = [
    { SerialNumber: '0123456789abcdef', Status: 'unknown', RevokeTime: 0 },
    { SerialNumber: '02', Status: 'unknown', RevokeTime: 0 },
  ];
  const commands = { typescript: [process.execPath], curl: ['bash'], certitude: ['bash'] };
  for (const [language, [command = '']] of Object.entries(commands)) {
    await t.test(language, async () => {
      const { cwd, program } = write(folder, language, call);
      installClients(cwd);
      if (language === 'certitude') {
        mkdirSync(join(cwd, 'bin'));
        writeFileSync(
          join(cwd, 'bin/npx'),
          `#!/bin/sh\nshift\nexec '${process.execPath}' '${fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))}' "$@"\n`,
          { mode: 0o755 },
        );
      }
      const path = `${join(cwd, 'bin')}:${process.env['PATH']}`;
      assert.deepEqual(JSON.parse(await runSample(cwd, [command, program], { path })).CertificateStatus, expected);
    });
  }
});

test('what is in the form arrives as it is, out of TypeScript and out of curl', async (t) => {
  const { host, received } = await receiver(t);
  const folder = temporaryFolder(t);
  const arbitrary = fc.sample(fc.string({ unit: 'grapheme', maxLength: 40 }), { numRuns: 20, seed: 7 });
  const values = [
    ...hostile,
    ...arbitrary.filter((text) => text !== '' && !text.includes('\0') && text.isWellFormed()),
  ];
  for (const [language, command] of [
    ['typescript', process.execPath],
    ['curl', 'bash'],
  ] as const) {
    const { cwd, program } = write(folder, language, callWith(values, host));
    installClients(cwd);
    await runSample(cwd, [command, program]);
    const got = received();
    assert.deepEqual(
      values.map((_, index) => got.get(index === 0 ? 'SerialNumber' : `Other.${index}`)),
      values,
      language,
    );
  }
});

/** How a language's own tool reads a program without running it, and where it is if it is. */
const parsers: Readonly<Record<string, readonly string[]>> = {
  python: ['python3', '-m', 'py_compile'],
  go: ['gofmt', '-e', '-l'],
  php: ['php', '-l'],
  curl: ['bash', '-n'],
  aliyun: ['bash', '-n'],
  certitude: ['bash', '-n'],
};

for (const { id } of sampleLanguages) {
  const [command, ...args] = parsers[id] ?? [];
  const isThere =
    command !== undefined && (process.env['PATH'] ?? '').split(':').some((path) => existsSync(join(path, command)));
  const skip = command === undefined || isThere ? false : `there is no ${command}`;
  if (command === undefined) continue;
  test(`${id} takes its sample, with hostile values in it`, { skip }, async (t: TestContext) => {
    const { cwd, program } = write(temporaryFolder(t), id, callWith(hostile, '127.0.0.1:8080'));
    await run(command, [...args, program], { cwd });
  });
}

test('Python and the command lines read from a sample what was put into it', async (t) => {
  const folder = temporaryFolder(t);
  const { cwd, program } = write(folder, 'python', callWith(hostile, '127.0.0.1:8080'));
  const reader = `import ast,json,sys
tree = ast.parse(open(sys.argv[1], encoding='utf-8', newline='').read())
query = next(node.value for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == 'query')
print(json.dumps(list(ast.literal_eval(query).values())))`;
  const { stdout } = await run('python3', ['-c', reader, program], { cwd });
  assert.deepEqual(JSON.parse(stdout), hostile);

  for (const language of ['aliyun', 'certitude']) {
    const sample = write(folder, language, callWith(hostile, '127.0.0.1:8080'));
    mkdirSync(join(sample.cwd, 'bin'));
    for (const name of ['aliyun', 'npx']) {
      writeFileSync(join(sample.cwd, 'bin', name), '#!/bin/sh\nprintf "%s\\0" "$@"\n', { mode: 0o755 });
    }
    const path = `${join(sample.cwd, 'bin')}:${process.env['PATH']}`;
    const words = await runSample(sample.cwd, ['bash', sample.program], { path });
    const sent = words.split('\0').filter((word) => /^--(?:SerialNumber|Other)/.test(word));
    assert.deepEqual(
      sent.map((word) => word.slice(word.indexOf('=') + 1)),
      hostile,
      language,
    );
  }
});

test('no sample holds a key', () => {
  for (const { make } of sampleLanguages) {
    const { program } = make(callWith(['01'], '127.0.0.1:8080'));
    assert.match(program.text, /ALIBABA_CLOUD_ACCESS_KEY_ID/);
  }
});

const noJava = (process.env['PATH'] ?? '').split(':').some((path) => existsSync(join(path, 'javac')))
  ? false
  : 'there is no javac';

test('Java compiles its sample, which sends what was put into it', { skip: noJava }, async (t) => {
  const { cwd, program } = write(temporaryFolder(t), 'java', callWith(hostile, '127.0.0.1:8080'));
  // In the place of the vendor's library: what the sample uses of it, and the query in hexadecimal as the answer.
  const settersOf =
    (...names: string[]) =>
    (name: string) =>
      `public class ${name} {${names.map((each) => `public ${name} set${each}(String v) { return this; }`).join('')}}`;
  const classes: Record<string, string> = {
    'teaopenapi.models.Config': settersOf(
      'AccessKeyId',
      'AccessKeySecret',
      'SecurityToken',
      'Endpoint',
      'Protocol',
    )('Config'),
    'teaopenapi.models.Params': settersOf(
      ...['Action', 'Version', 'Protocol', 'Pathname', 'Method', 'AuthType', 'Style', 'ReqBodyType', 'BodyType'],
    )('Params'),
    'teaopenapi.models.OpenApiRequest':
      'public class OpenApiRequest { public java.util.Map<String, String> query; public OpenApiRequest setQuery(java.util.Map<String, String> v) { query = v; return this; } }',
    'teautil.models.RuntimeOptions': 'public class RuntimeOptions {}',
    'teautil.Common':
      'public class Common { public static String toJSONString(Object v) { return String.valueOf(v); } }',
    'teaopenapi.Client': `import com.aliyun.teaopenapi.models.*; import com.aliyun.teautil.models.*; import java.util.*;
      public class Client { public Client(Config c) {} public Map<String, ?> callApi(Params p, OpenApiRequest r, RuntimeOptions o) {
        StringBuilder s = new StringBuilder();
        for (String v : r.query.values()) { for (byte b : v.getBytes(java.nio.charset.StandardCharsets.UTF_8)) s.append(String.format("%02x", b)); s.append(' '); }
        return Collections.singletonMap("body", s.toString().trim()); } }`,
  };
  for (const [name, text] of Object.entries(classes)) {
    const path = join(cwd, 'src/main/java/com/aliyun', `${name.replaceAll('.', '/')}.java`);
    mkdirSync(dirname(path), { recursive: true });
    const inPackage = name.slice(0, name.lastIndexOf('.'));
    writeFileSync(path, `package com.aliyun.${inPackage}; ${text}`);
  }
  await run('javac', ['-encoding', 'US-ASCII', '-sourcepath', 'src/main/java', '-d', 'out', program], { cwd });
  const { stdout } = await run('java', ['-cp', 'out', 'Main'], { cwd });
  assert.deepEqual(
    stdout
      .trim()
      .split(' ')
      .map((hex) => Buffer.from(hex, 'hex').toString()),
    hostile,
  );
});
