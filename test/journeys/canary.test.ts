// Secrets stay where they belong: after a whole run none is found in the data folder, the output, the refusals or the
// command line of the service, in any form in which it is likely to have got there.

import assert from 'node:assert/strict';
import { createPrivateKey, randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { openStore } from '../../src/app/open-store.ts';
import { databaseFile } from '../../src/drivers/sqlite/database.ts';
import { ram, sts } from '../../src/protocols/rpc/product.ts';
import { operator } from './operator.ts';
import { certitude, rootKey, type Service, startService, temporaryFolder } from './running-service.ts';
import { filesIn, findSecrets, keySecrets, type Secret, textSecret, type Written } from './secret-search.ts';
import { call, encodeForm, send, signedParameters } from './signed-request.ts';
import { issueClient, makeAuthorities, ok, revoke } from './small-pki.ts';
import type { AccessKey } from './vendor-clients.ts';

// With characters that URLs and JSON write in another way.
const passphrase = 'canary "master" pass+phrase/1';
const password = 'Canary-"Login"/Pass+1';
const refusedPassword = 'Canary-"long"/+1'.repeat(10);
const encryptedCode = '!Canary@Key#Pass+1';
const wrongSecret = 'canaryWrongSecret0123456789abc';
const root: AccessKey = { accessKeyId: 'canaryRootKey', accessKeySecret: 'canaryRootSecret0123456789abcd' };

test('no secret is in the data folder, the output, the refusals, the environment or the command line of the service', async (t) => {
  const service = await startWithSecretFiles(t);
  const { known, refusals } = await wholeRun(service);
  const shown: Written[] = [];
  for (const args of [['log'], ['log', '--json'], ['journal', 'list'], ['journal', 'list', '--json']]) {
    const { stdout, stderr } = await operator(service, ...args);
    shown.push({ where: args.join(' '), bytes: Buffer.from(stdout + stderr) });
  }
  for (const file of ['cmdline', 'environ']) {
    const path = `/proc/${service.pid}/${file}`;
    if (existsSync(path)) shown.push({ where: path, bytes: readFileSync(path) });
  }
  const filter = `/proc/${service.pid}/coredump_filter`;
  if (existsSync(filter))
    assert.equal(readFileSync(filter, 'utf8').trim(), '00000000', 'a core has nothing of the memory');
  const written = [...filesIn(dirname(service.dataDir)).filter(({ where }) => !where.endsWith('.secret'))];
  assert.ok(
    written.some(({ where, bytes }) => where.endsWith('-wal') && bytes.length > 0),
    'looked at while in use',
  );
  assert.equal(await service.kill('SIGTERM'), 0);
  const left = filesIn(service.dataDir);
  for (const name of ['certitude.db', 'status-index.checkpoint', '.jsonl'])
    assert.ok(
      left.some(({ where }) => where.endsWith(name)),
      name,
    );
  const kept = await secretsInStore(t, service);
  for (const { name, bytes } of known.filter((each) => each.name.startsWith('kept:')))
    assert.ok(
      kept.some((each) => Buffer.compare(each.bytes, bytes) === 0),
      name,
    );
  const output = { where: 'output', bytes: Buffer.from(service.output()) };
  assert.ok(output.bytes.length > 1000, 'the log tells of every call');
  const all = [...shown, ...written, ...left, ...refusals, output];
  assert.deepEqual(findSecrets([...known, ...kept], all), []);
  // What is found is found in these very files too.
  for (const secret of [...known, ...kept]) plantAndFind(t, service.dataDir, secret);
});

async function startWithSecretFiles(t: TestContext): Promise<Service> {
  const dataDir = temporaryFolder(t);
  const folder = dirname(dataDir);
  const [passphraseFile, secretFile, temporary] = ['pass.secret', 'root.secret', 'tmp'].map((name) =>
    join(folder, name),
  );
  writeFileSync(String(passphraseFile), `${passphrase}\n`, { mode: 0o600 });
  writeFileSync(String(secretFile), `${root.accessKeySecret}\r\n`, { mode: 0o600 });
  mkdirSync(String(temporary));
  return await startService(t, {
    dataDir,
    environment: {
      CERTITUDE_LOG_LEVEL: 'debug',
      CERTITUDE_MASTER_PASSPHRASE_FILE: String(passphraseFile),
      CERTITUDE_ROOT_ACCESS_KEY_ID: root.accessKeyId,
      CERTITUDE_ROOT_ACCESS_KEY_SECRET: '',
      CERTITUDE_ROOT_ACCESS_KEY_SECRET_FILE: String(secretFile),
      TMPDIR: String(temporary),
    },
  });
}

/** Everything that has to do with a secret, done once and refused once. */
async function wholeRun(service: Service): Promise<{ known: Secret[]; refusals: Written[] }> {
  const { url } = service;
  const signing = { key: root };
  const ofRam = { key: root, product: ram };
  const known = [
    textSecret('master passphrase', passphrase),
    textSecret('login password', password),
    textSecret('refused password', refusedPassword),
    textSecret('pass phrase of an exported key', encryptedCode),
    textSecret('wrong secret', wrongSecret),
    textSecret('kept: root secret', root.accessKeySecret),
  ];

  for (const algorithm of ['ECC_256', 'RSA_2048']) {
    const { issuing } = await makeAuthorities(url, signing, algorithm);
    const { identifier } = await issueClient(url, issuing, { Algorithm: algorithm }, signing);
    const asked = { Identifier: identifier, EncryptedCode: encryptedCode };
    const { EncryptedData } = await ok(url, 'DescribeCertificatePrivateKey', asked, signing);
    const key = createPrivateKey({ key: String(EncryptedData), passphrase: encryptedCode });
    known.push(...keySecrets(`kept: client key, ${algorithm}`, key));
    await revoke(url, identifier, signing);
  }

  await ok(url, 'CreateUser', { UserName: 'ann' }, ofRam);
  await ok(url, 'CreateLoginProfile', { UserName: 'ann', Password: password }, ofRam);
  const made = await ok(url, 'CreateAccessKey', { UserName: 'ann' }, ofRam);
  const { AccessKeyId, AccessKeySecret } = made['AccessKey'] as Record<string, string>;
  const ann: AccessKey = { accessKeyId: String(AccessKeyId), accessKeySecret: String(AccessKeySecret) };
  known.push(textSecret('kept: secret of a user', ann.accessKeySecret));

  const account = String((await ok(url, 'GetCallerIdentity', {}, { key: root, product: sts }))['AccountId']);
  const trust = {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: [`acs:ram::${account}:user/ann`] } }],
  };
  await ok(url, 'CreateRole', { RoleName: 'deployer', AssumeRolePolicyDocument: JSON.stringify(trust) }, ofRam);
  for (const [PolicyName, action, target] of [
    ['AliyunSTSAssumeRoleAccess', 'AttachPolicyToUser', { UserName: 'ann' }],
    ['AliyunYundunCertReadOnlyAccess', 'AttachPolicyToRole', { RoleName: 'deployer' }],
  ] as const)
    await ok(url, action, { PolicyType: 'System', PolicyName, ...target }, ofRam);
  const wish = { RoleArn: `acs:ram::${account}:role/deployer`, RoleSessionName: 'canary' };
  const session = (await ok(url, 'AssumeRole', wish, { key: ann, product: sts }))['Credentials'];
  const { SecurityToken, ...temporary } = session as Record<string, string>;
  known.push(textSecret('temporary secret', String(temporary['AccessKeySecret'])));
  known.push(textSecret('security token', String(SecurityToken)));
  const sessionKey = {
    accessKeyId: String(temporary['AccessKeyId']),
    accessKeySecret: String(temporary['AccessKeySecret']),
    securityToken: String(SecurityToken),
  };
  await ok(url, 'ListClientCertificate', {}, { key: sessionKey });

  const withDuplicate = [...signedParameters('CreateLoginProfile', { UserName: 'ann', Password: password }, ofRam)];
  const replies = [
    await call(url, 'ListClientCertificate', {}, { key: { ...root, accessKeySecret: wrongSecret } }),
    await call(url, 'ListClientCertificate', {}, { key: { ...sessionKey, accessKeySecret: wrongSecret } }),
    await call(
      url,
      'UpdateLoginProfile',
      { UserName: 'ann', Password: password },
      {
        key: { ...root, accessKeySecret: wrongSecret },
        product: ram,
      },
    ),
    await call(url, 'CreateUser', { UserName: 'bob' }, { key: ann, product: ram }),
    await call(url, 'UpdateLoginProfile', { UserName: 'ann', Password: refusedPassword }, ofRam),
    await call(url, 'DescribeCertificatePrivateKey', { Identifier: 'none', EncryptedCode: encryptedCode }, signing),
    await call(
      url,
      'DescribeCertificatePrivateKey',
      { Identifier: 'none', EncryptedCode: encryptedCode },
      {
        key: sessionKey,
      },
    ),
    await send(`${url}/?${encodeForm([...withDuplicate, ['Password', password]])}`),
    await send(`${url}/?Action=CreateLoginProfile&Password=%zz${encodeURIComponent(password)}`),
    await send(`${url}/`, { method: 'POST', body: `{"Password":${JSON.stringify(password)}` }),
  ];
  for (const { status, text } of replies) assert.ok(status >= 400 && status < 500, text);
  // Clients compare the string to sign with theirs (docs/conformance/rpc.md): it repeats to the caller what the caller sent.
  const said = replies.map(({ text }) => text.replace(/(?<=server string to sign is:)[^"]*/, ''));
  const refusals = said.map((text, index) => ({ where: `refusal ${index}`, bytes: Buffer.from(text) }));
  return { known, refusals };
}

/** Everything that is kept sealed, opened in a copy. */
async function secretsInStore(t: TestContext, { dataDir }: Service): Promise<Secret[]> {
  const copy = temporaryFolder(t);
  cpSync(dataDir, copy, { recursive: true });
  const opened = await openStore({ dataDir: copy, masterPassphrase: passphrase }, 'existing');
  const database = new DatabaseSync(databaseFile(copy), { readOnly: true });
  try {
    const rows = database.prepare('select identity, bytes from sealed').all();
    return rows.flatMap(({ identity, bytes }) => {
      const name = `sealed ${String(identity)}`;
      const plain = Buffer.from(opened.sealer.open(String(identity), bytes as Uint8Array));
      // A SEQUENCE: the PKCS #8 of a key.
      if (plain[0] !== 0x30 || plain.length < 64) return [{ name, bytes: plain }];
      return keySecrets(name, createPrivateKey({ key: plain, format: 'der', type: 'pkcs8' }));
    });
  } finally {
    database.close();
    await opened.store.close();
  }
}

function plantAndFind(t: TestContext, dataDir: string, { name, bytes }: Secret): void {
  const lines = (text: string) => text.replaceAll(/.{64}/g, '$&\n');
  const planted = [
    bytes,
    ...['hex', 'base64', 'base64url'].map((form) => Buffer.from(Buffer.from(bytes).toString(form as BufferEncoding))),
    Buffer.from(Buffer.from(bytes).toString('hex').toUpperCase()),
    ...[1, 2, 3].map((before) => {
      const amidst = Buffer.concat([randomBytes(before), bytes, randomBytes(5)]);
      return Buffer.from(lines(amidst.toString('base64')));
    }),
  ];
  const copy = temporaryFolder(t);
  cpSync(dataDir, copy, { recursive: true });
  for (const [index, each] of planted.entries()) {
    writeFileSync(join(copy, 'planted'), Buffer.concat([randomBytes(100), each, randomBytes(100)]));
    assert.deepEqual(
      findSecrets([{ name, bytes }], filesIn(copy)),
      [`${name} in ${join(copy, 'planted')}`],
      `form ${index} is found, and only there`,
    );
  }
}

test('a secret may come from a file, for the service and for the command line: not from both places, nor from none', async (t) => {
  const service = await startService(t);
  const folder = dirname(service.dataDir);
  const file = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const { accessKeyId, accessKeySecret } = rootKey;
  const right = { CERTITUDE_ENDPOINT: service.url, CERTITUDE_ACCESS_KEY_ID: accessKeyId };
  for (const end of ['', '\n', '\r\n']) {
    const path = file('secret', `${accessKeySecret}${end}`);
    const { status, stderr } = await certitude(['status', '0a'], { ...right, CERTITUDE_ACCESS_KEY_SECRET_FILE: path });
    assert.equal(status, 2, stderr);
  }
  const twoEnds = file('two-ends', `${accessKeySecret}\n\n`);
  const wrong = await certitude(['status', '0a'], { ...right, CERTITUDE_ACCESS_KEY_SECRET_FILE: twoEnds });
  assert.equal(wrong.status, 76, wrong.stderr);
  for (const [variable, args, also] of [
    ['CERTITUDE_ACCESS_KEY_SECRET', ['status', '0a'], right],
    ['CERTITUDE_ROOT_ACCESS_KEY_SECRET', ['init'], { CERTITUDE_ROOT_ACCESS_KEY_ID: accessKeyId }],
    ['CERTITUDE_MASTER_PASSPHRASE', ['init'], {}],
  ] as const) {
    for (const [path, more, told] of [
      [file('secret', accessKeySecret), { [variable]: accessKeySecret }, /are both set/],
      [file('empty', '\n'), {}, /is empty/],
      [join(folder, 'absent'), {}, /ENOENT/],
    ] as const) {
      const dataDir = temporaryFolder(t);
      const environment = { ...also, ...more, CERTITUDE_DATA_DIR: dataDir, [`${variable}_FILE`]: path };
      const { status, stderr } = await certitude(args, environment);
      assert.equal(status, 64, stderr);
      assert.ok(told.test(stderr) && stderr.includes(`${variable}_FILE`), stderr);
      assert.ok(!stderr.includes(accessKeySecret), stderr);
      assert.ok(!existsSync(dataDir), 'nothing is made');
    }
  }
});
