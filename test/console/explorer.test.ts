// The API Explorer in a browser: the seed's operation by hand, hostile values, samples that run, and what a refusal means.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { rootKey } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { until } from '../until.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';
import { runCopiedSample } from './copied-sample.ts';

const run = promisify(execFile);
const action = 'DescribeClientCertificateStatusForSerialNumber';

test('the API Explorer', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await page.goto('/console/explorer');
  await signIn(page);

  await t.test('finds an operation by words of its name', async () => {
    await page.getByRole('searchbox', { name: 'Search operations' }).fill('status serial');
    await page.getByRole('link', { name: action }).click();
    await page.getByRole('heading', { name: action }).waitFor();
    assert.equal(new URL(page.url()).pathname, `/console/explorer/cas/${action}`);
  });

  await t.test('shows what is declared of it', async () => {
    await page.getByText(`yundun-cert:${action}`).waitFor();
    await page.getByRole('cell', { name: 'MissingSerialNumber' }).waitFor();
    await page.getByText('0.1.0: First released.').waitFor();
    await assertAccessible(page, 'document');
  });

  await t.test('says before a call what the service would say of the form', async () => {
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByText('SerialNumber is mandatory for this action.').waitFor();
  });

  await t.test('calls it as who is signed in, and shows answer and request', async () => {
    await page.getByLabel(/^SerialNumber/).fill('0123456789abcdef');
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    const body = await page.getByRole('region', { name: 'Body' }).textContent();
    const answer = JSON.parse(body ?? '');
    assert.deepEqual(answer.CertificateStatus, [
      { SerialNumber: '0123456789abcdef', Status: 'unknown', RevokeTime: 0 },
    ]);
    await page.locator('.request-id', { hasText: answer.RequestId }).waitFor();
    await page.getByText('Request', { exact: true }).click();
    const sent = await page.getByRole('region', { name: 'Request' }).textContent();
    assert.match(sent ?? '', new RegExp(`POST ${service.url}/`));
    assert.match(sent ?? '', /SerialNumber=0123456789abcdef/);
    await assertAccessible(page, 'result');
  });

  await t.test('shows XML where that is asked for', async () => {
    await page.getByText('XML', { exact: true }).click();
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('region', { name: 'Body' }).getByText('<Status>unknown</Status>').waitFor();
    assertQuiet();
  });

  for (const language of ['TypeScript', 'curl'] as const) {
    await t.test(`the ${language} sample, copied out of the page, runs and prints the same answer`, async () => {
      const printed = await runCopiedSample(t, page, language, rootKey);
      assert.equal(JSON.parse(printed).CertificateStatus[0].Status, 'unknown');
    });
  }

  await t.test('downloads a project that unpacks', async () => {
    await assertAccessible(page, 'samples');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download project' }).click(),
    ]);
    const path = await download.path();
    const list = 'import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(*z.namelist())';
    const { stdout } = await run('python3', ['-c', list, path]);
    assert.equal(stdout.trim(), 'call.sh README.md');
    assertQuiet();
  });

  await t.test('a link carries operation and values; hostile ones stay text', async () => {
    const hostile = `"><img src=x onerror="document.title='hit'"></script>`;
    await page.goto(`/console/explorer/cas/${action}?${new URLSearchParams({ SerialNumber: hostile })}`);
    assert.equal(await page.getByLabel(/^SerialNumber/).inputValue(), hostile);
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('alert').getByText('InvalidSerialNumber').first().waitFor();
    assert.notEqual(await page.title(), 'hit');
    assertQuiet();
  });

  await t.test('a refusal leads to its cause and cure', async () => {
    await page.getByRole('link', { name: 'What does this mean?' }).click();
    await page.getByRole('heading', { name: 'Diagnosis' }).waitFor();
    await page.getByText(`Of ${action}`).waitFor();
    await assertAccessible(page, 'diagnosis');
    const { text } = await call(service.url, 'ListCert', { CurrentPage: '0' });
    await page.getByLabel('Error body, code or RequestId').fill(text);
    await page.getByRole('button', { name: 'Diagnose' }).click();
    await page.getByText('InvalidCurrentPage').last().waitFor();
    // A call of the root's is allowed by no statement of a policy that anybody could read.
    await page.getByRole('cell', { name: 'the root owns the account' }).waitFor();
    assertQuiet();
  });

  await t.test('lists and groups grow and shrink, and what changes things asks first', async () => {
    await page.goto('/console/explorer/cas/TagResources');
    await page.getByRole('button', { name: 'Fill with example' }).click();
    const rows = page.getByRole('button', { name: /^Remove Tag\b/ });
    const before = await rows.count();
    await page.getByRole('button', { name: /Add to Tag/ }).click();
    await until(async () => (await rows.count()) === before + 1);
    await rows.last().click();
    await until(async () => (await rows.count()) === before);
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    await page.getByRole('dialog').waitFor();
    await assertAccessible(page, 'confirmation');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Fill in the form and call').waitFor();
    assertQuiet();
  });

  await t.test('draws a form for operations of every product, filled with their examples', async () => {
    const links = await page.locator('.operations li a').all();
    assert.ok(links.length > 30);
    for (const link of links.filter((_, index) => index % 10 === 0)) {
      const name = (await link.textContent()) ?? '';
      await link.click();
      await page.getByRole('heading', { name, level: 2, exact: true }).waitFor();
      await page.getByRole('button', { name: 'Fill with example' }).click();
    }
    assertQuiet();
  });

  await t.test('fits on 360 pixels', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    await page.goto('/console/explorer/cas/CreateCustomCertificate');
    await page.getByRole('button', { name: 'Fill with example' }).click();
    const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    await assertAccessible(page, 'narrow');
    assertQuiet();
  });
});
