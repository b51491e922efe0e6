// Every operation, asked for in every way a caller can be known or unknown, allowed or not: each cell is as it has to be.
// Calls carry no parameters of their own, so that what is allowed ends at the first parameter that is missing.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createAccessKey, switchAccessKey } from '../../src/access/administration/access-keys.ts';
import { createAccount } from '../../src/access/administration/accounts.ts';
import { operatorActor } from '../../src/app/initialise.ts';
import { unixSeconds } from '../../src/base/time.ts';
import { operationsOf, products } from '../../src/protocols/rpc/catalog.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { administer, document, type Statement, trusting } from '../journeys/roles.ts';
import { rootKey } from '../journeys/running-service.ts';
import { type ServiceWithin, startWithin } from '../journeys/service-within.ts';
import { call, type Reply } from '../journeys/signed-request.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { operationNames } from './operation-names.ts';

type Expected =
  | 'allowed'
  /** By nothing that allows, or by something that denies. */
  | 'ImplicitDeny'
  | 'ExplicitDeny'
  | { readonly code: string };

interface Column {
  readonly name: string;
  readonly key: AccessKey;
  /** Instead of the usual common parameters. */
  readonly common?: Record<string, string | undefined>;
  readonly expected: (operation: Operation) => Expected;
}

const operations = products.flatMap((product) => [...operationsOf(product).values()]);
const actionOf = ({ product, name }: Operation) => `${product.ramCode}:${name}`;
const everyAction = operations.map(actionOf);

/** The root of an account can assume no role. */
const ownerExpected = (operation: Operation): Expected =>
  actionOf(operation) === 'sts:AssumeRole' ? { code: 'MissingRoleArn' } : 'allowed';

