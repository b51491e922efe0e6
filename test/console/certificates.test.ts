// The certificates' pages in a browser: issuing with a key made there and from a request, looking at what was issued,
// revoking alone and by list, and a list of many that is fetched a page at a time.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { bulkStore } from '../../bench/bulk-store.ts';
import { benchKey } from '../../bench/service.ts';
import { rootKey, startService, temporaryFolder } from '../journeys/running-service.ts';
import { startWithin } from '../journeys/service-within.ts';
import { issueClient, makeAuthorities, statusOf } from '../journeys/small-pki.ts';
import { makeUser } from '../journeys/users.ts';
import { until } from '../until.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';

const hostile = `<img src=x onerror="document.title='hit'">`;
const passphrase = 'correct horse, 电池';

/** What openssl says; its errors too, for PKCS #12 tells how it is encrypted there. */
function openssl(...args: readonly string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

test('the certificates’ pages', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const { url } = service;
  const folder = temporaryFolder(t);
  mkdirSync(folder);
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, url);
  const saved = async (name: string | RegExp, from: Pick<Page, 'getByRole'> = page): Promise<string> => {
    const [download] = await Promise.all([page.waitForEvent('download'), from.getByRole('button', { name }).click()]);
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  };
  const sent: string[] = [];
  page.on('request', (request) => sent.push(request.postData() ?? ''));

  await t.test('an account without certificates is told what to do first', async () => {
    await page.goto('/console/certificates');
    await signIn(page);
    await page.getByText('Make a CA first').waitFor();
    await page.goto('/console/certificates/issue');
    await page.getByText('There is no subordinate CA').waitFor();
    await assertAccessible(page, 'nothing to issue with');
  });

  const { root, issuing } = await makeAuthorities(url);

  await t.test('what is missing is said before anything is sent', async () => {
    await page.goto('/console/certificates/issue');
    await page.getByRole('button', { name: 'Issue', exact: true }).click();
    await page.getByRole('alert').getByText('Give a common name').waitFor();
  });

  await t.test('a certificate for a key made in the browser; the key is sent nowhere', async () => {
    await page.getByLabel('Common name').fill(hostile);
    await page.getByRole('button', { name: 'Add a name' }).click();
    await page.getByLabel('Name 1', { exact: true }).fill('device.example.org');
    await page.getByLabel('Tags').fill('team=<b>gateway</b>');
    await assertAccessible(page, 'form');
    await page.getByRole('button', { name: 'Issue', exact: true }).click();
    await page.getByRole('heading', { name: 'The certificate is issued' }).waitFor();
    await page.getByText('only. Save it before you leave').waitFor();
    await page.getByLabel('Pass phrase').fill(passphrase);
    await assertAccessible(page, 'issued');

    const chain = await saved('Certificate with chain (PEM)');
    const key = await saved('Private key (PEM)');
    const pass = ['-passin', `pass:${passphrase}`];
    assert.match(readFileSync(key, 'utf8'), /^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    const inTheClear = openssl('pkey', '-in', key, ...pass);
    const secret = inTheClear.split('\n')[2] ?? '';
    assert.ok(secret.length > 20);
    assert.ok(sent.some((body) => body.includes('CreateClientCertificateWithCsr')));
    assert.ok(!sent.some((body) => body.includes('PRIVATE KEY') || body.includes(secret)));

    const p12 = await saved('Certificate and key (PKCS #12)');
    const opened = openssl('pkcs12', '-in', p12, ...pass, '-noenc');
    assert.equal(opened.match(/BEGIN CERTIFICATE/g)?.length, 3);
    assert.match(opened, /BEGIN PRIVATE KEY/);
    assert.equal(openssl('pkey', '-in', key, ...pass, '-pubout'), openssl('x509', '-in', chain, '-pubkey', '-noout'));
    assert.throws(() => openssl('pkcs12', '-in', p12, '-passin', 'pass:wrong', '-noenc'), /invalid password/);
    await page.getByText('The key is saved').waitFor();
    assertQuiet();
  });

  await t.test('a hostile name is text, in the list and on its own page', async () => {
    await page.getByRole('button', { name: 'Open the certificate' }).click();
    await page.getByRole('heading', { name: hostile }).waitFor();
    await page.getByText('team=<b>gateway</b>').waitFor();
    await page.getByText('digitalSignature').waitFor();
    await page.getByRole('link', { name: 'Issuing' }).waitFor();
    await page.getByRole('link', { name: 'Root', exact: true }).waitFor();
    await assertAccessible(page, 'detail');
    await page.getByRole('link', { name: 'All certificates' }).click();
    await page.getByRole('link', { name: hostile }).waitFor();
    await assertAccessible(page, 'list');
    assert.notEqual(await page.title(), 'hit');
    assertQuiet();
  });

  await t.test('a certificate from a request, which is shown decoded before it is sent', async () => {
    const [key, csr] = [join(folder, 'server-key.pem'), join(folder, 'server.csr')];
    const subject = ['-subj', '/CN=www.example.com', '-addext', 'subjectAltName=DNS:example.com,IP:192.0.2.17'];
    openssl('req', '-new', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', csr, ...subject);
    await page.getByRole('button', { name: 'Issue a certificate' }).click();
    await page.getByText('Server', { exact: true }).click();
    await page.getByText('A request (CSR)').click();
    await page.getByLabel('Request, PEM').fill('nonsense');
    await page.getByText('This is no certification request').waitFor();
    await page.locator('input[type=file]').setInputFiles(csr);
    const requested = page.getByRole('region', { name: 'What the request says' });
    await requested.getByText('CN=www.example.com').waitFor();
    await requested.getByText('RSA 2048').waitFor();
    await page.getByRole('button', { name: 'Issue', exact: true }).click();
    await page.getByRole('heading', { name: 'The certificate is issued' }).waitFor();
    const pem = await saved('Certificate (PEM)');
    assert.match(
      openssl('x509', '-in', pem, '-noout', '-ext', 'subjectAltName'),
      /DNS:www\.example\.com.*192\.0\.2\.17/s,
    );
    assert.equal(openssl('x509', '-in', pem, '-pubkey', '-noout'), openssl('pkey', '-in', key, '-pubout'));
    assertQuiet();
  });

  await t.test('a certificate of the caller’s choice, by a key made in the browser', async () => {
    await page.getByRole('button', { name: 'Issue another' }).click();
    await page.getByText('Custom', { exact: true }).click();
    await page.getByLabel('Common name').fill('signer');
    await page.getByLabel('clientAuth').uncheck();
    await page.getByLabel('codeSigning').check();
    await page.getByLabel('Kind of key').selectOption('EC P-384');
    await page.getByRole('button', { name: 'Issue', exact: true }).click();
    await page.getByRole('heading', { name: 'The certificate is issued' }).waitFor();
    const pem = await saved('Certificate (PEM)');
    assert.match(openssl('x509', '-in', pem, '-noout', '-ext', 'extendedKeyUsage'), /Code Signing\s*$/);
    await page.getByRole('button', { name: 'Issue another' }).click();
    const question = page.getByRole('dialog', { name: 'Leave without the key?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'hidden' });
    // However one leaves, one is asked, and stays where one is.
    const signOut = async () => {
      await page.getByRole('button', { name: /Signed in as/ }).click();
      await page.getByText('Sign out').click();
    };
    const link = () => page.getByRole('link', { name: 'All certificates' }).click();
    const back = () => page.evaluate('history.back()');
    for (const leave of [link, back, signOut]) {
      await leave();
      await question.getByRole('button', { name: 'Cancel' }).click();
      await question.waitFor({ state: 'hidden' });
      assert.equal(new URL(page.url()).pathname, '/console/certificates/issue');
      // The dialog asks in the same words, and may be on its way out.
      await page.locator('#content').getByText('only. Save it before you leave').waitFor();
    }
    await page.getByRole('button', { name: 'Issue another' }).click();
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.getByRole('heading', { name: 'Issue a certificate' }).waitFor();
    assertQuiet();
  });

  const device = await issueClient(url, issuing, { CommonName: 'device-4711' });

  await t.test('a link carries the filter, and a search finds a part of a name', async () => {
    await page.goto('/console/certificates?kind=client&q=EVICE-47');
    await page.getByRole('link', { name: 'device-4711' }).waitFor();
    assert.equal(await page.getByRole('row').count(), 2);
    assert.equal(await page.getByLabel('Kind').inputValue(), 'client');
    await page.getByLabel('Name, serial number or identifier').fill('example.org');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: hostile }).waitFor();
    assert.match(page.url(), /q=example\.org/);
    await page.getByRole('button', { name: 'Clear the filters' }).click();
    await page.getByRole('link', { name: 'www.example.com' }).waitFor();
  });

  await t.test('tags are given and taken, and the history tells of it', async () => {
    await page.goto(`/console/certificates/${device.serialNumber.match(/../g)?.join(':')}`);
    await page.getByRole('heading', { name: 'device-4711' }).waitFor();
    await page.getByLabel('Key of the tag').fill('site');
    await page.getByLabel('Value of the tag').fill('north');
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByText('Tags given: site=north').waitFor();
    await page.getByRole('button', { name: 'Remove the tag site' }).click();
    await page.getByText('Tags taken away: site').waitFor();
    await page.getByText('No tags.').waitFor();
  });

  await t.test('files of a certificate whose key the service made', async () => {
    const der = await saved('Certificate (DER)');
    assert.match(openssl('x509', '-inform', 'DER', '-in', der, '-noout', '-subject'), /device-4711/);
    await page.getByRole('button', { name: 'With key (PKCS #12)' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Pass phrase').fill('!Demo@WS3ed');
    const p12 = await saved('Download', dialog);
    const opened = openssl('pkcs12', '-in', p12, '-passin', 'pass:!Demo@WS3ed', '-noenc');
    assert.match(opened, /BEGIN PRIVATE KEY/);
    await dialog.waitFor({ state: 'hidden' });
    assertQuiet();
  });

  await t.test('on hold, released, and revoked for good, each asked first', async () => {
    const revokeWith = async (reason: string, button: string) => {
      await page.getByRole('button', { name: /^Revoke/ }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Reason').selectOption(reason);
      await dialog.getByRole('button', { name: button }).click();
      await dialog.waitFor({ state: 'hidden' });
    };
    await revokeWith('certificateHold', 'Put on hold');
    await page.getByText('On hold', { exact: true }).waitFor();
    assert.equal((await statusOf(url, device.serialNumber))[0]?.Status, 'revoked');
    await page.getByRole('button', { name: 'Lift the hold' }).click();
    await page.getByText('Good', { exact: true }).waitFor();
    assert.equal((await statusOf(url, device.serialNumber))[0]?.Status, 'good');
    await revokeWith('keyCompromise', 'Revoke');
    await page.getByText('Revoked: The key was lost or stolen').waitFor();
    assert.equal((await statusOf(url, device.serialNumber))[0]?.Status, 'revoked');
    assert.ok(await page.getByRole('button', { name: /^Revoke/ }).isDisabled());
    assertQuiet();
  });

  await t.test('by list: each entry has its result, and they can be saved', async () => {
    const [one, other] = [await issueClient(url, issuing), await issueClient(url, issuing, { CommonName: '=1+1' })];
    await page.goto('/console/certificates/revoke');
    const list = [one.serialNumber, other.identifier, 'ffff', device.serialNumber, root, 'no number'];
    await page.getByLabel('List').fill(list.join('\n'));
    await page.getByText('2 of the list are neither').waitFor();
    await page.getByRole('button', { name: 'Look at the list' }).click();
    const outcomeOf = (entry: string) => page.getByRole('row', { name: entry }).getByRole('cell').nth(2);
    await outcomeOf('ffff').getByText('not found').waitFor();
    assert.equal(await outcomeOf(device.serialNumber).textContent(), 'is revoked already');
    assert.match(String(await outcomeOf(root).textContent()), /^is a CA/);
    await assertAccessible(page, 'what the list names');
    await page.getByLabel('Reason').selectOption('superseded');
    await page.getByRole('button', { name: 'Revoke 2 certificates' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('2 revoked, 0 failed, 0 left').waitFor();
    for (const { serialNumber } of [one, other]) {
      assert.equal((await statusOf(url, serialNumber))[0]?.Status, 'revoked');
    }
    const csv = readFileSync(await saved('Save as CSV'), 'utf8');
    assert.match(csv, new RegExp(`"${one.serialNumber}".*"revoked"`));
    assert.match(csv, /"'=1\+1"/);
    await assertAccessible(page, 'revoked');
    assertQuiet();
  });

  await t.test('a list that is stopped leaves the rest as it was', async () => {
    const issued = await Promise.all(Array.from({ length: 16 }, () => issueClient(url, issuing)));
    await page.goto('/console/certificates/revoke');
    await page.getByLabel('List').fill(issued.map(({ identifier }) => identifier).join(','));
    await page.getByRole('button', { name: 'Look at the list' }).click();
    await page.getByRole('button', { name: 'Revoke 16 certificates' }).click();
    // None is answered before Stop was pressed.
    let release = () => {};
    const pressed = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route('**/console/api/call', async (route) => {
      await pressed;
      await route.continue();
    });
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Stop' }).click();
    release();
    await page.getByText('4 revoked, 0 failed, 12 left').waitFor();
    await page.getByText('What is revoked stays revoked').waitFor();
    await page.unroute('**/console/api/call');
    const statuses = await statusOf(url, issued.map(({ serialNumber }) => serialNumber).join(','));
    assert.equal(statuses.filter(({ Status }) => Status === 'good').length, 12);
    assertQuiet();
  });

  await t.test('where the service is gone in the middle, the rest is left, and one goes on from there', async () => {
    const issued = await Promise.all(Array.from({ length: 8 }, () => issueClient(url, issuing)));
    await page.goto('/console/certificates/revoke');
    await page.getByLabel('List').fill(issued.map(({ identifier }) => identifier).join(','));
    await page.getByRole('button', { name: 'Look at the list' }).click();
    await page.getByRole('button', { name: 'Revoke 8 certificates' }).click();
    let calls = 0;
    // The third is carried out, and its answer lost.
    await page.route('**/console/api/call', async (route) => {
      const call = ++calls;
      if (call <= 2) return route.continue();
      if (call === 3) await route.fetch();
      return route.abort();
    });
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText('2 revoked, 0 failed, 6 left').waitFor();
    await page.getByRole('alert').getByText('The service does not answer.').waitFor();
    await page.unroute('**/console/api/call');
    await page.getByRole('button', { name: 'Go on with the 6 left' }).click();
    await page.getByText('7 revoked, 0 failed, 0 left').waitFor();
    assert.equal(await page.getByRole('cell', { name: 'is revoked already' }).count(), 1);
    await page.getByText('All of the list is done.').waitFor();
  });

  await t.test('a file or a list that is too large is refused in words', async () => {
    await page.goto('/console/certificates/revoke');
    const choose = (text: string) =>
      page
        .locator('input[type=file]')
        .setInputFiles({ name: 'list.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
    await choose(`${'f'.repeat(40)}\n`.repeat(110_000));
    await page.getByRole('alert').getByText('at most 4 MiB').waitFor();
    await choose(Array.from({ length: 10_001 }, (_, each) => (each + 1).toString(16)).join('\n'));
    await page.getByRole('alert').getByText('more than 10,000 entries').waitFor();
    assert.equal(await page.getByText('at most 4 MiB').count(), 0);
    assert.ok(await page.getByRole('button', { name: 'Look at the list' }).isDisabled());
  });

  await t.test('where somebody else has signed in meanwhile, that is said, with the way on', async () => {
    await page.goto(`/console/certificates/${device.serialNumber}`);
    await page.getByLabel('Key of the tag').fill('site');
    const other = await page.context().newPage();
    await other.goto('/console/certificates');
    await other.evaluate(`fetch('/console/api/session', { method: 'POST', body: '${JSON.stringify(rootKey)}',
      headers: { 'content-type': 'application/json' } })`);
    await other.close();
    await page.getByRole('button', { name: 'Add tag' }).click();
    await page.getByRole('alert').getByText('Somebody else has signed in').waitFor();
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByText('No tags.').waitFor();
  });

  await t.test('what is chosen in the list is taken along to be revoked', async () => {
    const last = await issueClient(url, issuing, { CommonName: 'last' });
    await page.goto('/console/certificates');
    await page.getByLabel('Choose last').check();
    await page.getByRole('button', { name: 'Revoke the chosen' }).click();
    await page.getByRole('heading', { name: 'Revoke by list' }).waitFor();
    await until(async () => (await page.getByLabel('List').inputValue()) === last.identifier);
  });

  await t.test('who comes from the page of a CA issues by it, whatever others there are', async () => {
    const second = await makeAuthorities(url);
    for (const each of [issuing, second.issuing]) {
      await page.goto(`/console/authorities/${each}`);
      await page.getByRole('button', { name: 'Issue a certificate' }).click();
      await until(async () => (await page.getByLabel('Issuing CA').inputValue()) === each);
    }
  });

  await t.test('who may not list is told so, with the way to the diagnosis', async () => {
    const alice = await makeUser(service, 'alice');
    const other = await openPage(browser, url);
    await other.page.goto('/console/certificates');
    await signIn(other.page, alice);
    const refusal = other.page.getByRole('alert').filter({ hasText: 'NoPermission' });
    await refusal.getByText('yundun-cert:ListCert').first().waitFor();
    await refusal.getByRole('link', { name: /What does this mean/ }).waitFor();
    await other.page.context().close();
  });

  await t.test('in Chinese, dark, 360 pixels wide it is as accessible, and nothing sticks out', async () => {
    const narrow = await openPage(browser, url, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.page.context().addCookies(await page.context().cookies());
    for (const [path, heading] of [
      ['', '证书'],
      [`/${device.identifier}`, 'device-4711'],
      ['/issue', '签发证书'],
      ['/revoke', '批量吊销'],
    ] as const) {
      await narrow.page.goto(`/console/certificates${path}`);
      await narrow.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
      await narrow.page.waitForLoadState('networkidle');
      await assertAccessible(narrow.page, `narrow, dark, Chinese: ${path}`);
      const width = Number(await narrow.page.evaluate('document.documentElement.scrollWidth'));
      assert.ok(width <= 360, `${path}: ${width} pixels wide`);
    }
    narrow.assertQuiet();
    await narrow.page.context().close();
  });
});

test('of many certificates a page is fetched, and no more', { skip: noBrowser }, async (t) => {
  buildConsole();
  const dataDir = temporaryFolder(t);
  await bulkStore(dataDir, 20_000);
  const service = await startService(t, { dataDir });
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);
  const pages: Promise<number>[] = [];
  page.on('response', (response) => {
    if (!response.url().endsWith('/console/api/certificates')) return;
    const { parameters } = JSON.parse(response.request().postData() ?? '{}');
    if (parameters.Kind !== 'ca') pages.push(response.json().then(({ List }) => List.length));
  });

  await t.test('first and next page, each as large as it is shown', async () => {
    await page.goto('/console/certificates');
    await signIn(page, benchKey);
    await page.getByText('1–50 of 20,001').waitFor();
    assert.equal(await page.getByRole('row').count(), 51);
    // Which rows they are is shown before they are there.
    await Promise.all([
      page.waitForResponse('**/console/api/certificates'),
      page.getByRole('button', { name: 'Next page' }).click(),
    ]);
    await page.getByText('51–100 of 20,001').waitFor();
    assert.deepEqual(await Promise.all(pages), [50, 50]);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await page.getByText('1–50 of 20,001').waitFor();
  });

  for (const path of ['/issue', '/revoke']) {
    await t.test(`/console/certificates${path} loads at most 350 kB of compressed script at first`, async () => {
      const fresh = await openPage(browser, service.url);
      let size = 0;
      fresh.page.on('response', (response) => {
        if (response.url().endsWith('.js')) size += Number(response.headers()['content-length']);
      });
      await fresh.page.context().addCookies(await page.context().cookies());
      await fresh.page.goto(`/console/certificates${path}`);
      await fresh.page.getByRole('heading', { level: 1 }).waitFor();
      await fresh.page.waitForLoadState('networkidle');
      t.diagnostic(`${size} octets of script`);
      assert.ok(size > 50_000 && size <= 350_000, `${size} octets`);
      await fresh.page.context().close();
    });
  }

  await t.test('a search that finds nothing looks at all of them, and fetches none', async () => {
    pages.length = 0;
    await page.goto('/console/certificates?q=nobody-has-this');
    await page.getByText('No certificate is like that.').waitFor();
    assert.ok(pages.length >= 1);
    assert.ok((await Promise.all(pages)).every((rows) => rows === 0));
    assertQuiet();
  });
});
