// The access page in a browser: people and programs get keys and policies, a policy is checked while it is written, and the
// simulator says who may do what.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Locator } from 'playwright-core';
import { ram } from '../../src/protocols/rpc/product.ts';
import { otherAccount } from '../journeys/other-account.ts';
import { startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import { asking } from './asking.ts';
import { codeOf } from './authenticator-app.ts';
import { assertAccessible, buildConsole, noBrowser, openPage, signIn, startBrowser } from './browser.ts';

const status = 'DescribeClientCertificateStatusForSerialNumber';

test('the access page', { skip: noBrowser }, async (t) => {
  buildConsole();
  const service = await startWithin(t);
  const browser = await startBrowser(t);
  const { page, assertQuiet } = await openPage(browser, service.url);
  await page.goto('/console/access');
  await signIn(page);
  const dialog = page.getByRole('dialog');
  const part = (name: string) => page.getByRole('region', { name, exact: true });
  const key = { accessKeyId: '', accessKeySecret: '' };
  /** As people do: over all there is. */
  const write = async (editor: Locator, text: string): Promise<void> => {
    await editor.press('Control+a');
    await page.keyboard.insertText(text);
  };

  await t.test('an empty account is told what to do first', async () => {
    await page.getByText('There are no users yet').waitFor();
    await assertAccessible(page, 'no users');
  });

  await t.test('a user is made, and its key shown once, to copy or download', async () => {
    await page.getByRole('button', { name: 'Create user' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('gateway');
    await dialog.getByLabel('Comments', { exact: true }).fill('<b>asks for status</b>');
    await assertAccessible(page, 'new user');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'gateway' }).waitFor();
    await page.getByText('<b>asks for status</b>').waitFor();
    await page.getByRole('button', { name: 'Create access key' }).click();
    await dialog.getByText('The secret is shown this once').waitFor();
    await assertAccessible(page, 'new key');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Download' }).click(),
    ]);
    const [, line = ''] = readFileSync(await download.path(), 'utf8').split('\n');
    [key.accessKeyId = '', key.accessKeySecret = ''] = line.split(',');
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    await part('Access keys').getByRole('cell', { name: key.accessKeyId }).first().waitFor();
    assert.ok(!(await page.content()).includes(key.accessKeySecret));
    const refused = await call(service.url, status, { SerialNumber: '01' }, { key });
    assert.equal(refused.body['Code'], 'NoPermission');
    assertQuiet();
  });

  await t.test('a policy is checked while it is written, by the place of what is wrong', async () => {
    await page.goto('/console/access/policies');
    await page.getByRole('button', { name: 'Create policy' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('status-only');
    const editor = dialog.getByRole('textbox', { name: 'Document' });
    await write(editor, '{"Version": "1",\n"Statement": [{\n"Effect": "Alow", "Action": "*", "Resource": "*"}]}');
    await dialog.getByText('Statement[0].Effect (line 3): must be "Allow" or "Deny"').waitFor();
    assert.equal(await dialog.getByRole('button', { name: 'Create' }).isDisabled(), true);
    await write(editor, '{"Version": "1",\n"Statement": [');
    await dialog.getByText('document (line 2): is not JSON').waitFor();
    await assertAccessible(page, 'editor');
    await dialog.getByRole('combobox', { name: 'Start from' }).selectOption('Ask for status only');
    await dialog.getByText('The service would take this.').waitFor();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: 'status-only' }).waitFor();
    await page.getByText('The policy is attached to nobody.').waitFor();
    assertQuiet();
  });

  await t.test('is attached to the user, who may then what it says and nothing else', async () => {
    await page.goto('/console/access/users/gateway');
    await page.getByRole('button', { name: 'Attach policy' }).click();
    await dialog.getByLabel('Policy', { exact: true }).selectOption('status-only (own)');
    await dialog.getByRole('button', { name: 'Attach policy' }).click();
    await page.getByRole('link', { name: 'status-only' }).waitFor();
    assert.equal((await call(service.url, status, { SerialNumber: '01' }, { key })).status, 200);
    assert.equal((await call(service.url, 'ListCert', {}, { key })).body['Code'], 'NoPermission');
    await assertAccessible(page, 'user');
  });

  await t.test('the simulator says which statement decides, for one and for everybody', async () => {
    await page.getByRole('link', { name: 'What may it do?' }).click();
    await page.getByLabel('Action', { exact: true }).fill(`yundun-cert:${status}`);
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.getByText(/^Allowed: acs:ram::\d{16}:user\/gateway may yundun-cert:/).waitFor();
    await page.getByText('Statement 1 of status-only, attached to user gateway, allows it.').waitFor();
    await assertAccessible(page, 'simulator');
    await page.getByRole('combobox', { name: 'Who' }).selectOption('Everybody: who may?');
    await page.getByLabel('Action', { exact: true }).fill('yundun-cert:ListCert');
    await page.getByRole('button', { name: 'Judge' }).click();
    await page.getByText('1 of 2 may yundun-cert:ListCert').waitFor();
    assertQuiet();
    await page.getByLabel('Action', { exact: true }).fill('yundun-cert:NoSuchThing');
    await page.getByRole('button', { name: 'Judge' }).click();
    await page
      .getByRole('alert')
      .getByText(/Action must be/)
      .waitFor();
    // The browser itself writes down a reply of 400.
    assert.throws(assertQuiet, /400 \(Bad Request\)/);
  });

  await t.test('a changed document is a new version, and the one before can be put in force again', async () => {
    await page.goto('/console/access/policies/custom/status-only');
    await page.getByRole('button', { name: 'Edit: Document' }).click();
    const editor = page.getByRole('textbox', { name: 'Document' });
    await write(editor, '{"Version": "1", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}');
    await page.getByRole('button', { name: 'Save as new version' }).click();
    await page.getByRole('button', { name: 'Put in force v1' }).waitFor();
    assert.equal((await call(service.url, status, { SerialNumber: '01' }, { key })).body['Code'], 'NoPermission');
    await page.getByRole('button', { name: 'Put in force v1' }).click();
    await dialog.getByRole('button', { name: 'Put in force' }).click();
    await page.getByRole('button', { name: 'Put in force v2' }).waitFor();
    assert.equal((await call(service.url, status, { SerialNumber: '01' }, { key })).status, 200);
    await assertAccessible(page, 'policy');
  });

  await t.test('a role and a group are made the same way', async () => {
    await page.goto('/console/access/roles');
    await page.getByRole('button', { name: 'Create role' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('deployer');
    await dialog.getByText('The service would take this.').waitFor();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByText(/^acs:ram::\d{16}:role\/deployer$/).waitFor();
    await page.getByRole('button', { name: 'Add tag' }).click();
    await dialog.getByLabel('Key', { exact: true }).fill('team');
    await dialog.getByLabel('Value', { exact: true }).fill('=cmd');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await part('Tags').first().getByRole('cell', { name: '=cmd' }).waitFor();
    await assertAccessible(page, 'role');
    await page.goto('/console/access/groups');
    await page.getByRole('button', { name: 'Create group' }).click();
    await dialog.getByLabel('Name', { exact: true }).fill('machines');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'Add a user' }).click();
    await dialog.getByLabel('User', { exact: true }).selectOption('gateway');
    await dialog.getByRole('button', { name: 'Add' }).click();
    await page.getByRole('link', { name: 'gateway' }).waitFor();
    assertQuiet();
  });

  await t.test('a user gets a password and an authenticator app, which can be taken away again', async () => {
    await page.goto('/console/access/users/gateway');
    await page.getByRole('button', { name: 'Set password' }).click();
    await dialog.getByLabel('Password', { exact: true }).fill('short');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByLabel('Password', { exact: true }).fill('long-enough-2-be-taken');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('button', { name: 'Change password' }).waitFor();
    await page.getByRole('button', { name: 'Bind an authenticator app' }).click();
    const seed = (await dialog.getByRole('region', { name: 'Seed' }).textContent()) ?? '';
    await dialog.getByRole('img', { name: 'QR code with the seed of the device' }).waitFor();
    await assertAccessible(page, 'new device');
    await dialog.getByLabel('First code').fill(codeOf(seed, -1));
    await dialog.getByLabel('The code after it').fill(codeOf(seed));
    await dialog.getByRole('button', { name: 'Bind' }).click();
    await page.getByText(/^acs:ram::\d{16}:mfa\/gateway-/).waitFor();
    await page.getByRole('button', { name: 'Unbind' }).click();
    await dialog.getByRole('button', { name: 'Unbind' }).click();
    await page.getByText('The user has no MFA device.').waitFor();
    const { text } = await call(service.url, 'ListVirtualMFADevices', {}, { product: ram });
    assert.deepEqual(JSON.parse(text).VirtualMFADevices.VirtualMFADevice, []);
  });

  await t.test('disabling and deleting ask first, and say what will happen', async () => {
    await page.goto('/console/access/users/gateway');
    await page.getByRole('button', { name: `Disable ${key.accessKeyId}` }).click();
    await dialog.getByText('Calls with this key are refused from the next one on').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    assert.equal((await call(service.url, status, { SerialNumber: '01' }, { key })).status, 200);
    await page.getByRole('button', { name: `Disable ${key.accessKeyId}` }).click();
    await dialog.getByRole('button', { name: 'Disable' }).click();
    await part('Access keys').getByRole('cell', { name: 'disabled' }).first().waitFor();
    const refused = await call(service.url, status, { SerialNumber: '01' }, { key });
    assert.equal(refused.body['Code'], 'InvalidAccessKeyId.Inactive');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await dialog.getByText('It cannot be undone').waitFor();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alert').getByText('DeleteConflict').first().waitFor();
  });

  await t.test('no part of it loads more than 350 kB of compressed script at first', async () => {
    for (const where of ['policies/custom/status-only', 'simulator']) {
      const fresh = await openPage(browser, service.url);
      let size = 0;
      fresh.page.on('response', (response) => {
        if (response.url().endsWith('.js')) size += Number(response.headers()['content-length']);
      });
      await fresh.page.context().addCookies(await page.context().cookies());
      await fresh.page.goto(`/console/access/${where}`, { waitUntil: 'networkidle' });
      t.diagnostic(`${where}: ${size} octets of script`);
      assert.ok(size > 50_000 && size <= 350_000, `${where}: ${size} octets`);
      await fresh.page.context().close();
    }
  });

  await t.test('fits on 360 pixels, in Chinese and dark', async () => {
    const narrow = await openPage(browser, service.url, {
      locale: 'zh-CN',
      colorScheme: 'dark',
      viewport: { width: 360, height: 740 },
    });
    await narrow.page.context().addCookies(await page.context().cookies());
    await narrow.page.goto('/console/access/policies/custom/status-only');
    await narrow.page.getByRole('button', { name: '编辑: 策略内容' }).click();
    await narrow.page.getByText('服务会接受此内容。').waitFor();
    await assertAccessible(narrow.page, 'narrow');
    const width = Number(await narrow.page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(width <= 360, `${width} pixels wide`);
    narrow.assertQuiet();
    await narrow.page.context().close();
  });
});

