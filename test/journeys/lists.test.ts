// Lists of certificates and CAs: who is on them, in which order, filtered by what, page by page and token by token.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { otherAccount } from './other-account.ts';
import { assertRefused } from './refused.ts';
import { csr, named } from './requests.ts';
import { startWithin } from './service-within.ts';
import { call, type Signing } from './signed-request.ts';
import { issueClient, type Made, makeAuthorities, ok, revoke } from './small-pki.ts';

type Wire = Readonly<Record<string, unknown>>;

test('lists of client, server and custom certificates', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const { root, issuing } = await makeAuthorities(url);
  const second = await makeAuthorities(url);
  const made: Record<string, Made> = {};
  made['plain'] = await issueClient(url, issuing);
  made['grouped'] = await issueClient(url, issuing, {
    ResourceGroupId: 'rg-1',
    AliasName: 'north',
    CustomIdentifier: 'c-1',
  });
  made['server'] = asMade(
    await ok(url, 'CreateServerCertificate', {
      ...{ ParentIdentifier: issuing, CommonName: 'www.example.com', Domain: 'www.example.com', Days: '30' },
      Algorithm: 'ECC_256',
      ...{ 'Tags.1.Key': 'team', 'Tags.1.Value': 'a', 'Tags.2.Key': 'bare' },
    }),
  );
  made['custom'] = asMade(
    await ok(url, 'CreateCustomCertificate', {
      ...{ ParentIdentifier: second.issuing, Validity: '30d', Immediately: '1' },
      Csr: csr({ subject: named('custom') }),
    }),
  );
  made['revoked'] = await issueClient(url, issuing, { ResourceGroupId: 'rg-1' });
  await revoke(url, made['revoked'].identifier);
  made['held'] = await issueClient(url, second.issuing);
  await ok(url, 'CreateRevokeClientCertificate', { Identifier: made['held'].identifier, Reason: 'certificateHold' });
  const released = await issueClient(url, second.issuing);
  made['released'] = released;
  for (const Reason of ['certificateHold', 'removeFromCRL']) {
    await ok(url, 'CreateRevokeClientCertificate', { Identifier: released.identifier, Reason });
  }
  const gone = await issueClient(url, issuing);
  await revoke(url, gone.identifier);
  await ok(url, 'DeleteClientCertificate', { Identifier: gone.identifier });
  const key = await otherAccount(service);
  const theirs = await makeAuthorities(url, { key });
  await issueClient(url, theirs.issuing, {}, { key });

  const nameOf = new Map(Object.entries(made).map(([name, { identifier }]) => [identifier, name]));
  const names = (list: unknown) => (list as Wire[]).map(({ Identifier }) => nameOf.get(String(Identifier)) ?? '?');
  const listCert = async (parameters: Record<string, string>, signing: Signing = {}) => {
    const answer: Wire = await ok(url, 'ListCert', parameters, signing);
    return { answer, names: names(answer['List']) };
  };
  const newestFirst = ['released', 'held', 'revoked', 'custom', 'server', 'grouped', 'plain'];

  await t.test(
    'hold those issued and revoked, newest first; not those deleted, not CAs, not other accounts’',
    async () => {
      assert.deepEqual((await listCert({})).names, newestFirst);
      const { CertificateList } = await ok(url, 'ListClientCertificate', {});
      assert.deepEqual(names(CertificateList), newestFirst);
      const { CertificateList: revoked } = await ok(url, 'ListRevokeCertificate', {});
      assert.deepEqual(names(revoked), ['held', 'revoked']);
      assert.equal((await ok(url, 'ListCert', {}, { key }))['TotalCount'], 1);
      assert.equal((await ok(url, 'ListRevokeCertificate', {}, { key }))['TotalCount'], 0);
    },
  );

  await t.test('are filtered by each filter alone and by several together', async () => {
    for (const [parameters, expected] of [
      [{ Type: 'SERVER' }, ['server']],
      [{ Type: 'END_ENTITY' }, ['custom']],
      [{ Type: 'CLIENT' }, ['released', 'held', 'revoked', 'grouped', 'plain']],
      [{ Status: 'ISSUE' }, ['released', 'custom', 'server', 'grouped', 'plain']],
      [{ Status: 'REVOKE' }, ['held', 'revoked']],
      [{ ParentIdentifier: second.issuing }, ['released', 'held', 'custom']],
      [{ InstanceUuid: second.issuing }, ['released', 'held', 'custom']],
      [{ InstanceUuid: `cas-member-${second.issuing}` }, ['released', 'held', 'custom']],
      [{ InstanceUuid: second.issuing, ParentIdentifier: second.issuing }, ['released', 'held', 'custom']],
      [{ InstanceUuid: second.issuing, ParentIdentifier: issuing }, []],
      [{ ParentIdentifier: second.issuing, Status: 'REVOKE', Type: 'CLIENT' }, ['held']],
      [{ ParentIdentifier: root }, []],
      [{ ParentIdentifier: 'nobody' }, []],
      [{ ParentIdentifier: theirs.issuing }, []],
    ] as const) {
      const found = await listCert(parameters);
      assert.deepEqual(
        [found.names, found.answer['TotalCount']],
        [expected, expected.length],
        JSON.stringify(parameters),
      );
    }
    const grouped = await ok(url, 'ListClientCertificate', { ResourceGroupId: 'rg-1' });
    assert.deepEqual(names(grouped['CertificateList']), ['revoked', 'grouped']);
    const one = await ok(url, 'ListClientCertificate', { Identifier: String(made['server']?.identifier) });
    assert.deepEqual([names(one['CertificateList']), one['TotalCount']], [['server'], 1]);
    const none = await ok(url, 'ListClientCertificate', {
      Identifier: String(made['server']?.identifier),
      ResourceGroupId: 'rg-1',
    });
    assert.deepEqual([none['CertificateList'], none['TotalCount'], none['PageCount']], [[], 0, 0]);
  });

  await t.test('say of each certificate what it is, in the fields and units of each list', async () => {
    const [entry] = (await listCert({ Type: 'SERVER' })).answer['List'] as Wire[];
    const described = (await ok(url, 'DescribeClientCertificate', { Identifier: String(made['server']?.identifier) }))[
      'Certificate'
    ] as Wire;
    assert.deepEqual(
      { ...entry, Id: 0 },
      {
        Id: 0,
        Identifier: made['server']?.identifier,
        CertificateType: 'SERVER',
        Status: 'ISSUE',
        SerialNumber: made['server']?.serialNumber,
        SubjectDn: described['SubjectDN'],
        CommonName: 'www.example.com',
        Organization: 'Example Ltd',
        OrganizationUnit: 'Security',
        Algorithm: 'ECC',
        BeforeTime: described['BeforeDate'],
        AfterTime: described['AfterDate'],
        BeforeDate: new Date(Number(described['BeforeDate'])).toISOString().slice(0, 19).replace('T', ' '),
        AfterDate: new Date(Number(described['AfterDate'])).toISOString().slice(0, 19).replace('T', ' '),
        AliasName: '',
        CustomIdentifier: '',
        KeyExportable: true,
        Tags: ['team=a', 'bare='],
        Extra: '{}',
      },
    );
    assert.equal(
      ((await listCert({ Type: 'END_ENTITY' })).answer['List'] as Wire[])[0]?.['KeyExportable'],
      false,
      'its key is elsewhere',
    );
    const { CertificateList } = await ok(url, 'ListRevokeCertificate', {});
    const today = (await ok(url, 'DescribeClientCertificate', { Identifier: String(made['held']?.identifier) }))[
      'Certificate'
    ] as Wire;
    for (const revoked of CertificateList as Wire[]) {
      const day = `${new Date(Number(today['BeforeDate'])).toISOString().slice(0, 10)}T00:00Z`;
      assert.deepEqual([revoked['Status'], revoked['RevokeDate'], revoked['BeforeDate']], ['REVOKE', day, day]);
      assert.match(String(revoked['AfterDate']), /^\d{4}-\d\d-\d\dT00:00Z$/);
    }
  });

  await t.test('count their pages; one beyond the last is empty', async () => {
    for (const [size, CurrentPage, expected, pages] of [
      ['6', '2', ['plain'], 2],
      ['7', '1', newestFirst, 1],
      ['8', '1', newestFirst, 1],
      ['7', '2', [], 1],
      ['1', '7', ['plain'], 7],
      ['1', '8', [], 7],
      ['1', '2147483647', [], 7],
      ['1000', '1', newestFirst, 1],
    ] as const) {
      const page = await ok(url, 'ListClientCertificate', { ShowSize: size, CurrentPage });
      assert.deepEqual(
        [names(page['CertificateList']), page['PageCount'], page['TotalCount'], page['ShowSize'], page['CurrentPage']],
        [expected, pages, 7, Number(size), Number(CurrentPage)],
      );
    }
    for (const [name, value] of [
      ['ShowSize', '0'],
      ['ShowSize', '1001'],
      ['CurrentPage', '0'],
      ['CurrentPage', '2147483648'],
    ] as const) {
      for (const operation of [
        'ListClientCertificate',
        'ListCert',
        'ListRevokeCertificate',
        'DescribeCACertificateList',
      ]) {
        assertRefused(await call(url, operation, { [name]: value }), 400, `Invalid${name}`);
      }
    }
    assert.equal((await ok(url, 'ListCert', {}))['ShowSize'], 50, 'its own usual size');
  });

  await t.test(
    'go on from token to token, though certificates are issued in between; the last token is empty',
    async () => {
      const first = await listCert({ MaxResults: '3' });
      assert.deepEqual(first.names, newestFirst.slice(0, 3));
      const late = await issueClient(url, issuing);
      const next = await listCert({ MaxResults: '3', NextToken: String(first.answer['NextToken']) });
      assert.deepEqual(next.names, newestFirst.slice(3, 6));
      const last = await listCert({ MaxResults: '1', NextToken: String(next.answer['NextToken']) });
      assert.deepEqual([last.names, last.answer['NextToken']], [['plain'], '']);
      await revoke(url, late.identifier);
      await ok(url, 'DeleteClientCertificate', { Identifier: late.identifier });
      for (const [size, code] of [
        ['0', 400],
        ['1', 200],
        ['2000', 200],
        ['2001', 400],
      ] as const) {
        assert.equal((await call(url, 'ListCert', { MaxResults: size })).status, code, size);
      }
    },
  );

  await t.test('take no token but their own, for the same account and filters', async () => {
    const NextToken = String((await listCert({ MaxResults: '2', Type: 'CLIENT' })).answer['NextToken']);
    await listCert({ MaxResults: '1', Type: 'CLIENT', NextToken });
    const changed = NextToken.slice(0, -2) + (NextToken.endsWith('AA') ? 'BB' : 'AA');
    const refused = async (operation: string, parameters: Record<string, string>, signing: Signing = {}) =>
      assertRefused(await call(url, operation, parameters, signing), 400, 'InvalidNextToken');
    await refused('ListCert', { MaxResults: '2', NextToken });
    await refused('ListCert', { MaxResults: '2', Type: 'SERVER', NextToken });
    await refused('ListCert', { Type: 'CLIENT', NextToken }, { key });
    await refused('ListPcaCaCertificate', { NextToken });
    for (const other of [changed, `${NextToken}A`, `${NextToken}=`, ` ${NextToken}`, NextToken.slice(1), 'x', 'NaN']) {
      await refused('ListCert', { Type: 'CLIENT', NextToken: other });
    }
  });

  await t.test(
    'are filtered by the moment of the last change: at AfterDate or later, before BeforeDate, UTC',
    async () => {
      const second = (millis: number) => new Date(millis).toISOString().slice(0, 19).replace('T', ' ');
      const day = (millis: number) => second(millis).slice(0, 10);
      const now = Date.now();
      const all = newestFirst.length;
      for (const [parameters, total] of [
        [{ AfterDate: second(now - 3_600_000) }, all],
        [{ AfterDate: second(now + 3_600_000) }, 0],
        [{ BeforeDate: second(now + 3_600_000) }, all],
        [{ BeforeDate: second(now - 3_600_000) }, 0],
        [{ AfterDate: day(now - 86_400_000), BeforeDate: day(now + 86_400_000) }, all],
        [{ AfterDate: day(now + 86_400_000) }, 0],
        [{ AfterDate: day(now - 86_400_000), Status: 'REVOKE' }, 2],
      ] as const) {
        assert.equal((await listCert(parameters)).answer['TotalCount'], total, JSON.stringify(parameters));
      }
      // To the second: a change of now is not before this second's beginning, and before the one after the next.
      await untilNextSecond();
      const moment = Date.now();
      await ok(url, 'UpdatePcaCertificate', { Identifier: String(made['plain']?.identifier), AliasName: 'changed' });
      const afterwards = Date.now();
      assert.deepEqual((await listCert({ AfterDate: second(moment) })).names, ['plain']);
      assert.deepEqual((await listCert({ AfterDate: second(afterwards + 1000) })).names, []);
      assert.deepEqual((await listCert({ AfterDate: second(moment), BeforeDate: second(moment) })).names, []);
      assert.equal((await listCert({ BeforeDate: second(moment) })).names.includes('plain'), false);
      const spanned: string[] = [];
      for (let NextToken = ''; ; ) {
        const { answer, names: page } = await listCert({
          AfterDate: day(now - 86_400_000),
          MaxResults: '2',
          ...(NextToken && { NextToken }),
        });
        spanned.push(...page);
        NextToken = String(answer['NextToken']);
        if (NextToken === '') break;
      }
      assert.deepEqual(spanned.toSorted(), newestFirst.toSorted(), 'each once');
      assert.equal(spanned[0], 'plain', 'what changed last comes first');
      for (const date of [
        '2026-02-30',
        '2026-13-01',
        '2026-1-1',
        '26-01-01',
        '2026-01-01 24:00:00',
        '2026-01-01T00:00Z',
        'today',
      ]) {
        for (const name of ['AfterDate', 'BeforeDate']) {
          assertRefused(await call(url, 'ListCert', { [name]: date }), 400, `Invalid${name}`);
        }
      }
    },
  );
});

