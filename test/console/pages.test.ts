// Every page in both languages and themes: for everybody, within its bounds, quiet; with a picture of each.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { startService } from '../journeys/running-service.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';
import { overhang, pagePaths, settled, visit } from './every-page.ts';

/** Git does not keep it; CI does. */
const pictures = fileURLToPath(new URL('../../.ci/artifacts/screenshots/', import.meta.url));

const most = 350_000;

test('every page', { skip: noBrowser }, async (t) => {
  buildConsole();
  mkdirSync(pictures, { recursive: true });
  const service = await startService(t, { environment: { CERTITUDE_DEMO: '1' } });
  const browser = await startBrowser(t);
  const first = await openPage(browser, service.url);
  await first.page.goto('/console/');
  await signIn(first.page);
  const cookies = await first.page.context().cookies();
  assert.ok(pagePaths.includes('explorer') && pagePaths.includes('diagnosis'), pagePaths.join());

  for (const language of ['en', 'zh'] as const) {
    for (const theme of ['light', 'dark'] as const) {
      // What sticks out depends on the words, what can be read on the colours: both are seen in two of the four.
      const isLookedAt = (language === 'en') === (theme === 'light');
      const what = isLookedAt ? 'accessible and quiet, and 360 pixels are enough' : 'quiet';
      await t.test(`${language}, ${theme}: ${what}`, async () => {
        const { page, assertQuiet } = await openPage(browser, service.url, {
          locale: language === 'zh' ? 'zh-CN' : 'en-US',
          colorScheme: theme,
          viewport: { width: 1280, height: 800 },
        });
        await page.context().addCookies(cookies);
        await page.goto(`/console/${pagePaths[0]}`);
        // All that is wrong at once, not page after page.
        const wrong: unknown[] = [];
        for (const path of pagePaths) {
          const picture = `${path}-${language}-${theme}`;
          await visit(page, path);
          await page.screenshot({ path: join(pictures, `${picture}.png`), fullPage: true });
          if (!isLookedAt) continue;
          await assertAccessible(page, path).catch((problem) => wrong.push(problem));
          await assertNarrow(page, path, picture).catch((problem) => wrong.push(problem));
        }
        assertQuiet();
        await page.context().close();
        if (wrong.length > 0) throw new AggregateError(wrong, wrong.map(String).join('\n\n'));
      });
    }
  }

  await t.test('those who are not signed in see the same', async () => {
    for (const [language, theme] of [
      ['en', 'light'],
      ['zh', 'dark'],
    ] as const) {
      const { page, assertQuiet } = await openPage(browser, service.url, {
        locale: language === 'zh' ? 'zh-CN' : 'en-US',
        colorScheme: theme,
      });
      await page.goto('/console/');
      await settled(page);
      await assertAccessible(page, 'sign-in');
      await page.screenshot({ path: join(pictures, `sign-in-${language}-${theme}.png`) });
      await assertNarrow(page, 'sign-in', `sign-in-${language}-${theme}`);
      assertQuiet();
      await page.context().close();
    }
  });

  await t.test(`a first visit loads at most ${most / 1000} kB of compressed script, whichever the page`, async () => {
    const tooLarge: string[] = [];
    for (const path of pagePaths) {
      const octets = await scriptOf(browser, service.url, path, cookies);
      t.diagnostic(`${path}: ${octets} octets of script`);
      if (octets > most || octets < 50_000) tooLarge.push(`${path} ${octets}`);
    }
    assert.deepEqual(tooLarge, []);
  });
});

async function assertNarrow(page: Page, what: string, picture: string): Promise<void> {
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  await settled(page);
  assert.equal(await overhang(page), 0, `${what} is wider than 360 pixels`);
  await page.screenshot({ path: join(pictures, `${picture}-narrow.png`) });
  if (size) await page.setViewportSize(size);
}

async function scriptOf(
  browser: Browser,
  url: string,
  path: string,
  cookies: Parameters<ReturnType<Page['context']>['addCookies']>[0],
): Promise<number> {
  const { page } = await openPage(browser, url);
  let octets = 0;
  page.on('response', (response) => {
    if (response.url().endsWith('.js')) octets += Number(response.headers()['content-length']);
  });
  await page.context().addCookies(cookies);
  await page.goto(`/console/${path}`);
  await settled(page);
  await page.context().close();
  return octets;
}
