// The overview: figures of one's own account over the socket, and the page in a browser.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { otherAccount } from '../journeys/other-account.ts';
import { startService } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { issueClient, type Made, makeAuthorities, ok, revoke, statusOf } from '../journeys/small-pki.ts';
import { attachPolicy, makeUser, putPolicy } from '../journeys/users.ts';
import { patienceMillis, until } from '../until.ts';
import { asking } from './asking.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';

interface Figures {
  readonly certificates: Readonly<Record<string, number>>;
  readonly revocations: readonly { readonly at: number; readonly count: number }[];
  readonly calls: {
    readonly minutes: readonly Readonly<Record<string, number>>[];
    readonly operations: readonly Readonly<Record<string, unknown>>[];
  };
}

interface Crl {
  readonly list?: { readonly entries: number };
  readonly failure?: string;
}

interface Publication {
  readonly List: readonly {
    readonly identifier: string;
    readonly crl?: Crl;
    readonly ocsp?: { readonly responder?: { readonly notAfter: number } };
  }[];
}

test('the figures of an account', async (t) => {
  const service = await startWithin(t, { CERTITUDE_CRL_DELAY: '0' });
  const { url } = service;
  const ask = await asking(url);
  const figures = async (by = ask): Promise<Figures> => {
    const { status, body } = await by('figures');
    assert.equal(status, 200, JSON.stringify(body));
    return body as unknown as Figures;
  };
  const { root, issuing } = await makeAuthorities(url);
  const made: Made[] = [];
  for (const Days of ['6', '8', '29', '31', '400'])
    made.push(await issueClient(url, issuing, { Days, CommonName: `d${Days}` }));

  await t.test(
    'count certificates by status and by their end, deleted ones among the revocations of the day',
    async () => {
      const [, , , gone, kept] = made;
      for (const each of [gone, kept]) await revoke(url, each?.identifier ?? '');
      await ok(url, 'DeleteClientCertificate', { Identifier: gone?.identifier ?? '' });
      const { certificates, revocations } = await figures();
      const { issued, revoked, pending, ended, endingWithinWeek, endingWithinMonth } = certificates;
      assert.deepEqual(
        { issued, revoked, pending, ended, endingWithinWeek, endingWithinMonth },
        { issued: 3, revoked: 1, pending: 0, ended: 0, endingWithinWeek: 1, endingWithinMonth: 3 },
      );
      assert.equal(revocations.length, 90);
      // Midnight may have passed in between.
      assert.equal(
        revocations.slice(-2).reduce((sum, { count }) => sum + count, 0),
        2,
      );
    },
  );

  await t.test('list what ends next, the first to end first', async () => {
    const { body } = await ask('ending', { Size: '2' });
    const list = body['List'] as { identifier: string; subject: string }[];
    assert.deepEqual(
      list.map(({ identifier }) => identifier),
      made.slice(0, 2).map(({ identifier }) => identifier),
    );
    assert.match(String(list[0]?.subject), /CN=d6$/);
    for (const Size of ['0', '101']) assert.equal((await ask('ending', { Size })).body['Code'], 'InvalidSize');
  });

  await t.test('count calls by how they ended', async () => {
    const before = await figures();
    await call(url, 'ListCert', { CurrentPage: '0' });
    await ok(url, 'ListCert', {});
    const after = await figures();
    const sum = (of: Figures, ending: string) => of.calls.minutes.reduce((all, each) => all + (each[ending] ?? 0), 0);
    assert.equal(sum(after, 'refused') - sum(before, 'refused'), 1);
    // ListCert, and asking for the figures before.
    assert.equal(sum(after, 'answered') - sum(before, 'answered'), 2);
    const refusedOf = ({ calls }: Figures) => calls.operations.find(({ name }) => name === 'cas/ListCert')?.['refused'];
    assert.equal(Number(refusedOf(after)) - Number(refusedOf(before)), 1);
  });

  await t.test('tell how CRLs and OCSP of each CA stand', async () => {
    const list = await until(
      async () => ((await ask('publication')).body as unknown as Publication).List,
      (each) => each.every(({ crl, ocsp }) => crl?.list && ocsp?.responder) && each[0]?.crl?.list?.entries === 2,
    );
    assert.deepEqual(
      list.map(({ identifier }) => identifier),
      [issuing, root],
    );
    assert.deepEqual(
      list.map(({ crl }) => [crl?.list?.entries, crl?.failure]),
      [
        [2, undefined],
        [0, undefined],
      ],
    );
    const { body } = await ask('publication', { CaIdentifier: root });
    assert.deepEqual(
      (body as unknown as Publication).List.map(({ identifier }) => identifier),
      [root],
    );
  });

  await t.test('each takes the permission of the operation that tells the same', async () => {
    const key = await makeUser(service, 'counter');
    await putPolicy(service, 'count', {
      Effect: 'Allow',
      Action: 'yundun-cert:DescribeCACertificateCount',
      Resource: '*',
    });
    await attachPolicy(service, 'count', 'counter');
    const counter = await asking(url, key);
    assert.equal((await counter('figures')).status, 200);
    for (const [path, action] of [
      ['ending', 'ListCert'],
      ['publication', 'GetCaInstanceCrlAddress'],
    ] as const) {
      const { status, body } = await counter(path);
      assert.equal(status, 403, path);
      assert.equal((body['AccessDeniedDetail'] as { AuthAction: string }).AuthAction, `yundun-cert:${action}`);
    }
  });

  await t.test('another account has its own', async () => {
    const other = await asking(url, await otherAccount(service));
    const { certificates, calls } = await figures(other);
    assert.equal(certificates['issued'], 0);
    assert.ok(!calls.operations.some(({ name }) => name === 'cas/ListCert'));
    assert.deepEqual((await other('ending')).body['List'], []);
    assert.deepEqual((await other('publication', { CaIdentifier: root })).body['List'], []);
  });
});

