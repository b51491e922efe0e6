// Signing in with a browser: the one-time link and the first administrator, password and code, what is asked for first.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startService } from '../journeys/running-service.ts';
import { codeOf } from './authenticator-app.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, startBrowser } from './browser.ts';

const password = 'correct-Horse-42-battery';

async function takeUpSeed(page: Page): Promise<string> {
  await page.getByRole('img', { name: 'QR code of the seed' }).waitFor();
  const seed = (await page.locator('p', { hasText: 'Seed:' }).locator('code').textContent()) ?? '';
  await page.getByLabel('First code').fill(codeOf(seed, -1));
  await page.getByLabel('The code after it').fill(codeOf(seed));
  return seed;
}

test('signing in with a browser', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startService(t, {
    environment: { CERTITUDE_ROOT_ACCESS_KEY_ID: '', CERTITUDE_ROOT_ACCESS_KEY_SECRET: '' },
  });
  const link = /http\S+#link=\S+/.exec(await service.printed(/#link=\S+\s/))?.[0] ?? '';
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);
  let seed = '';
  let name = '';

  await t.test('the link of the first start leads to the first administrator', async () => {
    await page.goto(link);
    await page.getByRole('heading', { name: 'Make the first administrator' }).waitFor();
    assert.ok(!page.url().includes('link'), page.url());
    await assertAccessible(page, 'first administrator');
    await page.getByLabel('New password').fill('short');
    await page.getByLabel('The same again').fill('shorter');
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    await page.getByText('The two are not the same.').waitFor();
    await page.getByLabel('The same again').fill('short');
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    await page.getByRole('alert').getByText('TooWeak').waitFor();
    await page.getByLabel('New password').fill(password);
    await page.getByLabel('The same again').fill(password);
    await page.getByRole('button', { name: 'Make the administrator' }).click();
    seed = await takeUpSeed(page);
    await assertAccessible(page, 'second factor');
    await page.getByRole('button', { name: 'Bind the device' }).click();
    await page.getByRole('heading', { name: 'The administrator is made' }).waitFor();
    name = (await page.locator('p code').first().textContent()) ?? '';
    assert.match(name, /^admin@\d{16}$/);
    assertQuiet();
  });

  await t.test('a used link says what to do', async () => {
    const again = await openPage(browser, service.url);
    await again.page.goto(link);
    await again.page.getByRole('alert').getByText('LinkRefused').waitFor();
    await again.page.context().close();
  });

  await t.test('whoever signs out begins at the start page', async () => {
    await page.getByRole('button', { name: /Signed in as/ }).click();
    await page.getByText('Sign out', { exact: true }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.waitForURL('**/console/');
  });

  await t.test('by name, password and code, with the keyboard alone', async () => {
    await page.goto('/console/first-administrator');
    await page.getByLabel('User name', { exact: true }).waitFor();
    assert.equal(await page.getByLabel('User name', { exact: true }).getAttribute('autocomplete'), 'username');
    assert.equal(await page.getByLabel('Password', { exact: true }).getAttribute('autocomplete'), 'current-password');
    await page.keyboard.type(name);
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('SignInRefused').waitFor();
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    const field = page.getByLabel('Code of your MFA device');
    await field.waitFor();
    assert.equal(await field.getAttribute('autocomplete'), 'one-time-code');
    await assertAccessible(page, 'code');
    await page.keyboard.type(codeOf(seed, 1));
    await page.keyboard.press('Enter');
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('button', { name: `Signed in as ${name}` }).waitFor();
    // That page is for root alone.
    await page.waitForURL('**/console/overview');
  });

  await t.test('whoever has to, chooses another password and binds a device before anything else', async () => {
    const explorer = '/console/explorer/Ram/';
    for (const [operation, values] of [
      ['CreateUser', { UserName: 'carol' }],
      [
        'CreateLoginProfile',
        { UserName: 'carol', Password: password, PasswordResetRequired: 'true', MFABindRequired: 'true' },
      ],
    ] as const) {
      await page.goto(`${explorer}${operation}?${new URLSearchParams(values)}`);
      await page.getByRole('button', { name: 'Call', exact: true }).click();
      const confirm = page.getByRole('dialog').getByRole('button', { name: 'Call' });
      await page.locator('.request-id').or(confirm).first().waitFor();
      if (await confirm.isVisible()) await confirm.click();
      await page.locator('.request-id').first().waitFor();
    }
    const carol = await openPage(browser, service.url, { viewport: { width: 360, height: 740 } });
    await carol.page.goto('/console/');
    await carol.page.getByLabel('User name', { exact: true }).fill(name.replace('admin', 'carol'));
    await carol.page.getByLabel('Password', { exact: true }).fill(password);
    await carol.page.keyboard.press('Enter');
    await carol.page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await assertAccessible(carol.page, 'new password');
    await carol.page.getByLabel('New password').fill('another-Horse-43-battery');
    await carol.page.getByLabel('The same again').fill('another-Horse-43-battery');
    await carol.page.getByRole('button', { name: 'Save' }).click();
    await carol.page.getByRole('heading', { name: 'Bind an MFA device' }).waitFor();
    await takeUpSeed(carol.page);
    const width = Number(await carol.page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    await carol.page.getByRole('button', { name: 'Bind the device' }).click();
    await carol.page.getByRole('button', { name: 'Show the pages' }).waitFor();
    carol.assertQuiet();
    await carol.page.context().close();
  });
});
