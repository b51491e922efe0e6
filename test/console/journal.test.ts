// The journal page in a browser: live, filtered, in detail, with the mark, and hostile names as text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Route } from 'playwright-core';
import { ram } from '../../src/protocols/rpc/product.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';

test('the journal page', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const browser = await startBrowser(t);
  const hostile = `<img src=x onerror="document.title='hit'">`;
  const administer = async (action: string, parameters: Record<string, string>) => {
    const { status, text } = await call(service.url, action, parameters, { product: ram });
    assert.equal(status, 200, text);
    return JSON.parse(text);
  };
  await administer('CreateUser', { UserName: 'alice', DisplayName: hostile });
  const { page, assertQuiet } = await openPage(browser, service.url);
  await page.goto('/console/journal');
  await signIn(page);
  const rows = page.getByRole('region', { name: 'Entries of the journal' }).getByRole('row');

  await t.test('shows what was done, newest first, each entry with whether its hash fits', async () => {
    await rows.filter({ hasText: 'User created' }).filter({ hasText: 'alice' }).waitFor();
    const texts = await rows.allTextContents();
    assert.match(texts[1] ?? '', /User created/);
    assert.match(texts.at(-1) ?? '', /Account created/);
    assert.ok(texts.slice(1).every((text) => text.includes('✓ fits')));
    await page.getByText('What the mark says').click();
    await page.getByRole('region', { name: 'certitude journal verify' }).waitFor();
    await assertAccessible(page, 'journal');
  });

  await t.test('shows what happens while it is open', async () => {
    await administer('CreateGroup', { GroupName: 'night-watch' });
    await rows.filter({ hasText: 'Group created' }).filter({ hasText: 'night-watch' }).waitFor();
    await page.getByRole('switch', { name: 'Live' }).click();
    await page.getByText('New entries do not appear by themselves.').waitFor();
  });

  await t.test('tells all about an entry, and shows hostile names as text', async () => {
    await rows.filter({ hasText: 'User created' }).getByRole('button').click();
    const details = page.getByRole('dialog');
    await details.getByRole('cell', { name: hostile }).waitFor();
    await details
      .getByText(/acs:ram::\d{16}:root/)
      .first()
      .waitFor();
    await assertAccessible(page, 'details');
    await page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
    assert.notEqual(await page.title(), 'hit');
    assertQuiet();
  });

  await t.test('filters, and keeps the filter in its address', async () => {
    await page.getByRole('textbox', { name: 'About' }).fill('alice');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await rows.filter({ hasText: 'night-watch' }).waitFor({ state: 'detached' });
    // Between the one list and the other there is none.
    await rows.filter({ hasText: 'User created' }).waitFor();
    assert.equal(await rows.count(), 2);
    await page.reload();
    await rows.filter({ hasText: 'User created' }).waitFor();
    assert.equal(await rows.count(), 2);
    await page.getByRole('combobox', { name: 'What' }).selectOption('Revocations');
    await page.getByText('Nothing like that is in the journal.').waitFor();
    assertQuiet();
  });

  await t.test('says which permission is missing, with the way to the diagnosis', async () => {
    const { AccessKey: key } = await administer('CreateAccessKey', { UserName: 'alice' });
    const other = await openPage(browser, service.url);
    await other.page.goto('/console/journal');
    await signIn(other.page, { accessKeyId: key.AccessKeyId, accessKeySecret: key.AccessKeySecret });
    await other.page
      .getByRole('alert')
      .getByText('None of your policies allows yundun-cert:ListCACertificateLog')
      .waitFor();
    const link = other.page.getByRole('link', { name: /What does this mean\? [0-9A-F-]{36}/ });
    assert.match((await link.getAttribute('href')) ?? '', /^\/console\/diagnosis\?code=NoPermission&requestId=/);
    await other.page.context().close();
  });

  await t.test('fits on 360 pixels, in Chinese and dark', async () => {
    const narrow = await openPage(browser, service.url, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.page.context().addCookies(await page.context().cookies());
    await narrow.page.goto('/console/journal');
    await narrow.page.getByRole('cell', { name: '创建用户', exact: true }).waitFor();
    await assertAccessible(narrow.page, 'narrow');
    const width = Number(await narrow.page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    narrow.assertQuiet();
    await narrow.page.context().close();
  });

  const entry = (number: number) => rows.getByRole('button', { name: `Details of entry ${number}`, exact: true });
  const numbersShown = async () => (await rows.getByRole('button').allTextContents()).map(Number);
  const isWithoutGap = (numbers: readonly number[]) =>
    numbers.every((number, index) => index === 0 || number === (numbers[index - 1] ?? 0) - 1);
  /** Between the page's asking for new entries and the answer. */
  const happenAtOnce = async (count: number) => {
    const { promise: all, resolve } = Promise.withResolvers<void>();
    const { promise: looking, resolve: look } = Promise.withResolvers<void>();
    const hold = async (route: Route) => {
      look();
      await all;
      await route.continue();
    };
    await page.route('**/console/api/journal', hold, { times: 1 });
    await looking;
    const change = (_: unknown, index: number) =>
      administer('UpdateGroup', { GroupName: 'night-watch', NewComments: `${count} ${index}` });
    for (let at = 0; at < count; at += 50) await Promise.all(Array.from({ length: 50 }, change));
    resolve();
  };

  await t.test('leaves none out when more come between two looks than one answer holds', async () => {
    await page.goto('/console/journal');
    await rows.filter({ hasText: 'night-watch' }).waitFor();
    const [newest = 0] = await numbersShown();
    await happenAtOnce(150);
    await entry(newest + 150).waitFor();
    const numbers = await numbersShown();
    assert.equal(numbers.at(-1), 1);
    assert.ok(isWithoutGap(numbers), `${numbers}`);
  });

  await t.test('shows the newest of more than it reads on for, and the others on the next page', async () => {
    const [newest = 0] = await numbersShown();
    await happenAtOnce(550);
    await entry(newest + 550).waitFor();
    const shown = await numbersShown();
    assert.equal(shown.length, 500);
    await page.getByText('1–500', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await entry(Number(shown.at(-1)) - 1).waitFor();
    await page.getByText('501–550', { exact: true }).waitFor();
    assert.ok(isWithoutGap([...shown, ...(await numbersShown())]));
    await page.getByText('New entries appear on the first page.').waitFor();
    assertQuiet();
  });
});
