// What callers attach to certificates and CAs: tags, alias, resource group, and the mark of the inventory.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePemBlocks } from '../../src/pki/pem.ts';
import { otherAccount } from './other-account.ts';
import { assertRefused } from './refused.ts';
import { startWithin } from './service-within.ts';
import { call } from './signed-request.ts';
import { issueClient, makeAuthorities, ok, revoke } from './small-pki.ts';

type Wire = Readonly<Record<string, unknown>>;
type Tags = Readonly<Record<string, string>>;

test('labels', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const { root, issuing } = await makeAuthorities(url);
  const key = await otherAccount(service);
  const nobody = 'f'.repeat(32);
  const fresh = async (more: Record<string, string> = {}) => (await issueClient(url, issuing, more)).identifier;
  const describe = async (Identifier: string) =>
    (await ok(url, 'DescribeClientCertificate', { Identifier }))['Certificate'] as Wire;
  const tagsOf = async (identifier: string): Promise<Tags> => {
    const isCa = identifier === root || identifier === issuing;
    const { Certificate } = await ok(url, isCa ? 'DescribeCACertificate' : 'DescribeClientCertificate', {
      Identifier: identifier,
    });
    const { Tags: tags } = Certificate as { Tags: { TagKey: string; TagValue: string }[] };
    return Object.fromEntries(tags.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
  };
  const about = (ids: readonly string[], more: Record<string, string> = {}) => ({
    ...{ RegionId: 'cn-hangzhou', ResourceType: 'PcaCertificate' },
    ...Object.fromEntries(ids.map((id, index) => [`ResourceId.${index + 1}`, id])),
    ...more,
  });
  const tag = (tags: Tags) =>
    Object.fromEntries(
      Object.entries(tags).flatMap(([name, value], index) => [
        [`Tag.${index + 1}.Key`, name],
        [`Tag.${index + 1}.Value`, value],
      ]),
    );
  const many = (count: number, prefix = 'k') =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, 'v']));

  await t.test('TagResources adds and replaces by key, of certificates and CAs alike', async () => {
    const leaf = await fresh({ 'Tags.1.Key': 'team', 'Tags.1.Value': 'a', 'Tags.2.Key': 'kept', 'Tags.2.Value': 'x' });
    await ok(url, 'TagResources', about([leaf, issuing, `cas-member-${root}`], tag({ team: 'b', site: 'north' })));
    assert.deepEqual(await tagsOf(leaf), { team: 'b', kept: 'x', site: 'north' });
    assert.deepEqual(await tagsOf(issuing), { team: 'b', site: 'north' });
    assert.deepEqual(await tagsOf(root), { team: 'b', site: 'north' });
    await ok(url, 'TagResources', { ...about([leaf, leaf], { 'Tag.1.Key': 'bare' }), ResourceType: 'instance' });
    assert.equal((await tagsOf(leaf))['bare'], '');
  });

  await t.test('a certificate has up to 20 tags, over all calls; a call names up to 50 resources', async () => {
    const leaf = await fresh();
    const other = await fresh();
    await ok(url, 'TagResources', about([leaf], tag(many(19))));
    await ok(url, 'TagResources', about([leaf], tag({ k0: 'again', k19: 'v' })));
    assertRefused(await call(url, 'TagResources', about([other, leaf], tag({ k20: 'v' }))), 400, 'InvalidTags');
    assert.equal(Object.keys(await tagsOf(leaf)).length, 20);
    assert.deepEqual(await tagsOf(other), {}, 'all of them or none');
    assertRefused(await call(url, 'TagResources', about([leaf], tag(many(21)))), 400, 'InvalidTag');
    const ids = [...Array.from({ length: 48 }, () => leaf), other];
    for (const [count, code] of [
      [49, undefined],
      [50, undefined],
      [51, 'InvalidResourceId'],
    ] as const) {
      const named = Array.from({ length: count }, (_, index) => ids[index % ids.length] ?? leaf);
      const reply = await call(url, 'TagResources', about(named, tag({ k0: String(count) })), { method: 'POST' });
      assert.equal(reply.body['Code'], code, reply.text);
    }
    assert.deepEqual(await tagsOf(other), { k0: '50' });
  });

  await t.test('keys and values have up to 128 characters and no control characters; a key is given once', async () => {
    const leaf = await fresh();
    for (const [tags, code] of [
      [tag({ ['k'.repeat(127)]: 'v'.repeat(127) }), undefined],
      [tag({ ['k'.repeat(128)]: 'v'.repeat(128) }), undefined],
      [tag({ ['k'.repeat(129)]: 'v' }), 'InvalidTag'],
      [tag({ k: 'v'.repeat(129) }), 'InvalidTag'],
      [tag({ 'a\u0007': 'v' }), 'InvalidTag'],
      [{ 'Tag.1.Key': 'k', 'Tag.2.Key': 'k' }, 'InvalidTag'],
      [{ 'Tag.1.Value': 'v' }, 'InvalidTag'],
      [{ 'Tag.2.Key': 'k' }, 'InvalidTag'],
      [{}, 'MissingTag'],
    ] as const) {
      const reply = await call(url, 'TagResources', about([leaf], tags));
      const got = String(reply.body['Code'] ?? '').replace(/\..*$/, '');
      assert.equal(got || undefined, code, reply.text);
    }
    assert.equal(Object.keys(await tagsOf(leaf)).length, 2);
  });

  await t.test(
    'UntagResources takes the keys named away; all of them only where none is named and All says so',
    async () => {
      const tags = { 'Tags.1.Key': 'a', 'Tags.2.Key': 'b', 'Tags.3.Key': 'c' };
      const [first, second] = [await fresh(tags), await fresh(tags)];
      await ok(url, 'UntagResources', about([first, second], { 'TagKey.1': 'a', 'TagKey.2': 'unknown', All: 'true' }));
      assert.deepEqual(
        [await tagsOf(first), await tagsOf(second)],
        [
          { b: '', c: '' },
          { b: '', c: '' },
        ],
      );
      for (const All of [undefined, 'false']) {
        assertRefused(await call(url, 'UntagResources', about([first], All ? { All } : {})), 400, 'MissingTagKey');
      }
      assertRefused(await call(url, 'UntagResources', about([first, nobody], { All: 'true' })), 404, 'NotFound');
      assert.deepEqual(await tagsOf(first), { b: '', c: '' }, 'all of them or none');
      await ok(url, 'UntagResources', about([first], { All: 'true' }));
      assert.deepEqual([await tagsOf(first), await tagsOf(second)], [{}, { b: '', c: '' }]);
    },
  );

  await t.test(
    'ListTagResources finds the tags of resources, and the resources with all of the tags asked for',
    async () => {
      const [first, second] = [
        await fresh({ 'Tags.1.Key': 'z', 'Tags.1.Value': '1', 'Tags.2.Key': 'find', 'Tags.2.Value': 'me' }),
        await fresh({ 'Tags.1.Key': 'find', 'Tags.1.Value': 'me', 'Tags.2.Key': 'a', 'Tags.2.Value': '2' }),
      ].sort();
      const list = async (parameters: Record<string, string>, signing = {}) => {
        const answer = await ok(url, 'ListTagResources', { ...about([]), ...parameters }, signing);
        const data = answer['Data'] as { TagResources: { TagResources: Wire[] }; NextToken: string };
        const found = data.TagResources.TagResources.map(
          ({ ResourceId, TagKey, TagValue }) => `${ResourceId} ${TagKey}=${TagValue}`,
        );
        return { found, NextToken: data.NextToken, entries: data.TagResources.TagResources };
      };
      const expected = (
        await Promise.all([first, second].map(async (id) => [id, await tagsOf(id ?? '')] as const))
      ).flatMap(([id, tags]) =>
        Object.entries(tags)
          .sort()
          .map(([name, value]) => `${id} ${name}=${value}`),
      );
      const both = about([first ?? '', second ?? '']);
      assert.deepEqual((await list(both)).found, expected);
      assert.deepEqual((await list({ ...both, 'ResourceId.3': nobody })).found, expected);
      assert.deepEqual((await list(tag({ find: 'me' }))).found, expected);
      assert.deepEqual((await list({ 'Tag.1.Key': 'find' })).found, expected);
      assert.deepEqual((await list({ 'Tag.1.Key': 'find', 'Tag.2.Key': 'z' })).found.length, 2);
      assert.deepEqual((await list(tag({ find: 'me', a: '2' }))).found.length, 2);
      assert.deepEqual((await list(tag({ find: 'me', a: '3' }))).found, []);
      assert.deepEqual((await list(tag({ find: 'nobody' }))).found, []);
      const instance = await list({ ...about([`cas-member-${issuing}`]), ResourceType: 'instance' });
      assert.deepEqual(
        new Set(instance.entries.map(({ ResourceId, ResourceType }) => `${ResourceId} ${ResourceType}`)),
        new Set([`${issuing} instance`]),
      );
      for (const MaxResults of ['1', '3', '4', '5']) {
        const found: string[] = [];
        for (let NextToken = ''; ; ) {
          const page = await list({ ...tag({ find: 'me' }), MaxResults, ...(NextToken && { NextToken }) });
          found.push(...page.found);
          assert.ok(page.found.length <= Number(MaxResults));
          NextToken = page.NextToken;
          if (NextToken === '') break;
        }
        assert.deepEqual(found, expected, `${MaxResults} at a time`);
      }
      assert.deepEqual((await list(both, { key })).found, [], 'nothing of another account');
      const { NextToken } = await list({ ...both, MaxResults: '1' });
      const elsewhere = { ...about([first ?? '']), MaxResults: '1', NextToken };
      assertRefused(await call(url, 'ListTagResources', elsewhere), 400, 'InvalidNextToken');
    },
  );

  await t.test('UpdatePcaCertificate changes what is given and nothing else, of certificates and CAs', async () => {
    const leaf = await fresh({
      AliasName: 'old',
      ResourceGroupId: 'rg-1',
      'Tags.1.Key': 'a',
      CustomIdentifier: 'mine',
    });
    const shown = async () => {
      const { AliasName, ResourceGroupId, CustomIdentifier } = await describe(leaf);
      return { AliasName, ResourceGroupId, CustomIdentifier, tags: await tagsOf(leaf) };
    };
    const before = await shown();
    await ok(url, 'UpdatePcaCertificate', { Identifier: leaf });
    assert.deepEqual(await shown(), before);
    await ok(url, 'UpdatePcaCertificate', { Identifier: leaf, AliasName: 'new' });
    assert.deepEqual(await shown(), { ...before, AliasName: 'new' });
    await ok(url, 'UpdatePcaCertificate', { Identifier: leaf, 'Tags.1.Key': 'b', 'Tags.1.Value': '1' });
    assert.deepEqual(await shown(), { ...before, AliasName: 'new', tags: { b: '1' } });
    await ok(url, 'UpdatePcaCertificate', { Identifier: leaf, ResourceGroupId: 'rg-2' });
    assert.deepEqual(await shown(), { ...before, AliasName: 'new', tags: { b: '1' }, ResourceGroupId: 'rg-2' });
    await ok(url, 'UpdatePcaCertificate', { Identifier: root, AliasName: 'top' });
    const { CertificateList } = await ok(url, 'DescribeCACertificateList', { Identifier: root });
    assert.equal((CertificateList as Wire[])[0]?.['Alias'], 'top');
  });

  await t.test(
    'UpdatePcaCertificate with a ClientToken is done once; with other parameters it is refused',
    async () => {
      const leaf = await fresh();
      const first = { Identifier: leaf, AliasName: 'once', ClientToken: 'token-1' };
      await ok(url, 'UpdatePcaCertificate', first);
      await ok(url, 'UpdatePcaCertificate', { Identifier: leaf, AliasName: 'in between' });
      await ok(url, 'UpdatePcaCertificate', first);
      assert.equal((await describe(leaf))['AliasName'], 'in between', 'it was not done again');
      assertRefused(
        await call(url, 'UpdatePcaCertificate', { ...first, AliasName: 'other' }),
        400,
        'IdempotentParameterMismatch',
      );
      const empty = { Identifier: leaf, ClientToken: 'token-2' };
      await ok(url, 'UpdatePcaCertificate', empty);
      await ok(url, 'UpdatePcaCertificate', empty);
      assertRefused(
        await call(url, 'UpdatePcaCertificate', { ...empty, AliasName: 'x' }),
        400,
        'IdempotentParameterMismatch',
      );
    },
  );

  await t.test('MoveResourceGroup moves from one filter to the other', async () => {
    const leaf = await fresh({ ResourceGroupId: 'rg-from' });
    const inGroup = async (ResourceGroupId: string) =>
      (await ok(url, 'ListClientCertificate', { ResourceGroupId }))['TotalCount'];
    assert.deepEqual([await inGroup('rg-from'), await inGroup('rg-to')], [1, 0]);
    await ok(url, 'MoveResourceGroup', { ResourceType: 'PcaCertificate', ResourceId: leaf, ResourceGroupId: 'rg-to' });
    assert.deepEqual([await inGroup('rg-from'), await inGroup('rg-to')], [0, 1]);
    await ok(url, 'MoveResourceGroup', {
      ResourceType: 'instance',
      ResourceId: `cas-member-${issuing}`,
      ResourceGroupId: 'rg-to',
    });
    const { TotalCount } = await ok(url, 'DescribeCACertificateList', { ResourceGroupId: 'rg-to' });
    assert.equal(TotalCount, 1);
    assertRefused(
      await call(url, 'MoveResourceGroup', { ResourceType: 'other', ResourceId: leaf, ResourceGroupId: 'x' }),
      400,
      'InvalidResourceType',
    );
  });

  await t.test('UploadPcaCertToCas marks certificates by number and by identifier, all of them or none', async () => {
    const [one, two, three] = [await fresh(), await fresh(), await fresh()];
    const flag = async (identifier: string) => (await describe(identifier))['UploadFlag'];
    const id = (await describe(one))['Id'];
    for (const Ids of [`${two},${nobody}`, `${two},999999`, `${two},`, `${two},0`, `${two},-1`]) {
      const reply = await call(url, 'UploadPcaCertToCas', { Ids });
      assert.ok(['NotFound', 'InvalidIds'].includes(String(reply.body['Code'])), `${Ids}: ${reply.text}`);
    }
    assert.equal(await flag(two), 0);
    await ok(url, 'UploadPcaCertToCas', { Ids: ` ${id} ,${two}, ${two}, ${issuing}` });
    assert.deepEqual([await flag(one), await flag(two), await flag(three)], [1, 1, 0]);
    const extraOf = async (identifier: string) => {
      const { List } = await ok(url, 'ListCert', { ShowSize: '1000' });
      const entry = (List as Wire[]).find(({ Identifier }) => Identifier === identifier);
      return JSON.parse(String(entry?.['Extra'])) as { UploadTime?: number; CertificateChain?: string };
    };
    const extra = await extraOf(one);
    assert.ok(Math.abs(Number(extra.UploadTime) - Date.now()) < 60_000);
    assert.equal(decodePemBlocks(String(extra.CertificateChain)).length, 3);
    assert.equal(extra.CertificateChain, (await describe(one))['CertChain']);
    assert.deepEqual(await extraOf(three), {});
    await ok(url, 'UploadPcaCertToCas', { Ids: `${one},${three}` });
    assert.deepEqual((await extraOf(one)).UploadTime, extra.UploadTime, 'it stays there since then');
    for (const [count, code] of [
      [49, undefined],
      [50, undefined],
      [51, 'InvalidIds'],
    ] as const) {
      const Ids = Array.from({ length: count }, () => one).join(',');
      assert.equal((await call(url, 'UploadPcaCertToCas', { Ids })).body['Code'], code, String(count));
    }
  });

  await t.test('nobody labels what is not there, is deleted, or is another account’s', async () => {
    const gone = await fresh();
    await revoke(url, gone);
    await ok(url, 'DeleteClientCertificate', { Identifier: gone });
    const leaf = await fresh();
    const id = String((await describe(leaf))['Id']);
    for (const [identifier, signing] of [
      [nobody, {}],
      [gone, {}],
      [leaf, { key }],
      [`cas-member-${issuing}`, { key }],
    ] as const) {
      for (const [operation, parameters] of [
        ['TagResources', about([identifier], tag({ a: 'b' }))],
        ['UntagResources', about([identifier], { All: 'true' })],
        ['UpdatePcaCertificate', { Identifier: identifier, AliasName: 'x' }],
        ['UpdatePcaCertificate', { Identifier: identifier }],
        ['MoveResourceGroup', { ResourceType: 'PcaCertificate', ResourceId: identifier, ResourceGroupId: 'rg' }],
        ['UploadPcaCertToCas', { Ids: identifier }],
      ] as const) {
        assertRefused(await call(url, operation, parameters, signing), 404, 'NotFound');
      }
    }
    assertRefused(await call(url, 'UploadPcaCertToCas', { Ids: id }, { key }), 404, 'NotFound');
    assert.deepEqual([await tagsOf(leaf), (await describe(leaf))['AliasName']], [{}, '']);
  });
});
