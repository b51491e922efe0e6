// The console in a browser: signing in, finding one's way, in both languages and themes, for everybody.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startWithin } from '../journeys/service-within.ts';
import {
  assertAccessible,
  buildConsole,
  chooseAccessKey,
  noBrowser,
  openPage,
  signIn,
  startBrowser,
} from './browser.ts';

test('the console in a browser', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);

  await t.test('whoever is not signed in is asked to, where he wanted to go', async () => {
    await page.goto('/console/explorer');
    await page.getByLabel('User name', { exact: true }).waitFor();
    await assertAccessible(page, 'sign-in by password');
    await chooseAccessKey(page);
    await page.getByLabel('AccessKey ID').waitFor();
    await assertAccessible(page, 'sign-in');
    assertQuiet();
  });

  await t.test('a wrong secret is refused in words', async () => {
    await page.getByLabel('AccessKey ID').fill('testRootAccessKey');
    await page.getByLabel('AccessKey secret').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').getByText('SignInRefused').waitFor();
    await assertAccessible(page, 'refused sign-in');
  });

  await t.test('with the right one he is where he wanted to go', async () => {
    await page.goto('/console/explorer');
    await signIn(page);
    assert.equal(new URL(page.url()).pathname, '/console/explorer');
    await page.getByRole('heading', { name: 'API Explorer' }).waitFor();
    await assertAccessible(page, 'explorer');
    assertQuiet();
  });

  await t.test('the session outlives a reload, and its cookie is out of reach of scripts', async () => {
    await page.reload();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    assert.equal(await page.evaluate('document.cookie'), '');
    const [cookie] = await page.context().cookies();
    assert.equal(cookie?.httpOnly, true);
    assert.equal(cookie?.sameSite, 'Strict');
    assert.equal(cookie?.path, '/console');
  });

  await t.test('in Chinese, dark, 360 pixels wide it is as accessible, and nothing sticks out', async () => {
    const narrow = await openPage(browser, service.url, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.page.context().addCookies(await page.context().cookies());
    await narrow.page.goto('/console/explorer');
    await narrow.page.getByRole('heading', { name: 'API 调试' }).waitFor();
    await assertAccessible(narrow.page, 'narrow, dark, Chinese');
    const width = Number(await narrow.page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    await narrow.page.getByRole('button', { name: '显示页面导航' }).click();
    await narrow.page.getByRole('navigation', { name: '页面导航' }).getByText('API 调试').waitFor();
    narrow.assertQuiet();
    await narrow.page.context().close();
  });

  await t.test('whoever signs out is asked to sign in, and so is another tab at its next request', async () => {
    const other = await page.context().newPage();
    await other.goto('/console/explorer');
    await other.getByRole('navigation', { name: 'Pages' }).waitFor();
    await page.getByRole('button', { name: /Signed in as/ }).click();
    await page.getByText('Sign out').click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    assert.deepEqual(await page.context().cookies(), []);
    await other.reload();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    assertQuiet();
  });
});