describe('the matrix of operations and callers', () => {
  const cleanUp: (() => unknown)[] = [];
  let service: ServiceWithin;
  let columns: readonly Column[];

  before(async () => {
    service = await startWithin({ after: (work) => cleanUp.push(work as () => unknown) });
    columns = await makeColumns(service);
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  test('every operation of the catalogue is listed here, and no other', () => {
    assert.deepEqual(
      Object.fromEntries(products.map((product) => [product.code, [...operationsOf(product).keys()].sort()])),
      operationNames,
    );
  });

  test('each cell is as it has to be', async () => {
    const counts = new Map<string, number>();
    for (const column of columns) {
      const waiting = [...operations];
      const asking = Array.from({ length: 8 }, async () => {
        for (let operation = waiting.pop(); operation; operation = waiting.pop()) {
          const common = { Version: operation.product.version, ...column.common };
          const reply = await call(service.url, operation.name, {}, { key: column.key, common, method: 'POST' });
          assertCell(column, operation, reply);
          counts.set(column.name, (counts.get(column.name) ?? 0) + 1);
        }
      });
      await Promise.all(asking);
    }
    const cells = [...counts.values()].reduce((sum, count) => sum + count, 0);
    console.log(`${cells} cells: ${operations.length} operations, ${columns.length} callers`);
    assert.equal(cells, operations.length * columns.length);
  });
});

/** What a call without parameters ends in once it is allowed: something is missing, or is not there. */
const pastPermission =
  /^(Missing(?!SecurityToken|AccessKeyId|Signature)|Invalid(?!AccessKeyId|SecurityToken|TimeStamp)|EntityNotExist|NotFound|DeleteConflict|LimitExceeded|EntityAlreadyExists)/;

function assertCell({ name, expected }: Column, operation: Operation, { status, body, text }: Reply): void {
  const cell = `${name} × ${actionOf(operation)}: ${text.slice(0, 400)}`;
  const wanted = operation.isOpenToAll && typeof expected(operation) === 'string' ? 'allowed' : expected(operation);
  const code = String(body['Code'] ?? '');
  if (wanted === 'allowed') {
    assert.ok(status < 500 && (status === 200 || pastPermission.test(code)), cell);
  } else if (typeof wanted === 'string') {
    const detail = body['AccessDeniedDetail'] as Record<string, string> | undefined;
    assert.deepEqual(
      [status, code, detail?.['AuthAction'], detail?.['NoPermissionType']],
      [403, 'NoPermission', actionOf(operation), wanted],
      cell,
    );
    assert.ok(detail?.['EncodedDiagnosticMessage'], cell);
  } else {
    assert.equal(code, wanted.code, cell);
  }
  assert.ok(body['RequestId'], cell);
}

async function makeColumns(service: ServiceWithin): Promise<Column[]> {
  const { services, account } = service;
  const admin = administer(service, account);
  const actor = operatorActor();
  const columns: Column[] = [];
  const add = (name: string, key: AccessKey, expected: Column['expected'], common?: Column['common']) =>
    columns.push({ name, key, expected, ...(common && { common }) });

  const refused = (code: string) => () => ({ code });
  add('the root', rootKey, ownerExpected);
  add('no signature', rootKey, refused('IncompleteSignature'), { Signature: '' });
  add('a wrong secret', { ...rootKey, accessKeySecret: 'wrong' }, refused('SignatureDoesNotMatch'));
  add('a key that is not there', { ...rootKey, accessKeyId: 'nobody' }, refused('InvalidAccessKeyId.NotFound'));
  const other = await createAccount({ actor, name: 'other' }, services.administration);
  const otherKey = await createAccessKey({ actor, account: other }, services.administration);
  add('the root of another account, in its own', otherKey, ownerExpected);

  const disabled = await admin.user('disabled');
  await switchAccessKey({ actor, account, accessKeyId: disabled.accessKeyId, active: false }, services.administration);
  add('a disabled key', disabled, refused('InvalidAccessKeyId.Inactive'));

  let made = 0;
  /** A user for whom these statements hold. */
  const user = async (name: string, statements: readonly Statement[], expected: Column['expected']) => {
    const id = `u${++made}`;
    const key = await admin.user(id);
    for (const [index, statement] of statements.entries()) {
      await admin.policy(`${id}-${index}`, statement);
      await admin.attach(`${id}-${index}`, { user: id });
    }
    add(name, key, expected);
  };
  const [half, otherHalf] = [
    everyAction.filter((_, index) => index % 2 === 0),
    everyAction.filter((_, index) => index % 2),
  ];
  const inHalf = (operation: Operation) => half.includes(actionOf(operation));
  const always = (expected: Expected) => () => expected;
  await user('no policy', [], always('ImplicitDeny'));
  await user('Allow, of every second', [{ Action: half }], (each) => (inHalf(each) ? 'allowed' : 'ImplicitDeny'));
  await user('Allow, of the others', [{ Action: otherHalf }], (each) => (inHalf(each) ? 'ImplicitDeny' : 'allowed'));
  await user('Allow of all and Deny of every second', [{ Action: '*' }, { Effect: 'Deny', Action: half }], (each) =>
    inHalf(each) ? 'ExplicitDeny' : 'allowed',
  );
  await user('Allow and Deny of all', [{ Action: '*' }, { Effect: 'Deny', Action: '*' }], always('ExplicitDeny'));
  await user('a wildcard for the product', [{ Action: 'yundun-cert:*' }], ({ product }) =>
    product.code === 'cas' ? 'allowed' : 'ImplicitDeny',
  );
  await user(
    'a wildcard for names',
    [{ Action: ['*:L?st*', 'RAM:get*'].map((each) => each.replace('*:', 'ram:')) }],
    (each) => (each.product.code === 'Ram' && /^(List|Get)/.test(each.name) ? 'allowed' : 'ImplicitDeny'),
  );
  await userWithNotAction();
  const conditions: readonly (readonly [string, object, boolean])[] = [
    ['SourceIp of the caller', { IpAddress: { 'acs:SourceIp': '127.0.0.0/8' } }, true],
    ['SourceIp of another', { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } }, false],
    ['CurrentTime to come', { DateLessThan: { 'acs:CurrentTime': '2099-01-01T00:00:00Z' } }, true],
    ['CurrentTime over', { DateLessThan: { 'acs:CurrentTime': '2020-01-01T00:00:00Z' } }, false],
    ['SecureTransport', { Bool: { 'acs:SecureTransport': 'true' } }, false],
    ['no SecureTransport', { Bool: { 'acs:SecureTransport': 'false' } }, true],
    ['MFAPresent', { Bool: { 'acs:MFAPresent': 'true' } }, false],
  ];
  for (const [name, Condition, holds] of conditions) {
    await user(`Allow under ${name}`, [{ Action: '*', Condition }], always(holds ? 'allowed' : 'ImplicitDeny'));
    await user(
      `Deny under ${name}`,
      [{ Action: '*' }, { Effect: 'Deny', Action: '*', Condition }],
      always(holds ? 'ExplicitDeny' : 'allowed'),
    );
  }

  await admin.role('all', trusting(admin.arnOf('root')));
  await admin.policy('all', { Action: '*' });
  await admin.attach('all', { role: 'all' });
  await admin.role('nothing', trusting(admin.arnOf('root')));
  const session = (role: string, policy?: string, expires = 4_000_000_000): AccessKey => {
    const roleId = services.directory.role(account, role)?.roleId;
    assert.ok(roleId);
    return services.temporaryKeys.issue({
      account,
      role,
      roleId,
      session: 'matrix',
      expires: unixSeconds(expires),
      ...(policy !== undefined && { policy }),
    });
  };
  const token = ({ securityToken }: AccessKey) => ({ SecurityToken: securityToken });
  const asRole = (name: string, key: AccessKey, expected: Column['expected'], common = token(key)) =>
    add(name, key, expected, common);
  asRole('a role that may all', session('all'), always('allowed'));
  asRole('a role without policy', session('nothing'), always('ImplicitDeny'));
  asRole('a session of every second', session('all', document({ Action: half })), (each) =>
    inHalf(each) ? 'allowed' : 'ImplicitDeny',
  );
  asRole(
    'a session that denies',
    session('all', document({ Action: '*' }, { Effect: 'Deny', Action: half })),
    (each) => (inHalf(each) ? 'ExplicitDeny' : 'allowed'),
  );
  asRole('a session of a role without policy', session('nothing', document({ Action: '*' })), always('ImplicitDeny'));
  asRole('an expired token', session('all', undefined, 1_700_000_000), refused('InvalidSecurityToken.Expired'));
  asRole(
    'a token of another key',
    session('all'),
    refused('InvalidSecurityToken.MismatchWithAccessKey'),
    token(session('all')),
  );
  asRole('a token that is none', session('all'), refused('InvalidSecurityToken.Malformed'), { SecurityToken: 'none' });
  add('a temporary key without its token', session('all'), refused('MissingSecurityToken'), {
    SecurityToken: undefined,
  });
  return columns;

  async function userWithNotAction(): Promise<void> {
    const notAction = (effect: 'Allow' | 'Deny') => ({ Effect: effect, NotAction: half }) as Statement;
    await user('Allow of NotAction', [notAction('Allow')], (each) => (inHalf(each) ? 'ImplicitDeny' : 'allowed'));
    await user('Deny of NotAction', [{ Action: '*' }, notAction('Deny')], (each) =>
      inHalf(each) ? 'allowed' : 'ExplicitDeny',
    );
  }
}
