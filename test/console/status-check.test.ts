// The status check: why a serial number stands as it does, over the socket, and the page in a browser.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { otherAccount } from '../journeys/other-account.ts';
import type { Service } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { issueClient, makeAuthorities, ok } from '../journeys/small-pki.ts';
import { attachPolicy, makeUser, putPolicy } from '../journeys/users.ts';
import { until } from '../until.ts';
import { asking } from './asking.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';

interface Why {
  readonly serialNumber: string;
  readonly status: { readonly status: string; readonly revokedAt?: number; readonly reason?: string };
  readonly bearers: readonly {
    readonly identifier: string;
    readonly subject?: string;
    readonly state: string;
    readonly authorities: readonly { readonly identifier: string }[];
    readonly ocsp?: { readonly status: string; readonly thisUpdate: number; readonly nextUpdate: number };
    readonly crl?: { readonly list?: { readonly number: number }; readonly entry?: { readonly reason?: string } };
  }[];
  readonly deciding?: {
    readonly certificate: { readonly identifier: string };
    readonly entry: {
      readonly kind: string;
      readonly sequence: number;
      readonly actor?: { readonly principal: string; readonly sourceAddress: string };
      readonly at: number;
    };
    readonly history: readonly object[];
    readonly olderAnswers?: { readonly ocspUntil: number; readonly crlUntil: number };
  };
}

const day = 86_400;

