// The console's answers about the journal, over the socket: filtered, bounded, of one's own account, under permissions.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { ram } from '../../src/protocols/rpc/product.ts';
import { otherAccount } from '../journeys/other-account.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { type Answer, asking } from './asking.ts';

interface Entry {
  readonly Sequence: number;
  readonly At: number;
  readonly Principal: string;
  readonly Kind: string;
  readonly Facts: Record<string, unknown>;
  readonly Hash: string;
  readonly Fits: boolean;
}

const entriesOf = ({ status, body }: Answer): readonly Entry[] => {
  assert.equal(status, 200, JSON.stringify(body));
  return body['Entries'] as readonly Entry[];
};
const kindsOf = (answer: Answer) => entriesOf(answer).map(({ Kind }) => Kind);

test('the journal as the console is told it', async (t) => {
  const service = await startWithin(t);
  const administer = async (action: string, parameters: Record<string, string>) => {
    const { status, text } = await call(service.url, action, parameters, { product: ram });
    assert.equal(status, 200, text);
    return JSON.parse(text);
  };
  const root = await asking(service.url);
  const made = await call(service.url, 'CreateRootCACertificate', {
    CommonName: 'Journal Root',
    Organization: 'Example',
    OrganizationUnit: 'PKI',
    Locality: 'Hangzhou',
    State: 'Zhejiang',
    CountryCode: 'CN',
    Algorithm: 'ECC_256',
    Years: '10',
  });
  const { Identifier: ca } = JSON.parse(made.text);
  for (const user of ['alice', 'bob']) await administer('CreateUser', { UserName: user });
  const { AccessKey: aliceKey } = await administer('CreateAccessKey', { UserName: 'alice' });
  const alice = await asking(service.url, {
    accessKeyId: aliceKey.AccessKeyId,
    accessKeySecret: aliceKey.AccessKeySecret,
  });

  await t.test('is newest first, a page at a time, and nothing is left out between', async () => {
    const all = entriesOf(await root('journal', { Limit: '100' }));
    const sequences = all.map(({ Sequence }) => Sequence);
    assert.deepEqual(
      sequences,
      [...sequences].sort((a, b) => b - a),
    );
    const paged: number[] = [];
    // The service itself writes entries at any time.
    const [newest = 0] = sequences;
    for (let before = String(newest + 1); ; ) {
      const answer = await root('journal', { Limit: '2', Before: before });
      paged.push(...entriesOf(answer).map(({ Sequence }) => Sequence));
      before = String(answer.body['LookedAtFrom']);
      if (before === '0') break;
    }
    assert.deepEqual(paged, sequences);
    const upTo = { Before: String(newest + 1) };
    assert.deepEqual(entriesOf(await root('journal', { ...upTo, After: String(newest) })), []);
    assert.equal(entriesOf(await root('journal', { ...upTo, After: String(newest - 1) })).length, 1);
  });

  await t.test('is filtered by kind, certificate, name, who and when', async () => {
    assert.deepEqual(new Set(kindsOf(await root('journal', { 'Kind.1': 'user-created' }))), new Set(['user-created']));
    const aboutCa = await root('journal', { Subject: ca });
    assert.deepEqual(kindsOf(aboutCa).at(-1), 'certificate-reserved');
    const serial = String(entriesOf(aboutCa)[0]?.Facts['serialNumber']);
    assert.deepEqual(kindsOf(await root('journal', { Subject: serial.toUpperCase() })), kindsOf(aboutCa));
    assert.deepEqual(kindsOf(await root('journal', { Subject: 'alice' })), ['access-key-created', 'user-created']);
    for (const part of ['alic', '%', '_____']) assert.deepEqual(kindsOf(await root('journal', { Subject: part })), []);
    const [first] = entriesOf(await root('journal', { 'Kind.1': 'user-created', Limit: '1' }));
    const at = Number(first?.At);
    const who = String(first?.Principal);
    assert.ok(kindsOf(await root('journal', { Principal: who })).includes('user-created'));
    assert.deepEqual(kindsOf(await root('journal', { Principal: `${who}x` })), []);
    for (const [until, isThere] of [
      [at - 1, false],
      [at, false],
      [at + 1, true],
    ] as const) {
      const found = entriesOf(await root('journal', { Until: String(until) }));
      assert.equal(
        found.some(({ Sequence }) => Sequence === first?.Sequence),
        isThere,
        `until ${until - at}`,
      );
    }
    const since = entriesOf(await root('journal', { From: String(at) }));
    assert.ok(since.every((entry) => entry.At >= at));
  });

  await t.test('tells the hash of each entry, and that it fits', async () => {
    const entries = entriesOf(await root('journal', { Limit: '100' }));
    assert.ok(entries.every(({ Fits, Hash }) => Fits && /^[0-9a-f]{64}$/.test(Hash)));
    assert.equal(new Set(entries.map(({ Hash }) => Hash)).size, entries.length);
    assert.ok(!JSON.stringify(entries).includes(aliceKey.AccessKeySecret));
  });

  await t.test('is refused without permission, with what is missing', async () => {
    const { status, body } = await alice('journal');
    assert.equal(status, 403);
    assert.equal(body['Code'], 'NoPermission');
    const detail = body['AccessDeniedDetail'] as Record<string, string>;
    assert.equal(detail['AuthAction'], 'yundun-cert:ListCACertificateLog');
    assert.match(String(body['RequestId']), /^[0-9A-F-]{36}$/);
  });

  await t.test('keeps what is about users and policies from whoever may not read policies', async () => {
    const statement = (Action: string) => ({ Effect: 'Allow', Action, Resource: '*' });
    const document = (...actions: readonly string[]) =>
      JSON.stringify({ Version: '1', Statement: actions.map(statement) });
    await administer('CreatePolicy', {
      PolicyName: 'log',
      PolicyDocument: document('yundun-cert:ListCACertificateLog'),
    });
    await administer('AttachPolicyToUser', { PolicyName: 'log', PolicyType: 'Custom', UserName: 'alice' });
    const some = await alice('journal');
    assert.ok(kindsOf(some).length > 0 && kindsOf(some).every((kind) => kind.startsWith('certificate-')));
    assert.equal(some.body['Needed'], 'ram:GetPolicy');
    assert.deepEqual(kindsOf(await alice('journal', { Subject: 'bob' })), []);
    await administer('CreatePolicy', { PolicyName: 'read', PolicyDocument: document('ram:GetPolicy') });
    await administer('AttachPolicyToUser', { PolicyName: 'read', PolicyType: 'Custom', UserName: 'alice' });
    const all = await alice('journal', { Subject: 'bob' });
    assert.deepEqual(kindsOf(all), ['user-created']);
    assert.equal(all.body['Needed'], undefined);
  });

  await t.test(
    'is refused as a whole by a Deny on tags, as lists that name no CA are; of one CA by its own tags',
    async () => {
      const tagged = { RegionId: 'x', ResourceType: 'instance', 'ResourceId.1': ca, 'Tag.1.Key': 'env' };
      const document = (value: string) => ({
        PolicyName: `not-${value}`,
        PolicyDocument: JSON.stringify({
          Version: '1',
          Statement: [
            {
              Effect: 'Deny',
              Action: 'yundun-cert:ListCACertificateLog',
              Resource: '*',
              Condition: { StringEquals: { 'acs:ResourceTag/env': value } },
            },
          ],
        }),
      });
      assert.equal((await call(service.url, 'TagResources', { ...tagged, 'Tag.1.Value': 'prod' })).status, 200);
      const key = { accessKeyId: aliceKey.AccessKeyId, accessKeySecret: aliceKey.AccessKeySecret };
      const oneOf = async (Identifier: string) => {
        const [{ status }, history] = await Promise.all([
          call(service.url, 'ListCACertificateLog', { Identifier }, { key }),
          alice('certificate-history', { Identifier }),
        ]);
        return [status, history.status];
      };
      for (const [value, statuses] of [
        ['dev', [200, 200]],
        ['prod', [403, 403]],
      ] as const) {
        const attachment = { PolicyName: `not-${value}`, PolicyType: 'Custom', UserName: 'alice' };
        await administer('CreatePolicy', document(value));
        await administer('AttachPolicyToUser', attachment);
        assert.deepEqual(await oneOf(ca), statuses, value);
        for (const parameters of [{}, { Subject: ca }, { Identifier: ca }])
          assert.equal((await alice('journal', parameters)).body['Code'], 'NoPermission', JSON.stringify(parameters));
        await administer('DetachPolicyFromUser', attachment);
      }
      assert.equal((await alice('journal')).status, 200);
    },
  );

  await t.test('has a bound for everything', async () => {
    for (const parameters of [
      { Limit: '201' },
      { Limit: '0' },
      { Before: '-1' },
      { Subject: 'x'.repeat(257) },
      { 'Kind.1': 'no kind' },
    ]) {
      assert.equal((await root('journal', parameters)).status, 400, JSON.stringify(parameters));
    }
  });

  await t.test('is of one account alone', async () => {
    const other = await asking(service.url, await otherAccount(service));
    const kinds = kindsOf(await other('journal', { Limit: '100' }));
    assert.ok(kinds.includes('account-created'));
    assert.ok(!kinds.includes('user-created') && !kinds.some((kind) => kind.startsWith('certificate-')));
    assert.deepEqual(kindsOf(await other('journal', { Subject: ca })), []);
  });

  await t.test('marks an entry that was altered, and the one after an entry whose hash was', async () => {
    const [target] = entriesOf(await root('journal', { 'Kind.1': 'user-created', Limit: '1' }));
    const sequence = Number(target?.Sequence);
    const database = new DatabaseSync(join(service.dataDir, 'certitude.db'));
    t.after(() => database.close());
    const marks = async () => {
      const entries = entriesOf(await root('journal', { Limit: '100' }));
      return entries.filter(({ Fits }) => !Fits).map(({ Sequence }) => Sequence);
    };
    database.prepare('update journal set facts = replace(facts, ?, ?) where sequence = ?').run('bob', 'rob', sequence);
    assert.deepEqual(await marks(), [sequence]);
    const forged = createHash('sha256').update('forged').digest();
    database.prepare('update journal set hash = ? where sequence = ?').run(forged, sequence);
    assert.deepEqual(await marks(), [sequence + 1, sequence]);
  });
});