test('calls that other threads answered are counted for their account', async (t) => {
  const { url } = await startWithin(t, { CERTITUDE_WORKERS: '2' });
  const ask = await asking(url);
  for (let index = 0; index < 20; index++) await statusOf(url, '01');
  const named = 'cas/DescribeClientCertificateStatusForSerialNumber';
  const answered = async () => {
    const { calls } = (await ask('figures')).body as unknown as Figures;
    return Number(calls.operations.find(({ name }) => name === named)?.['answered'] ?? 0);
  };
  assert.equal(await until(answered, (count) => count >= 20), 20);
});

test('the overview in a browser', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startService(t, { environment: { CERTITUDE_CRL_DELAY: '0' } });
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);
  await page.goto('/console/');
  await signIn(page);

  await t.test('is where one begins, and says what to do first', async () => {
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/console/overview');
    await page.getByText('No certificate has been issued yet.').waitFor();
    await page.getByRole('link', { name: 'Create a root CA' }).waitFor();
    await assertAccessible(page, 'empty');
    assertQuiet();
  });

  await t.test('shows figures that lead to what is behind them, and charts as tables', async () => {
    const { issuing } = await makeAuthorities(service.url);
    const hostile = `<img src=x onerror="document.title='hit'">`;
    await issueClient(service.url, issuing, { Days: '5', CommonName: hostile });
    const { identifier } = await issueClient(service.url, issuing);
    await revoke(service.url, identifier);
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('link', { name: 'in force: 1' }).waitFor();
    await page.getByRole('link', { name: hostile }).waitFor();
    assert.notEqual(await page.title(), 'hit');
    await page.getByRole('region', { name: 'CRLs and OCSP' }).first().getByRole('link', { name: 'Issuing' }).waitFor();
    const revocations = page.getByRole('region', { name: 'Revocations' });
    await revocations.getByText('As a table').click();
    assert.equal(await revocations.getByRole('row').last().getByRole('cell').last().textContent(), '1');
    await assertAccessible(page, 'with figures');
    await page.getByRole('link', { name: 'end within 7 days: 1' }).click();
    await page.waitForURL(/\/console\/certificates\?expires=7$/);
    assertQuiet();
  });

  await t.test(
    'tells what kind of failure keeps a CRL from being published, and leaves the details to the log',
    async () => {
      const { issuing } = await makeAuthorities(service.url);
      const ask = await asking(service.url);
      const untilCrl = async (isSo: (crl: Crl) => boolean) => {
        await until(
          async () => {
            const { body } = await ask('publication', { CaIdentifier: issuing });
            assert.doesNotMatch(JSON.stringify(body), /expected/);
            return (body as unknown as Publication).List[0]?.crl;
          },
          (crl) => crl !== undefined && isSo(crl),
        );
      };
      await revoke(service.url, (await issueClient(service.url, issuing)).identifier);
      await untilCrl(({ list }) => list?.entries === 1);
      const { serialNumber } = await issueClient(service.url, issuing);
      // It has been revoked for long, says the database, and was on no list.
      const database = new DatabaseSync(join(service.dataDir, 'certitude.db'), { timeout: patienceMillis });
      database.prepare("UPDATE certificates SET state = 'revoked', sequence = 1 WHERE serial = ?").run(serialNumber);
      database.close();
      await revoke(service.url, (await issueClient(service.url, issuing)).identifier);
      await untilCrl(({ failure }) => failure === 'refused');
      await service.printed(/CRLs could not be published/);
      await service.printed(/entries expected/);
      await page.goto('/console/overview');
      await page.getByText(/^Issuing, CRL: What was made did not pass the check/).waitFor();
      await assertAccessible(page, 'with a failure');
      await page.goto(`/console/authorities/${issuing}`);
      await page.getByText(/^CRL: It could not be published, and is tried again: What was made/).waitFor();
      assertQuiet();
    },
  );

  await t.test('in Chinese, dark, 360 pixels wide nothing sticks out', async () => {
    const narrow = await openPage(browser, service.url, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.page.context().addCookies(await page.context().cookies());
    await narrow.page.goto('/console/overview', { waitUntil: 'networkidle' });
    await narrow.page.getByRole('heading', { name: '概览' }).waitFor();
    await narrow.page.getByText(/CRL: 生成的内容未通过发布前的检查。/).waitFor();
    await assertAccessible(narrow.page, 'narrow, dark, Chinese');
    const width = Number(await narrow.page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    narrow.assertQuiet();
    await narrow.page.context().close();
  });
});
