// An account full of hostile names, comments, tags and alternative names: every page shows them as text, and none runs them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';
import { pagePaths, settled, visit } from './every-page.ts';

/** Each of at most 64 characters, as many names may have; what runs sets `hit`. */
const hostile: readonly string[] = [
  '<img src=x onerror="window.hit=1">',
  '"><script>window.hit=1</script>',
  '</script><script>window.hit=1</script>',
  'javascript:window.hit=1//',
  "' onmouseover='window.hit=1' autofocus onfocus='window.hit=1",
  '<svg/onload=window.hit=1>',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a template would run
  '${window.hit=1}{{constructor.constructor("window.hit=1")()}}',
  '\u202Egnp.exe\u2066 \u200F',
  '=HYPERLINK("javascript:window.hit=1")',
  '&lt;b onclick=window.hit=1&gt; &#x3c;script&#x3e;',
];
const [image = ''] = hostile;

const ram = { common: { Version: '2015-05-01' } };

/** @returns how many calls were answered. What the service does not take is no danger to its pages. */
async function fill(url: string): Promise<number> {
  let taken = 0;
  const send = async (action: string, parameters: Record<string, string>, signing = {}) => {
    const { status, body } = await call(url, action, parameters, signing);
    if (status === 200) taken++;
    return body;
  };
  for (const [index, text] of hostile.entries()) {
    const subject = { Organization: text, OrganizationUnit: text, Locality: text, State: text, CommonName: text };
    const tags = { 'Tag.1.Key': text, 'Tag.1.Value': text };
    const root = await send('CreateRootCACertificate', { ...subject, Years: '10', Algorithm: 'ECC_256' });
    const ParentIdentifier = String(root['Identifier']);
    const issuing = await send('CreateSubCACertificate', {
      ...subject,
      Years: '5',
      Algorithm: 'ECC_256',
      ParentIdentifier,
    });
    const parent = String(issuing['Identifier']);
    const san = { SanType: '6', SanValue: `javascript:window.hit=${index}` };
    const client = await send('CreateClientCertificate', { ...subject, ParentIdentifier: parent, Days: '30', ...san });
    const Identifier = String(client['Identifier']);
    await send('UpdatePcaCertificate', { Identifier, AliasName: text });
    await send('TagResources', { RegionId: 'cn-hangzhou', ResourceType: 'pca', 'ResourceId.1': Identifier, ...tags });
    const names = { DisplayName: text, Comments: text };
    await send('CreateUser', { UserName: `user-${index}`, ...names }, ram);
    await send('CreateGroup', { GroupName: `group-${index}`, Comments: text }, ram);
    const allow = (Action: string) =>
      JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] });
    await send('CreatePolicy', { PolicyName: `policy-${index}`, PolicyDocument: allow('*'), Description: text }, ram);
    const trust = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::1234567890123456:root'] } };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: '1', Statement: [trust] });
    await send('CreateRole', { RoleName: `role-${index}`, AssumeRolePolicyDocument, Description: text }, ram);
    if (index < 3) await send('CreateRevokeClientCertificate', { Identifier });
  }
  return taken;
}

async function assertUntouched(page: Page, dialogs: readonly string[], where: string): Promise<void> {
  const traces = await page.evaluate(`({
    hit: window.hit,
    images: document.querySelectorAll('img[src="x"]').length,
    scripts: [...document.scripts].filter(({ src }) => !src.startsWith(location.origin + '/console/assets/')).length,
    links: [...document.querySelectorAll('[href],[src],[action],[formaction]')].filter((each) =>
      /^\\s*javascript:/i.test(each.getAttribute('href') ?? each.getAttribute('src') ?? '')).length,
    handlers: [...document.querySelectorAll('*')].filter((each) =>
      each.getAttributeNames().some((name) => name.startsWith('on'))).length,
  })`);
  assert.deepEqual(traces, { hit: undefined, images: 0, scripts: 0, links: 0, handlers: 0 }, where);
  assert.deepEqual(dialogs, [], where);
}

/** Where the pages lead, from where one is: places of the console, but for the operations of the Explorer. */
async function placesIn(page: Page): Promise<readonly string[]> {
  const hrefs = await page.evaluate(
    "[...document.querySelectorAll('a[href]')].map((each) => each.getAttribute('href'))",
  );
  return (hrefs as string[])
    .filter((href) => href.startsWith('/console/') && !href.startsWith('/console/explorer/'))
    .map((href) => href.slice('/console/'.length));
}

/** Of one kind, as `certificates/…`, more than that are alike. */
const mostOfAKind = 2;

test('hostile texts are text on every page', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const taken = await fill(service.url);
  assert.ok(taken > hostile.length * 5, `${taken} calls were answered`);
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto('/console/');
  await signIn(page);
  await settled(page);

  await t.test('wherever its links lead', async () => {
    const found = [...pagePaths];
    const kinds = new Map<string, number>();
    const seen = new Set(found);
    let shown = 0;
    for (let path = found.shift(); path !== undefined; path = found.shift()) {
      await visit(page, path);
      await assertUntouched(page, dialogs, path);
      if ((await page.getByText(image).count()) > 0) shown++;
      for (const next of await placesIn(page)) {
        const kind = next.replace(/[^/?]*$|\?.*/, '');
        const count = kinds.get(kind) ?? 0;
        if (seen.has(next) || count >= mostOfAKind) continue;
        kinds.set(kind, count + 1);
        seen.add(next);
        found.push(next);
      }
    }
    t.diagnostic(`${seen.size} places, ${shown} of them with ${image} as text: ${[...seen].join(' ')}`);
    assert.ok(shown >= 3, `shown as text on ${shown} pages`);
    assertQuiet();
  });

  await t.test('in addresses', async () => {
    for (const path of pagePaths) {
      for (const text of [image, hostile[3] ?? '', hostile[1] ?? '']) {
        const names = ['code', 'requestId', 'action', 'q', 'search', 'subject', 'serial', 'serialNumber', 'principal'];
        const query = new URLSearchParams(names.map((name) => [name, text]));
        await visit(page, `${path}?${query}`);
        await visit(page, `${path}/${encodeURIComponent(text)}`);
        await assertUntouched(page, dialogs, path);
      }
    }
  });
});
