// A sample as people take it out of the Explorer: chosen, copied by its button, run as it is.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { temporaryFolder } from '../journeys/running-service.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { installClients, runSample } from '../samples/running-sample.ts';

/** The languages that every machine with the service can run. */
export const runnable = { TypeScript: ['main.ts', process.execPath], curl: ['call.sh', 'bash'] } as const;

/** @returns what the sample prints. The page may read and write the clipboard. */
export async function runCopiedSample(
  test: Pick<TestContext, 'after'>,
  page: Page,
  language: keyof typeof runnable,
  key: AccessKey,
): Promise<string> {
  const [name, command] = runnable[language];
  await page.getByRole('tab', { name: 'Samples' }).click();
  await page.getByRole('combobox', { name: 'Language' }).selectOption(language);
  await page.getByRole('region', { name }).waitFor();
  await page
    .locator('.code', { has: page.getByText(name, { exact: true }) })
    .getByRole('button')
    .click();
  const text = String(await page.evaluate('navigator.clipboard.readText()'));
  const folder = temporaryFolder(test);
  installClients(folder);
  writeFileSync(join(folder, name), text);
  return await runSample(folder, [command, name], { key });
}
