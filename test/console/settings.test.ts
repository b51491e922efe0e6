// The settings page: what the account sets is changed there, what the operator set is shown, and no secret is.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ram } from '../../src/protocols/rpc/product.ts';
import { rootKey } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { asking } from './asking.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';

test('the settings page', { skip: noBrowser }, async (t) => {
  buildConsole();
  const passphrase = 'a passphrase of the operator';
  const service = await startWithin(t, {
    CERTITUDE_QPS: '50',
    CERTITUDE_PUBLIC_URL: 'http://pki.example:8080',
    CERTITUDE_MASTER_PASSPHRASE: passphrase,
    CERTITUDE_TRUSTED_PROXIES: '192.0.2.77',
    CERTITUDE_TLS_REQUIRED_FOR: 'DescribeCertificatePrivateKey',
  });
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);
  await page.goto('/console/settings');
  await signIn(page);
  const dialog = page.getByRole('dialog');

  await t.test('shows what the operator set, with the name of its variable', async () => {
    await page.getByText('http://pki.example:8080/crl/<identifier>.crl').waitFor();
    const rows = page.getByRole('row');
    await rows.filter({ hasText: 'CERTITUDE_QPS' }).getByText('50', { exact: true }).waitFor();
    await rows.filter({ hasText: 'CERTITUDE_PUBLIC_URL' }).getByText('http://pki.example:8080').waitFor();
    await page.getByRole('textbox', { name: 'Search operations' }).fill('PrivateKey');
    const limited = rows.filter({ hasText: 'yundun-cert:DescribeCertificatePrivateKey' });
    await limited.waitFor();
    assert.deepEqual(await limited.getByRole('cell').allTextContents(), [
      'yundun-cert:DescribeCertificatePrivateKey',
      '50 a second',
      'no limit',
      'yes',
    ]);
    await assertAccessible(page, 'settings');
    assertQuiet();
  });

  await t.test('sets what passwords must be, and the alias, which hold at once', async () => {
    await page.getByRole('button', { name: 'Change: What passwords must be' }).click();
    await dialog.getByLabel('Shortest length', { exact: true }).fill('14');
    await dialog.getByRole('checkbox', { name: 'Digits' }).check();
    await assertAccessible(page, 'dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const { text } = await call(service.url, 'GetPasswordPolicy', {}, { product: ram });
    const { PasswordPolicy } = JSON.parse(text);
    assert.equal(PasswordPolicy.MinimumPasswordLength, 14);
    assert.equal(PasswordPolicy.RequireNumbers, true);
    assert.equal(PasswordPolicy.MaxLoginAttemps, 5);
    await page.getByRole('button', { name: 'Change: Account alias' }).click();
    await dialog.getByLabel('Account alias', { exact: true }).fill('example-pki');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('example-pki').waitFor();
    assertQuiet();
  });

  await t.test('says what is wrong where the service does not take it', async () => {
    await page.getByRole('button', { name: 'Change: What passwords must be' }).click();
    await dialog.getByLabel('Shortest length', { exact: true }).fill('3');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog
      .getByRole('alert')
      .getByText(/MinimumPasswordLength/)
      .waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
  });

  await t.test('the answer has no secret, no path and no proxy in it', async () => {
    const root = await asking(service.url);
    const { status, body } = await root('settings');
    assert.equal(status, 200);
    const text = JSON.stringify(body);
    for (const kept of [passphrase, rootKey.accessKeySecret, rootKey.accessKeyId, service.dataDir, '192.0.2.77'])
      assert.ok(!text.includes(kept), kept);
    for (const variable of ['PASSPHRASE', 'SECRET', 'DATA_DIR', 'PROXIES', '_FILE"'])
      assert.ok(!text.includes(`CERTITUDE_${variable}`), variable);
  });

  await t.test('is refused without permission, and each part says so', async () => {
    const administer = async (action: string, parameters: Record<string, string>) =>
      JSON.parse((await call(service.url, action, parameters, { product: ram })).text);
    await administer('CreateUser', { UserName: 'alice' });
    const { AccessKey: made } = await administer('CreateAccessKey', { UserName: 'alice' });
    const key = { accessKeyId: made.AccessKeyId, accessKeySecret: made.AccessKeySecret };
    const { status, body } = await (await asking(service.url, key))('settings');
    assert.equal(status, 403);
    const detail = body['AccessDeniedDetail'] as Record<string, string>;
    assert.equal(detail['AuthAction'], 'yundun-cert:GetCaInstanceCrlAddress');
    const other = await openPage(browser, service.url);
    await other.page.goto('/console/settings');
    await signIn(other.page, key);
    await other.page.getByText('None of your policies allows ram:GetPasswordPolicy').waitFor();
    await other.page.getByText('None of your policies allows yundun-cert:GetCaInstanceCrlAddress').waitFor();
    await assertAccessible(other.page, 'refused');
    await other.page.context().close();
  });

  await t.test('fits on 360 pixels, in Chinese and dark', async () => {
    const narrow = await openPage(browser, service.url, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.page.context().addCookies(await page.context().cookies());
    await narrow.page.goto('/console/settings');
    await narrow.page.getByText('CERTITUDE_PUBLIC_URL').waitFor();
    await assertAccessible(narrow.page, 'narrow');
    const width = Number(await narrow.page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    narrow.assertQuiet();
    await narrow.page.context().close();
  });
});