test('the simulator as the console asks it', async (t) => {
  const service = await startWithin(t);
  const administer = async (action: string, parameters: Record<string, string>) => {
    const { status: http, text } = await call(service.url, action, parameters, { product: ram });
    assert.equal(http, 200, text);
    return JSON.parse(text);
  };
  const root = await asking(service.url);
  await administer('CreateUser', { UserName: 'alice' });
  const { AccessKey: made } = await administer('CreateAccessKey', { UserName: 'alice' });
  const alice = await asking(service.url, {
    accessKeyId: made.AccessKeyId,
    accessKeySecret: made.AccessKeySecret,
  });
  const give = async (PolicyName: string, statement: object) => {
    const PolicyDocument = JSON.stringify({ Version: '1', Statement: [statement] });
    await administer('CreatePolicy', { PolicyName, PolicyDocument });
    await administer('AttachPolicyToUser', { PolicyName, PolicyType: 'Custom', UserName: 'alice' });
  };
  await give('at-home', {
    Effect: 'Allow',
    Action: 'yundun-cert:ListCert',
    Resource: '*',
    Condition: {
      IpAddress: { 'acs:SourceIp': '10.0.0.0/8' },
      Bool: { 'acs:SecureTransport': 'true' },
      DateLessThan: { 'acs:CurrentTime': '2030-01-01T00:00:00Z' },
    },
  });
  const asked = { UserName: 'alice', Action: 'yundun-cert:ListCert' };
  const fitting = { SourceIp: '10.1.2.3', SecureTransport: 'true', CurrentTime: '2029-12-31T23:59:59Z' };
  const simulation = async (parameters: Record<string, string>) => {
    const { status: http, body } = await root('simulate', { ...asked, ...parameters });
    assert.equal(http, 200, JSON.stringify(body));
    return body['Simulation'] as { allowed: boolean; by?: object; statements: { failing: { key: string }[] }[] };
  };

  await t.test('judges by the circumstances given, and tells which condition fails', async () => {
    const fits = await simulation(fitting);
    assert.equal(fits.allowed, true);
    assert.deepEqual(fits.by, { policy: 'at-home', statement: 0, through: [{ user: 'alice' }] });
    for (const [wrong, key] of [
      [{ SourceIp: '11.0.0.0' }, 'acs:SourceIp'],
      [{ SecureTransport: 'false' }, 'acs:SecureTransport'],
      [{ CurrentTime: '2030-01-01T00:00:00Z' }, 'acs:CurrentTime'],
    ] as const) {
      const { allowed, statements } = await simulation({ ...fitting, ...wrong });
      assert.equal(allowed, false, key);
      assert.deepEqual(
        statements[0]?.failing.map((each) => each.key),
        [key],
      );
    }
    const { SourceIp: _left, ...unknown } = fitting;
    assert.equal((await simulation(unknown)).allowed, false);
  });

  await t.test('refuses what it cannot judge instead of judging something else', async () => {
    for (const [parameters, code] of [
      [{ ...asked, Action: 'yundun-cert:NoSuch' }, 'InvalidAction'],
      [{ ...asked, SourceIp: '10.0.0.256' }, 'InvalidSourceIp'],
      [{ ...asked, CurrentTime: 'tomorrow' }, 'InvalidCurrentTime'],
      [{ ...asked, RoleName: 'deployer' }, 'InvalidRoleName'],
      [{ ...asked, UserName: 'nobody' }, 'EntityNotExist.User'],
    ] as const) {
      const { status: http, body } = await root('simulate', parameters);
      assert.ok(http === 400 || http === 404, `${code}: ${http}`);
      assert.match(String(body['Code']), new RegExp(code.replace('Invalid', 'Invalid.*')), JSON.stringify(body));
    }
  });

  await t.test('is for whoever may list the policies of the user that is asked about', async () => {
    const refused = await alice('simulate', asked);
    assert.equal(refused.status, 403);
    const detail = refused.body['AccessDeniedDetail'] as Record<string, string>;
    assert.equal(detail['AuthAction'], 'ram:ListPoliciesForUser');
    const account = detail['AuthPrincipalOwnerId'];
    await give('own-policies', {
      Effect: 'Allow',
      Action: 'ram:ListPoliciesForUser',
      Resource: `acs:ram:*:${account}:user/alice`,
    });
    assert.equal((await alice('simulate', asked)).status, 200);
    for (const other of [{ UserName: 'bob' }, { RoleName: 'deployer' }, {}])
      assert.equal((await alice('simulate', { Action: asked.Action, ...other })).status, 403);
  });

  await t.test('knows nobody of another account', async () => {
    const other = await asking(service.url, await otherAccount(service));
    assert.equal((await other('simulate', asked)).body['Code'], 'EntityNotExist.User');
    const { body } = await other('simulate', { Action: asked.Action });
    assert.equal((body['Principals'] as unknown[]).length, 1);
  });
});
