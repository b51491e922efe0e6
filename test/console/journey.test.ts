// One operator's day in the console: a PKI from nothing to a revoked certificate, the same answer from the Explorer and from
// its samples, and a colleague who may not.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rootKey } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { makeUser } from '../journeys/users.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';
import { runCopiedSample } from './copied-sample.ts';

const action = 'DescribeClientCertificateStatusForSerialNumber';

test('from a root CA to a revoked certificate', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const goTo = (name: string) =>
    page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name, exact: true }).click();
  let pem = '';
  let serialNumber = '';

  await t.test('signing in', async () => {
    await page.goto('/console/');
    await signIn(page);
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
  });

  const fillSubject = async (commonName: string): Promise<void> => {
    await page.getByLabel('Common name (CN)').fill(commonName);
    await page.getByLabel('Organization (O)').fill('Example');
    await page.getByLabel('Organizational unit (OU)').fill('Security');
    await page.getByLabel('Locality (L)').fill('Hangzhou');
    await page.getByLabel('State or province (ST)').fill('Zhejiang');
  };
  const next = () => page.getByRole('button', { name: 'Next', exact: true }).click();

  for (const [kind, name, begin] of [
    ['root', 'Root of the day', 'Create a root CA'],
    ['subordinate', 'Issuing of the day', 'Create a CA below'],
  ] as const) {
    await t.test(`making a ${kind} CA`, async () => {
      if (kind === 'root') await goTo('Authorities');
      await page.getByRole('button', { name: begin }).click();
      await next();
      await fillSubject(name);
      await next();
      await page.getByLabel('Key').selectOption('ECC_256');
      await page.getByLabel('Valid for years').fill(kind === 'root' ? '10' : '5');
      await next();
      await page.getByRole('button', { name: 'Create this CA' }).click();
      await page.getByRole('heading', { name }).waitFor();
    });
  }

  await t.test('issuing a client certificate', async () => {
    await page.getByRole('button', { name: 'Issue a certificate' }).click();
    await page.getByLabel('Common name').fill('device of the day');
    await page.getByRole('button', { name: 'Issue', exact: true }).click();
    await page.getByRole('heading', { name: 'The certificate is issued' }).waitFor();
    await page.getByLabel('Pass phrase').fill('correct horse battery');
    // The key leaves with the page, which says so: save it first.
    for (const button of ['Private key (PEM)', 'Certificate (PEM)']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button }).click(),
      ]);
      if (button === 'Certificate (PEM)') pem = readFileSync(await download.path(), 'utf8');
    }
    serialNumber = new X509Certificate(pem).serialNumber.toLowerCase();
    assertQuiet();
  });

  const check = async (): Promise<void> => {
    await goTo('Status check');
    await page.getByLabel('Serial numbers or certificates').last().fill(pem);
    await page.getByRole('button', { name: 'Check', exact: true }).click();
  };
  const answer = () => page.getByRole('region', { name: 'Answers' }).last().locator('tbody tr').first();

  await t.test('its status by pasting the PEM: good', async () => {
    await check();
    await answer().getByText('good').first().waitFor();
  });

  await t.test('revoking it', async () => {
    await goTo('Certificates');
    await page.getByRole('link', { name: 'device of the day' }).click();
    await page.getByRole('button', { name: /^Revoke/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('This cannot be undone').waitFor();
    await dialog.getByRole('button', { name: /^Revoke/ }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page
      .getByText(/^Revoked/)
      .first()
      .waitFor();
  });

  await t.test('its status by pasting the PEM: revoked', async () => {
    await check();
    await answer().getByText('revoked').first().waitFor();
    await page.getByRole('button', { name: `Why does ${serialNumber} stand so?` }).click();
    await page.getByRole('dialog').getByText('it was revoked itself').waitFor();
    await page.keyboard.press('Escape');
    assertQuiet();
  });

  let inTheExplorer: unknown;
  await t.test('the same question in the Explorer', async () => {
    await goTo('API Explorer');
    await page.getByRole('searchbox', { name: 'Search operations' }).fill('status serial');
    await page.getByRole('link', { name: action }).click();
    await page.getByLabel(/^SerialNumber/).fill(`${serialNumber},0123456789abcdef`);
    await page.getByRole('button', { name: 'Call', exact: true }).click();
    const body = await page.getByRole('region', { name: 'Body' }).textContent();
    inTheExplorer = JSON.parse(body ?? '').CertificateStatus;
    const [first, second] = inTheExplorer as { SerialNumber: string; Status: string; RevokeTime: number }[];
    assert.deepEqual([first?.SerialNumber, first?.Status, second?.Status], [serialNumber, 'revoked', 'unknown']);
    assert.ok((first?.RevokeTime ?? 0) > 0);
  });

  for (const language of ['TypeScript', 'curl'] as const) {
    await t.test(`the ${language} sample, copied out of the page, prints the same answer`, async () => {
      const printed = await runCopiedSample(t, page, language, rootKey);
      assert.deepEqual(JSON.parse(printed).CertificateStatus, inTheExplorer);
      assertQuiet();
    });
  }

  await t.test('a user without permission sees why, and what to do about it', async () => {
    const key = await makeUser(service, 'bob');
    const bob = await openPage(browser, service.url);
    await bob.page.goto('/console/certificates');
    await signIn(bob.page, key);
    const refusal = bob.page.getByRole('alert').filter({ hasText: 'NoPermission' }).first();
    await refusal.getByText('None of your policies allows yundun-cert:').waitFor();
    await refusal.getByRole('link', { name: 'What does this mean?' }).click();
    await bob.page.getByRole('heading', { name: 'Diagnosis' }).waitFor();
    await bob.page.getByText('allowed by no statement').first().waitFor();
    await bob.page.getByText('Attach a policy that allows the action').first().waitFor();
    await assertAccessible(bob.page, 'diagnosis');
    bob.assertQuiet();
  });
});
