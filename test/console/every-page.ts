// Every page there is, found as the console finds them; going to one; and what has to hold on each.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { patienceMillis } from '../until.ts';

const folder = fileURLToPath(new URL('../../console/pages/', import.meta.url));

/** First segments of their paths, out of the folders that `console/pages/all-pages.ts` finds. */
export const pagePaths: readonly string[] = globSync('*/entry.tsx', { cwd: folder })
  .map((file) => /^ {2}path: '([^']*)'/m.exec(readFileSync(`${folder}/${file}`, 'utf8'))?.[1] ?? '')
  .sort();

/** Goes there as a link of the console does, and waits until everything is shown that was asked for. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.evaluate(
    `history.pushState(null, '', ${JSON.stringify(`/console/${path}`)}); dispatchEvent(new Event('certitude-place'))`,
  );
  await settled(page);
}

const stillMillis = 150;

/** Nothing is being fetched, and nothing says that it is. */
export async function settled(page: Page): Promise<void> {
  const began = performance.now();
  await page.waitForLoadState('networkidle');
  for (let still = performance.now(); performance.now() - still < stillMillis; ) {
    await setTimeout(25);
    const isWaiting = (await page.locator('.waiting').count()) > 0;
    if (isWaiting) still = performance.now();
    if (performance.now() - began > patienceMillis) assert.fail(`${page.url()} goes on loading`);
  }
}

/** @returns how far the page is wider than its window: 0 where nobody has to scroll sideways. */
export async function overhang(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
}