test('why a serial number stands as it does', async (t) => {
  const service = await startWithin(t, { CERTITUDE_CRL_DELAY: '0' });
  const ask = await asking(service.url);
  const why = async (serial: string): Promise<Why> => {
    const { status, body } = await ask('why', { SerialNumber: serial });
    assert.equal(status, 200, JSON.stringify(body));
    return body as unknown as Why;
  };
  const { root, issuing } = await makeAuthorities(service.url);
  const client = await issueClient(service.url, issuing);

  await t.test('good: by the entry that issued it; OCSP says so too, and the list does not have it', async () => {
    const { status, bearers, deciding, serialNumber } = await why(client.serialNumber.toUpperCase());
    assert.equal(serialNumber, client.serialNumber);
    assert.deepEqual(status, { status: 'good' });
    const [bearer] = bearers;
    assert.equal(bearer?.identifier, client.identifier);
    assert.deepEqual(
      bearer?.authorities.map(({ identifier }) => identifier),
      [issuing, root],
    );
    assert.equal(bearer?.ocsp?.status, 'good');
    assert.equal(bearer?.crl?.entry, undefined);
    assert.equal(deciding?.entry.kind, 'certificate-issued');
    assert.match(String(deciding?.entry.actor?.principal), /:root$/);
    assert.equal(deciding?.olderAnswers, undefined);
  });

  await t.test(
    'revoked: by whom, and until when older answers may be left (RFC 6960 §4.2.2.1, RFC 5280 §5.1.2.5)',
    async () => {
      const parameters = { Identifier: client.identifier, Reason: 'keyCompromise' };
      await ok(service.url, 'CreateRevokeClientCertificate', parameters);
      const { status, bearers, deciding } = await until(() => why(client.serialNumber), listsIt);
      assert.equal(status.status, 'revoked');
      assert.equal(status.reason, 'keyCompromise');
      assert.equal(bearers[0]?.ocsp?.status, 'revoked');
      assert.equal(bearers[0]?.crl?.entry?.reason, 'keyCompromise');
      assert.equal(deciding?.entry.kind, 'certificate-revoked');
      const changed = Math.floor((deciding?.entry.at ?? 0) / 1000);
      assert.equal(deciding?.olderAnswers?.crlUntil, changed + 7 * day);
      assert.equal(deciding?.olderAnswers?.ocspUntil, changed + day / 2);
    },
  );

  await t.test('deleted: still found, and still revoked', async () => {
    await ok(service.url, 'DeleteClientCertificate', { Identifier: client.identifier });
    const { status, bearers } = await why(client.serialNumber);
    assert.equal(status.status, 'revoked');
    assert.equal(bearers[0]?.state, 'deleted');
  });

  await t.test('released from hold: by the entry that released it', async () => {
    const held = await issueClient(service.url, issuing);
    for (const Reason of ['certificateHold', 'removeFromCRL']) {
      await ok(service.url, 'CreateRevokeClientCertificate', { Identifier: held.identifier, Reason });
    }
    const { status, deciding } = await why(held.serialNumber);
    assert.equal(status.status, 'good');
    assert.equal(deciding?.entry.kind, 'certificate-released');
    assert.ok(deciding?.olderAnswers);
  });

  await t.test('below a revoked CA: by the entry about the CA', async () => {
    const below = await issueClient(service.url, issuing);
    await ok(service.url, 'UpdateCACertificateStatus', { Identifier: issuing });
    const { status, deciding, bearers } = await why(below.serialNumber);
    assert.equal(status.status, 'revoked');
    assert.equal(bearers[0]?.state, 'issued');
    assert.equal(deciding?.certificate.identifier, issuing);
    assert.equal(deciding?.entry.kind, 'certificate-revoked');
  });

  await t.test('never issued: unknown, and nobody bears it', async () => {
    const { status, bearers, deciding } = await why('0123456789abcdef');
    assert.deepEqual([status, bearers, deciding], [{ status: 'unknown' }, [], undefined]);
  });

  await t.test('what is no serial number is refused', async () => {
    for (const serial of ['xyz', 'a'.repeat(41), 'a'.repeat(200)]) {
      assert.equal((await ask('why', { SerialNumber: serial })).body['Code'], 'InvalidSerialNumber');
    }
    assert.equal((await ask('why', {})).body['Code'], 'MissingSerialNumber');
  });

  await t.test('it takes the permission of the status operation, and a refusal says which', async () => {
    const key = await makeUser(service, 'alice');
    const user = await asking(service.url, key);
    for (const path of ['why', 'status']) {
      const refused = await user(path, { SerialNumber: '01' });
      assert.equal(refused.status, 403);
      assert.equal(refused.body['Code'], 'NoPermission');
      const detail = refused.body['AccessDeniedDetail'] as { AuthAction: string };
      assert.equal(detail.AuthAction, 'yundun-cert:DescribeClientCertificateStatusForSerialNumber');
    }
  });

  await t.test(
    'who did it and whose it is are told only to those who may read the journal and the certificate',
    async () => {
      const { body } = await ask('why', { SerialNumber: client.serialNumber });
      const { deciding } = body as unknown as Why;
      const key = await makeUser(service, 'bob');
      const statusOnly = { Effect: 'Allow', Action: 'yundun-cert:DescribeClientCertificateStatus*', Resource: '*' };
      await putPolicy(service, 'status-only', statusOnly);
      await attachPolicy(service, 'status-only', 'bob');
      const told = await (await asking(service.url, key))('why', { SerialNumber: client.serialNumber });
      const shown = told.body as unknown as Why;
      assert.equal(shown.deciding?.entry.sequence, deciding?.entry.sequence);
      assert.equal(shown.deciding?.history.length, deciding?.history.length);
      assert.ok(deciding?.entry.actor && JSON.stringify(body).includes(deciding.entry.actor.sourceAddress));
      for (const secret of [deciding.entry.actor.principal, deciding.entry.actor.sourceAddress]) {
        assert.ok(!JSON.stringify(shown.deciding).includes(`"${secret}"`), secret);
      }
      const { subject = '' } = (body as unknown as Why).bearers[0] ?? {};
      assert.match(subject, /^CN=|,CN=/);
      assert.ok(!JSON.stringify(shown).includes(subject));
      assert.deepEqual(told.body['needed'], {
        actors: 'yundun-cert:ListCACertificateLog',
        subjects: 'yundun-cert:DescribeClientCertificateForSerialNumber',
      });
      assert.deepEqual(body['needed'], {});
    },
  );

  await t.test(
    'many at once: as the operation answers them, no more than it takes, and only from this origin',
    async () => {
      const status = (serials: string) => ask('status', { SerialNumber: serials });
      const { body } = await status(`${client.serialNumber},01`);
      const [first, second] = body['statuses'] as { status: string; reason?: string }[];
      assert.equal(first?.reason, 'keyCompromise');
      assert.deepEqual(second, { status: 'unknown' });
      assert.equal(body['mostAtOnce'], 1000);
      const list = (count: number) => Array.from({ length: count }, () => '01').join(',');
      assert.equal(((await status(list(1000))).body['statuses'] as unknown[]).length, 1000);
      assert.equal((await status(list(1001))).body['Code'], 'InvalidSerialNumber');
      const response = await fetch(`${service.url}/console/api/status`, { method: 'POST' });
      assert.equal(response.status, 401);
    },
  );

  await t.test('another account finds nothing', async () => {
    const other = await asking(service.url, await otherAccount(service));
    const { body } = await other('why', { SerialNumber: client.serialNumber });
    assert.deepEqual((body as unknown as Why).bearers, []);
    assert.equal((body as unknown as Why).status.status, 'unknown');
  });
});

function listsIt({ bearers }: Why): boolean {
  return bearers[0]?.crl?.entry !== undefined;
}

