// A browser before the real service: what its pages say on the console, and what their policy forbids, fails the test.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { rootKey } from '../journeys/running-service.ts';
import { patienceMillis } from '../until.ts';

const executable = '/usr/bin/chromium';

/** The reason for `skip`, where there is no browser. */
export const noBrowser = existsSync(executable) ? false : `there is no ${executable}: the pages are not tested`;

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Builds the console where it is not built from the sources as they are, as `npm start` does. */
export function buildConsole(): void {
  const script = fileURLToPath(new URL('../../scripts/build-console.ts', import.meta.url));
  execFileSync(process.execPath, [script, '--if-changed'], { stdio: 'inherit' });
}

export async function startBrowser(test: Pick<TestContext, 'after'>): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: executable, args: flags, timeout: patienceMillis });
  test.after(() => browser.close());
  return browser;
}

export interface WatchedPage {
  readonly page: Page;
  /** Fails with whatever went wrong since the last time: errors on the console, violations of the policy, foreign requests. */
  readonly assertQuiet: () => void;
}

export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({ locale: 'en-US', reducedMotion: 'reduce', baseURL: url, ...options });
  context.setDefaultTimeout(patienceMillis);
  const page = await context.newPage();
  let problems: string[] = [];
  page.on('console', (message) => {
    // Being asked who one is and being nobody is no error, but the browser calls it one.
    const isWhoAmI = /401/.test(message.text()) && message.location().url.endsWith('/console/api/session');
    // Nor is a refusal that the page shows in words.
    const isRefusal = /status of 403/.test(message.text()) && message.location().url.includes('/console/api/');
    if (['error', 'warning'].includes(message.type()) && !isWhoAmI && !isRefusal) {
      problems.push(`${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(url).origin) problems.push(`asked ${request.url()}`);
  });
  // As text: the types of this folder are Node's, not a browser's.
  await page.addInitScript({ content: tellViolations });
  return {
    page,
    assertQuiet: () => {
      const found = problems;
      problems = [];
      assert.deepEqual(found, []);
    },
  };
}

const tellViolations = `document.addEventListener('securitypolicyviolation', (event) =>
  console.error('policy: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))`;

/** The other way, by name and password, is what is shown at first. */
export async function chooseAccessKey(page: Page): Promise<void> {
  await page.getByRole('radiogroup', { name: 'How to sign in' }).getByText('Access key').click();
}

export async function signIn(page: Page, key = rootKey): Promise<void> {
  await chooseAccessKey(page);
  await page.getByLabel('AccessKey ID').fill(key.accessKeyId);
  await page.getByLabel('AccessKey secret').fill(key.accessKeySecret);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}

const axeScript = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface AxeFinding {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** No serious and no critical finding of axe-core, on the page as it is now. */
export async function assertAccessible(page: Page, what: string): Promise<void> {
  // By the protocol, not by a tag: the policy of the page stays as strict as it is.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axeScript);
  const findings = (await page.evaluate("axe.run({ resultTypes: ['violations'] })")) as { violations: AxeFinding[] };
  const grave = findings.violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    grave.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html}\n${failureSummary}`).join('\n')}`,
    ),
    [],
    what,
  );
}
