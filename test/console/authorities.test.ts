// The authorities in a browser: a root and a CA below it are made, looked at, downloaded, revoked and taken out of the lists.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseCertificate } from '../../src/pki/certificate.ts';
import { decodePemBlocks } from '../../src/pki/pem.ts';
import { startWithin } from '../journeys/service-within.ts';
import { issueClient, ok, statusOf } from '../journeys/small-pki.ts';
import { makeUser } from '../journeys/users.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';

test('the authorities', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);
  await page.goto('/console/authorities');
  await signIn(page);
  const next = () => page.getByRole('button', { name: 'Next', exact: true }).click();
  const fillSubject = async (commonName: string): Promise<void> => {
    await page.getByLabel('Common name (CN)').fill(commonName);
    await page.getByLabel('Organization (O)').fill('Example');
    await page.getByLabel('Organizational unit (OU)').fill('Security');
    await page.getByLabel('Locality (L)').fill('Hangzhou');
    await page.getByLabel('State or province (ST)').fill('Zhejiang');
  };

  await t.test('a root is made step by step; what is missing is said where it is', async () => {
    await page.getByRole('button', { name: 'Create a root CA' }).click();
    await page.getByText('There is no root CA in force').waitFor();
    await assertAccessible(page, 'kind');
    await next();
    await next();
    await page.getByText('Please fill this in.').first().waitFor();
    await assertAccessible(page, 'subject');
    await fillSubject('Root of the test');
    await next();
    await page.getByLabel('Key').selectOption('ECC_256');
    await page.getByLabel('Valid for years').fill('101');
    await next();
    await page.getByText('A whole number from 1 to 100.').waitFor();
    await page.getByLabel('Valid for years').fill('10');
    await next();
    await page.getByText('Root of the test').waitFor();
    await page.getByRole('button', { name: 'Create this CA' }).click();
    await page.getByRole('heading', { name: 'Root of the test' }).waitFor();
    await page.getByText('pathLenConstraint').or(page.getByText('CA: true')).first().waitFor();
    await assertAccessible(page, 'root');
    assertQuiet();
  });

  const hostile = `<img src=x onerror="document.title='hit'">`;

  await t.test('a CA below it has the terms that were chosen, and a hostile name is text', async () => {
    await page.getByRole('button', { name: 'Create a CA below' }).click();
    await next();
    await fillSubject(hostile);
    await next();
    await page.getByLabel('Key').selectOption('ECC_384');
    await page.getByLabel('Valid for years').fill('5');
    await page.getByLabel('Longest validity').fill('90');
    await page.getByLabel('Validity of each CRL, days').fill('3');
    await page.getByLabel('clientAuth').check();
    await page.getByLabel('Tags').fill('team=fleet');
    await assertAccessible(page, 'terms');
    await next();
    // In the words of the form.
    for (const [name, value] of [
      ['Common name (CN)', hostile],
      ['Validity of each CRL, days', '3'],
      ['Restricted to extended key usages', 'clientAuth'],
      ['Tags', 'team=fleet'],
    ] as const) {
      assert.equal(
        await page.locator('dt', { hasText: name }).locator('xpath=following-sibling::dd[1]').textContent(),
        value,
      );
    }
    await page.getByRole('button', { name: 'Create this CA' }).click();
    await page.getByRole('heading', { name: hostile }).waitFor();
    await page.getByText('90 days').waitFor();
    await page.getByText('3 days', { exact: true }).waitFor();
    assert.notEqual(await page.title(), 'hit');
    const identifier = String(new URL(page.url()).pathname.split('/').at(-1));
    const answer = await ok(service.url, 'DescribeCACertificate', { Identifier: identifier });
    const described = answer['Certificate'] as { X509Certificate: string; Tags: unknown; CrlDay: number };
    assert.deepEqual([described.Tags, described.CrlDay], [[{ TagKey: 'team', TagValue: 'fleet' }], 3]);
    const [block] = decodePemBlocks(described.X509Certificate);
    assert.deepEqual(parseCertificate(block?.der ?? new Uint8Array()).extensions.extendedKeyUsages, ['clientAuth']);
    assertQuiet();
  });

  await t.test('its files are those of the service', async () => {
    const fetched = async (name: string): Promise<Buffer> => {
      const target = page.getByRole(name === 'CRL' ? 'link' : 'button', { name: new RegExp(`\\b${name}$`) });
      const [download] = await Promise.all([page.waitForEvent('download'), target.click()]);
      return readFileSync(await download.path());
    };
    assert.equal(decodePemBlocks((await fetched('PEM')).toString()).length, 1);
    assert.equal(decodePemBlocks((await fetched('Chain')).toString()).length, 2);
    assert.equal((await fetched('CRL'))[0], 0x30);
    assertQuiet();
  });

  await t.test('the tree has it below its root', async () => {
    await page.getByRole('link', { name: 'All authorities' }).click();
    const rows = page.locator('tbody tr');
    await rows.nth(1).waitFor();
    assert.match(String(await rows.nth(0).textContent()), /Root of the test.*Root CA.*in force/);
    assert.match(String(await rows.nth(1).textContent()), /^└ <img.*Subordinate CA.*in force/);
    await assertAccessible(page, 'tree');
  });

  await t.test('revoking it asks first, says what follows, and what it issued is revoked', async () => {
    await page.getByRole('link', { name: hostile }).click();
    const identifier = String(new URL(page.url()).pathname.split('/').at(-1));
    const { serialNumber } = await issueClient(service.url, identifier, { Algorithm: 'ECC_256' });
    await page.getByRole('button', { name: 'Revoke this CA' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('There is no way back').waitFor();
    await assertAccessible(page, 'question');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await statusOf(service.url, serialNumber))[0]?.Status, 'good');
    await page.getByRole('button', { name: 'Revoke this CA' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke', exact: true }).click();
    await page.getByRole('button', { name: 'Take this CA out of the lists' }).waitFor();
    assert.equal((await statusOf(service.url, serialNumber))[0]?.Status, 'revoked');
    assertQuiet();
  });

  await t.test('taken out of the lists it is listed no more', async () => {
    await page.getByRole('button', { name: 'Take this CA out of the lists' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take out of the lists' }).click();
    await page.getByRole('heading', { name: 'Authorities' }).waitFor();
    await page.getByRole('link', { name: 'Root of the test' }).waitFor();
    await page.getByText(hostile).waitFor({ state: 'detached' });
    assertQuiet();
  });

  await t.test('in Chinese, dark, 360 pixels wide nothing sticks out', async () => {
    const narrow = await openPage(browser, service.url, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.page.context().addCookies(await page.context().cookies());
    await narrow.page.goto('/console/authorities');
    await narrow.page.getByRole('link', { name: 'Root of the test' }).click();
    await narrow.page.getByRole('button', { name: '吊销此 CA' }).waitFor();
    await narrow.page.getByText('subjectKeyIdentifier').waitFor();
    await assertAccessible(narrow.page, 'narrow, dark, Chinese');
    const width = Number(await narrow.page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    narrow.assertQuiet();
    await narrow.page.context().close();
  });

  await t.test('whoever may not look is told so', async () => {
    const key = await makeUser(service, 'bob');
    const bob = await openPage(browser, service.url);
    await bob.page.goto('/console/authorities');
    await signIn(bob.page, key);
    await bob.page.getByRole('alert').getByText('NoPermission').waitFor();
    await bob.page.context().close();
  });
});