test('the status check in a browser', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const made = await somePki(service);
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);
  await page.goto('/console/status');
  await signIn(page);
  const input = page.getByLabel('Serial numbers or certificates').last();
  const check = async (text: string): Promise<void> => {
    await input.fill(text);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
  };
  const rows = page.getByRole('region', { name: 'Answers' }).last().locator('tbody tr');

  await t.test('reads certificates that are pasted, one or many', async () => {
    await check(`${made.goodPem}\nbetween\n${made.revokedPem}`);
    await page.getByText('2 serial numbers. Read from certificates.').waitFor();
    await rows.nth(1).waitFor();
    assert.match(String(await rows.nth(0).textContent()), new RegExp(`${made.good} *good`));
    assert.match(String(await rows.nth(1).textContent()), new RegExp(`${made.revoked} *revoked.*superseded`, 's'));
    await assertAccessible(page, 'answers');
    assertQuiet();
  });

  await t.test('says why, and gives the focus back when it is closed', async () => {
    const button = page.getByRole('button', { name: `Why does ${made.revoked} stand so?` });
    await button.click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('it was revoked itself').waitFor();
    await dialog.getByRole('region', { name: 'The journal entry that decided' }).getByText(':root').first().waitFor();
    await dialog.getByRole('region', { name: 'What OCSP says now' }).getByText('nextUpdate').waitFor();
    await dialog.getByRole('region', { name: 'The CRL in force' }).waitFor();
    await dialog.getByRole('region', { name: 'Older answers' }).waitFor();
    await assertAccessible(page, 'why');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await until(() => button.evaluate((element) => element === element.ownerDocument.activeElement));
    assertQuiet();
  });

  await t.test('reads a column of a table, says what it left out, and takes hostile text for text', async () => {
    const hostile = `<img src=x onerror="document.title='hit'">`;
    await check(
      `name,Serial Number\na,${made.good}\nb,"0x${made.revoked}"\nc,${hostile}\nd,0123456789abcdef\ne,${made.good}\n`,
    );
    await page.getByText('3 serial numbers. Read from the column “Serial Number”. 1 came more than once').waitFor();
    await page.getByText(hostile).waitFor();
    await page.getByRole('button', { name: 'unknown 1' }).click();
    await until(async () => (await rows.count()) === 1);
    assert.notEqual(await page.title(), 'hit');
    assertQuiet();
  });

  await t.test('takes files, and exports all answers as CSV', async () => {
    await input.fill('');
    const serials = Array.from({ length: 2500 }, (_, index) => (index + 1).toString(16)).join('\n');
    await page.locator('input[type=file]').setInputFiles([
      { name: 'fleet.txt', mimeType: 'text/plain', buffer: Buffer.from(serials) },
      { name: 'one.cer', mimeType: 'application/pkix-cert', buffer: derOf(made.revokedPem) },
    ]);
    await page.getByText('2,500 serial numbers').waitFor();
    await page.getByRole('button', { name: 'Check', exact: true }).click();
    await page.getByText('2,501 of 2,501').waitFor();
    await page.getByText('1 to 50 of 2,501').waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Export CSV' }).click(),
    ]);
    const lines = readFileSync(await download.path(), 'utf8').split('\r\n');
    assert.equal(lines[0], '\uFEFF"serial_number","status","revoked_at","reason"');
    assert.equal(lines[1], '"01","unknown","",""');
    assert.match(String(lines[2501]), new RegExp(`"${made.revoked}","revoked","20.*Z","superseded"`));
    assertQuiet();
  });

  await t.test('a link leads to why; in Chinese, dark, 360 pixels wide nothing sticks out', async () => {
    const narrow = await openPage(browser, service.url, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.page.context().addCookies(await page.context().cookies());
    await narrow.page.goto(`/console/status?serial=${made.good}`);
    await narrow.page.getByText('证书本身及其上级 CA 均未吊销').waitFor();
    await assertAccessible(narrow.page, 'narrow, dark, Chinese');
    const width = Number(await narrow.page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    narrow.assertQuiet();
    await narrow.page.context().close();
  });

  await t.test('whoever may not ask is told so, with the way to the diagnosis', async () => {
    const key = await makeUser(service, 'bob');
    const bob = await openPage(browser, service.url);
    await bob.page.goto('/console/status');
    await signIn(bob.page, key);
    await bob.page.getByLabel('Serial numbers or certificates').last().fill('01');
    await bob.page.getByRole('button', { name: 'Check', exact: true }).click();
    await bob.page.getByRole('alert').getByText('NoPermission').waitFor();
    await bob.page.getByRole('link', { name: /What does this mean/ }).click();
    await bob.page.getByRole('heading', { name: 'Diagnosis' }).waitFor();
    await bob.page.context().close();
  });
});

async function somePki({ url }: Pick<Service, 'url'>) {
  const { issuing } = await makeAuthorities(url);
  const [good, revoked] = [await issueClient(url, issuing), await issueClient(url, issuing)];
  await ok(url, 'CreateRevokeClientCertificate', { Identifier: revoked.identifier, Reason: 'superseded' });
  const pemOf = async (identifier: string) => {
    const answer = await ok(url, 'DescribeClientCertificate', { Identifier: identifier });
    return String((answer['Certificate'] as { X509Certificate: string }).X509Certificate);
  };
  return {
    good: good.serialNumber,
    revoked: revoked.serialNumber,
    goodPem: await pemOf(good.identifier),
    revokedPem: await pemOf(revoked.identifier),
  };
}

function derOf(pem: string): Buffer {
  return Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
}