test('lists of CAs', async (t) => {
  const service = await startWithin(t);
  const { url } = service;
  const { root, issuing } = await makeAuthorities(url);
  const passing = await makeAuthorities(url);
  await ok(url, 'UpdateCACertificateStatus', { Identifier: passing.issuing, Status: 'REVOKE' });
  const external = String(
    (
      await ok(
        url,
        'CreateExternalCACertificate',
        { InstanceId: root, Validity: '3y', Csr: csr({ subject: named('Ärzte 100%_Partner \\ CA') }) },
        { method: 'POST' },
      )
    )['Identifier'],
  );
  const gone = await makeAuthorities(url);
  await ok(url, 'DeleteClientCertificate', { Identifier: gone.issuing });
  await ok(url, 'DeleteClientCertificate', { Identifier: gone.root });
  await ok(url, 'MoveResourceGroup', { ResourceType: 'instance', ResourceId: issuing, ResourceGroupId: 'rg-ca' });
  const key = await otherAccount(service);
  const names = new Map([
    [root, 'root'],
    [issuing, 'issuing'],
    [passing.root, 'second'],
    [passing.issuing, 'revoked'],
    [external, 'external'],
  ]);
  const newestFirst = ['external', 'revoked', 'second', 'issuing', 'root'];
  const list = async (parameters: Record<string, string>, operation = 'DescribeCACertificateList') => {
    const { CertificateList, ...answer } = await ok(url, operation, parameters);
    const found = (CertificateList as Wire[]).map(({ Identifier }) => names.get(String(Identifier)) ?? '?');
    return { found, answer, entries: CertificateList as Wire[] };
  };

  await t.test('hold roots, subordinate and external CAs, revoked ones included, deleted ones not', async () => {
    assert.deepEqual((await list({})).found, newestFirst);
    assert.deepEqual((await list({}, 'DescribePcaAndExternalCACertificateList')).found, newestFirst);
    assert.equal((await ok(url, 'DescribeCACertificateCount', {}))['TotalCount'], 5);
    assert.equal((await ok(url, 'DescribeCACertificateCount', {}, { key }))['TotalCount'], 0);
    assert.deepEqual((await ok(url, 'DescribeCACertificateList', {}, { key }))['CertificateList'], []);
    assert.equal(((await ok(url, 'GetCAInstanceStatus', {}))['InstanceStatusList'] as Wire[]).length, 5);
  });

  await t.test('are filtered by each filter alone and by several together', async () => {
    for (const [parameters, expected] of [
      [{ CertType: 'root' }, ['second', 'root']],
      [{ CertType: 'subRoot' }, ['revoked', 'issuing']],
      [{ CertType: 'externalCa' }, ['external']],
      [{ CaStatus: 'issue' }, ['external', 'second', 'issuing', 'root']],
      [{ CaStatus: 'revoke' }, ['revoked']],
      [{ CaStatus: 'forbidden' }, []],
      [{ IssuerType: 'local' }, ['revoked', 'second', 'issuing', 'root']],
      [{ IssuerType: 'external' }, ['external']],
      [{ IssuerType: 'iTrusChina' }, []],
      [{ IssuerType: 'external', CertType: 'root' }, []],
      [{ ValidStatus: 'valid' }, newestFirst],
      [{ ValidStatus: 'notValid' }, []],
      [{ Identifier: issuing }, ['issuing']],
      [{ Identifier: gone.root }, []],
      [{ ResourceGroupId: 'rg-ca' }, ['issuing']],
      [{ ResourceGroupId: 'rg-ca', CertType: 'root' }, []],
    ] as const) {
      const { found, answer } = await list(parameters);
      assert.deepEqual([found, answer['TotalCount']], [expected, expected.length], JSON.stringify(parameters));
    }
    for (const name of ['CertType', 'CaStatus', 'IssuerType', 'ValidStatus']) {
      assertRefused(await call(url, 'DescribeCACertificateList', { [name]: 'ROOT' }), 400, `Invalid${name}`);
    }
  });

  await t.test('are searched for a part of the subject, in any case and to the letter', async () => {
    for (const [KeyWord, expected] of [
      ['issuing', ['revoked', 'issuing']],
      ['EXAMPLE LTD', newestFirst.filter((name) => name !== 'external')],
      ['100%_p', ['external']],
      ['Ärzte', ['external']],
      ['ÄRZTE', ['external']],
      ['%', ['external']],
      ['_', ['external']],
      ['\\', ['external']],
      ['1%P', []],
    ] as const) {
      assert.deepEqual((await list({ KeyWord }, 'DescribePcaAndExternalCACertificateList')).found, expected, KeyWord);
    }
    const both = { Identifiers: `${root}, ${external},nobody`, KeyWord: 'partner' };
    assert.deepEqual((await list(both, 'DescribePcaAndExternalCACertificateList')).found, ['external']);
    const page = await list({ ShowSize: '2', CurrentPage: '3' }, 'DescribePcaAndExternalCACertificateList');
    assert.deepEqual(
      [page.found, page.answer['PageCount'], page.answer['TotalCount']],
      [['root'], 1, 5],
      'PageCount is what is on the page',
    );
  });

  await t.test('go by token in ListPcaCaCertificate', async () => {
    const found: string[] = [];
    for (let NextToken = ''; ; ) {
      const page = await ok(url, 'ListPcaCaCertificate', { MaxResults: '2', ...(NextToken && { NextToken }) });
      assert.equal(page['TotalCount'], 5);
      for (const each of page['List'] as Wire[]) {
        found.push(names.get(String(each['CertIdentifier'])) ?? '?');
        const prefix = each['CertIdentifier'] === external ? 'cas_deposit-cn-' : 'cas-member-';
        assert.equal(each['PrivateCaInstanceId'], `${prefix}${each['CertIdentifier']}`);
        assert.equal(each['Status'], each['CertIdentifier'] === passing.issuing ? 'REVOKE' : 'ISSUE');
      }
      NextToken = String(page['NextToken']);
      if (NextToken === '') break;
    }
    assert.deepEqual(found, newestFirst);
  });

  await t.test('are lists of instances below a root, by its number, by page and by token', async () => {
    const instances = async (parameters: Record<string, string>) => {
      const answer = await ok(url, 'ListAllEndEntityInstance', parameters);
      return { ...answer, found: (answer['List'] as Wire[]).map(({ Identifier }) => names.get(String(Identifier))) };
    };
    const all = await instances({});
    assert.deepEqual(all.found, ['external', 'revoked', 'issuing']);
    const ofIssuing = ((all as Wire)['List'] as Wire[])[2] as Wire;
    assert.deepEqual(
      [ofIssuing['ParentIdentifier'], ofIssuing['Status'], ofIssuing['Type']],
      [root, 'USED', 'SUB_ROOT'],
    );
    const rootId = Number(ofIssuing['ParentId']);
    assert.deepEqual((await instances({ ParentId: String(rootId) })).found, ['external', 'issuing']);
    assert.deepEqual((await instances({ ParentId: String(rootId), RecursiveChildren: '1' })).found, [
      'external',
      'issuing',
    ]);
    assert.deepEqual(
      (await instances({ ParentId: String(ofIssuing['Id']) })).found,
      [],
      'nothing is below a subordinate CA',
    );
    assert.deepEqual((await instances({ ParentId: '999999' })).found, []);
    assert.deepEqual((await instances({ CurrentPage: '2', ShowSize: '2' })).found, ['issuing']);
    const first = await instances({ MaxResults: '1', ParentId: String(rootId) });
    const NextToken = String((first as Wire)['NextToken']);
    assert.deepEqual((await instances({ MaxResults: '1', ParentId: String(rootId), NextToken })).found, ['issuing']);
    assertRefused(await call(url, 'ListAllEndEntityInstance', { NextToken }), 400, 'InvalidNextToken');
  });
});

function asMade(answer: Wire): Made {
  return { identifier: String(answer['Identifier']), serialNumber: String(answer['SerialNumber']) };
}

async function untilNextSecond(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1000 - (Date.now() % 1000)));
}
