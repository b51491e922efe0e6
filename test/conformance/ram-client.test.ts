// The access management through the vendor's unmodified client @alicloud/ram20150501: every operation, signed in both ways,
// with every field of the client's models filled; and by hand over GET, POST, JSON and XML.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, test } from 'node:test';
import type * as OpenApiCore from '@alicloud/openapi-core';
import type * as Ram from '@alicloud/ram20150501';
import { IsArray, IsBoolean, IsInteger, IsObject, type TSchema } from 'typebox';
import { operationsOf } from '../../src/protocols/rpc/catalog.ts';
import { isJson } from '../../src/protocols/rpc/json-parameter.ts';
import type { Operation } from '../../src/protocols/rpc/operation.ts';
import { ram } from '../../src/protocols/rpc/product.ts';
import { rootKey } from '../journeys/running-service.ts';
import { type ServiceWithin, startWithin } from '../journeys/service-within.ts';
import { call } from '../journeys/signed-request.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { type RamWorld, ramExample } from './ram-world.ts';
import type { WireParameters } from './world.ts';

const require = createRequire(import.meta.url);
const vendor: typeof Ram.default = require('@alicloud/ram20150501');
const core: typeof OpenApiCore.default = require('@alicloud/openapi-core');
const { XML } = require('@darabonba/typescript') as typeof import('@darabonba/typescript');

type Client = InstanceType<typeof vendor.default>;

const operations = operationsOf(ram);

/** Fields of answers that the client has not, and why. */
const extensions: ReadonlyMap<string, string> = new Map([
  ['StatementIndex', 'the vendor names the policy that denied, and not which of its statements'],
]);

/** Left out on the last page of a list. */
const lastPage = new Set(['marker', 'nextToken', 'Marker', 'NextToken']);

/** A class of the client's models: names on the wire by names of its properties, and their types. */
interface ModelClass {
  new (map?: object): object;
  names(): Record<string, string>;
  types(): Record<string, unknown>;
}
type Model = Record<string, unknown>;

const models = vendor as unknown as Record<string, ModelClass | undefined>;

test('the operations are those of the client', () => {
  const methods = Object.getOwnPropertyNames(vendor.default.prototype)
    .filter((name) => name.endsWith('WithOptions'))
    .map((name) => name.slice(0, -'WithOptions'.length))
    .map((name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`);
  assert.deepEqual([...operations.keys()].sort(), methods.sort());
});

for (const [name, operation] of operations) {
  test(`${name} has the parameters and the answer of the client's models`, () => {
    assert.deepEqual(shapeOfSchema(operation.request), shapeOfModel(models[`${name}Request`]));
    const { RequestId, ...answer } = shapeOfModel(models[`${name}ResponseBody`]) as Record<string, unknown>;
    assert.equal(RequestId, 'string');
    assert.deepEqual(shapeOfSchema(operation.answer), answer);
  });
}

describe('every operation, called by the client, fills all of its models:', () => {
  const cleanUp: (() => unknown)[] = [];
  let service: ServiceWithin;
  let world: RamWorld;
  before(async () => {
    service = await startWithin({ after: (work) => cleanUp.push(work as () => unknown) });
    world = { url: service.url };
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  for (const [way, signatureAlgorithm] of [['V3', undefined] as const, ['V1', 'v2'] as const]) {
    for (const [name, operation] of operations) {
      test(`${name}, ${way}`, async () => {
        const { parameters, key = rootKey } = await ramExample(world, operation);
        const body = await askByClient(clientOf(service.port, key, signatureAlgorithm), operation, parameters);
        assert.match(String(body['requestId']), /^[0-9A-F]{8}-/);
        const unfilled = unfilledIn(body, models[`${name}ResponseBody`]).filter((path) => !lastPage.has(path));
        assert.deepEqual(unfilled, [], JSON.stringify(body));
      });
    }
  }

  for (const [name, operation] of operations) {
    test(`${name}, V1 by GET, in XML`, async () => {
      const { parameters, key } = await ramExample(world, operation);
      const signing = { product: ram, ...(key && { key }) };
      const { status, headers, text } = await call(service.url, name, { ...parameters, Format: 'XML' }, signing);
      assert.equal(status, 200, text);
      assert.equal(headers.get('content-type'), 'text/xml;charset=utf-8');
      const document = XML.parseXml(text, null) as Record<string, Record<string, unknown>>;
      assert.deepEqual(Object.keys(document), [`${name}Response`]);
      const { RequestId, ...answer } = document[`${name}Response`] ?? {};
      assert.ok(RequestId);
      const missing = pathsOf(operation.answer).filter(
        (path) => path !== 'Marker' && !isThere(answer, path.split('.')),
      );
      assert.deepEqual(
        missing.filter((path) => !lastPage.has(path)),
        [],
        text,
      );
    });
  }
});

describe('by the client,', () => {
  const cleanUp: (() => unknown)[] = [];
  let client: Client;
  before(async () => {
    const service = await startWithin({ after: (work) => cleanUp.push(work as () => unknown) });
    client = clientOf(service.port, rootKey, undefined);
  });
  after(async () => {
    for (const work of cleanUp.reverse()) await work();
  });

  test('lists come in pages, each name once and in order, with Marker and MaxItems', async () => {
    const names = Array.from({ length: 7 }, (_, index) => `page-${index}`);
    for (const userName of [...names].reverse()) await client.createUser(new vendor.CreateUserRequest({ userName }));
    const seen: string[] = [];
    let marker: string | undefined;
    do {
      const { body } = await client.listUsers(
        new vendor.ListUsersRequest({ maxItems: 3, ...(marker !== undefined && { marker }) }),
      );
      const page = body?.users?.user ?? [];
      assert.ok(page.length <= 3);
      assert.equal(body?.isTruncated, body?.marker !== undefined);
      seen.push(...page.map(({ userName = '' }) => userName));
      marker = body?.marker;
    } while (marker !== undefined);
    assert.deepEqual(seen, names);
  });

  test('a secret is in the answer of CreateAccessKey and in no other', async () => {
    await client.createUser(new vendor.CreateUserRequest({ userName: 'keyed' }));
    const made = await client.createAccessKey(new vendor.CreateAccessKeyRequest({ userName: 'keyed' }));
    const { accessKeyId = '', accessKeySecret = '' } = made.body?.accessKey ?? {};
    assert.equal(accessKeySecret.length, 30);
    const listed = await client.listAccessKeys(new vendor.ListAccessKeysRequest({ userName: 'keyed' }));
    assert.deepEqual(
      listed.body?.accessKeys?.accessKey?.map((key) => [key.accessKeyId, key.status]),
      [[accessKeyId, 'Active']],
    );
    assert.ok(!JSON.stringify(listed.body).includes(accessKeySecret));
  });

  test('versions of a policy are numbered, rotated, and go with it when that is asked for', async () => {
    const policyName = 'versioned';
    const policyDocument = (action: string) =>
      JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
    await client.createPolicy(
      new vendor.CreatePolicyRequest({ policyName, policyDocument: policyDocument('ram:Get*') }),
    );
    for (const action of ['ram:GetUser', 'ram:GetRole', 'ram:GetGroup', 'ram:GetPolicy']) {
      await client.createPolicyVersion(
        new vendor.CreatePolicyVersionRequest({ policyName, policyDocument: policyDocument(action) }),
      );
    }
    const rotated = await client.createPolicyVersion(
      new vendor.CreatePolicyVersionRequest({
        policyName,
        policyDocument: policyDocument('ram:GetAccountAlias'),
        setAsDefault: true,
        rotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded',
      }),
    );
    assert.equal(rotated.body?.policyVersion?.versionId, 'v6');
    const versions = await client.listPolicyVersions(
      new vendor.ListPolicyVersionsRequest({ policyName, policyType: 'Custom' }),
    );
    assert.deepEqual(
      versions.body?.policyVersions?.policyVersion?.map(({ versionId, isDefaultVersion }) => [
        versionId,
        isDefaultVersion,
      ]),
      [
        ['v1', false],
        ['v3', false],
        ['v4', false],
        ['v5', false],
        ['v6', true],
      ],
    );
    await assert.rejects(client.deletePolicy(new vendor.DeletePolicyRequest({ policyName })), {
      code: 'DeleteConflict.Policy.Version',
    });
    await client.deletePolicy(new vendor.DeletePolicyRequest({ policyName, cascadingDelete: true }));
    await assert.rejects(client.getPolicy(new vendor.GetPolicyRequest({ policyName, policyType: 'Custom' })), {
      code: 'EntityNotExist.Policy',
      statusCode: 404,
    });
  });

  test('tags are given, changed, found again and taken away', async () => {
    const trust =
      '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"RAM":"acs:ram::1234567890123456:root"}}]}';
    const tag = (key: string, value: string) => new vendor.CreateRoleRequestTag({ key, value });
    for (const [roleName, team] of [
      ['first', 'gateway'],
      ['second', 'console'],
    ] as const) {
      await client.createRole(
        new vendor.CreateRoleRequest({ roleName, assumeRolePolicyDocument: trust, tag: [tag('team', team)] }),
      );
    }
    await client.tagResources(
      new vendor.TagResourcesRequest({
        resourceType: 'role',
        resourceNames: ['first', 'second'],
        tag: [new vendor.TagResourcesRequestTag({ key: 'stage', value: 'test' })],
      }),
    );
    const found = await client.listRoles(
      new vendor.ListRolesRequest({ tag: [new vendor.ListRolesRequestTag({ key: 'team', value: 'console' })] }),
    );
    assert.deepEqual(
      found.body?.roles?.role?.map(({ roleName, tags }) => [roleName, tags?.tag?.map(({ tagKey }) => tagKey)]),
      [['second', ['stage', 'team']]],
    );
    await client.untagResources(
      new vendor.UntagResourcesRequest({ resourceType: 'role', resourceNames: ['first'], all: true }),
    );
    const left = await client.listTagResources(
      new vendor.ListTagResourcesRequest({ resourceType: 'role', pageSize: 1 }),
    );
    assert.deepEqual(
      left.body?.tagResources?.map(({ resourceName, tagKey, tagValue }) => [resourceName, tagKey, tagValue]),
      [['second', 'stage', 'test']],
    );
    const next = await client.listTagResources(
      new vendor.ListTagResourcesRequest({ resourceType: 'role', nextToken: left.body?.nextToken ?? '' }),
    );
    assert.deepEqual(
      next.body?.tagResources?.map(({ tagKey }) => tagKey),
      ['team'],
    );
    assert.equal(next.body?.nextToken, undefined);
    await assert.rejects(
      client.tagResources(
        new vendor.TagResourcesRequest({
          resourceType: 'role',
          resourceNames: ['second', 'nobody'],
          tag: [new vendor.TagResourcesRequestTag({ key: 'all', value: 'or none' })],
        }),
      ),
      { code: 'EntityNotExist.Role' },
    );
    const after = await client.listTagResources(new vendor.ListTagResourcesRequest({ resourceType: 'role' }));
    assert.equal(after.body?.tagResources?.length, 2);
  });

  test('a policy that is not understood is MalformedPolicyDocument, with its place', async () => {
    const policyDocument = '{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*","Color":"red"}]}';
    await assert.rejects(
      client.createPolicy(new vendor.CreatePolicyRequest({ policyName: 'coloured', policyDocument })),
      (error: { code?: string; message?: string }) => {
        assert.equal(error.code, 'MalformedPolicyDocument');
        assert.match(String(error.message), /Statement\[0\]\.Color/);
        return true;
      },
    );
  });

  test('a password is changed by who knows it, if the account lets users, and only for one that will do', async () => {
    const userName = 'typist';
    await client.createUser(new vendor.CreateUserRequest({ userName }));
    await client.attachPolicyToUser(
      new vendor.AttachPolicyToUserRequest({ userName, policyType: 'System', policyName: 'AliyunRAMFullAccess' }),
    );
    const passwords = ['first-Password-1', 'second-Password-2'] as const;
    await client.setPasswordPolicy(
      new vendor.SetPasswordPolicyRequest({ minimumPasswordLength: 12, requireNumbers: true }),
    );
    const profile = { userName, password: passwords[0] };
    await assert.rejects(
      client.createLoginProfile(new vendor.CreateLoginProfileRequest({ ...profile, password: 'without-any-number' })),
      { code: 'InvalidParameter.Password.TooWeak' },
    );
    await client.createLoginProfile(new vendor.CreateLoginProfileRequest(profile));
    const made = await client.createAccessKey(new vendor.CreateAccessKeyRequest({ userName }));
    const { accessKeyId = '', accessKeySecret = '' } = made.body?.accessKey ?? {};
    const own = clientOf(Number(portOf(client)), { accessKeyId, accessKeySecret }, undefined);
    const change = (oldPassword: string, newPassword: string) =>
      own.changePassword(new vendor.ChangePasswordRequest({ oldPassword, newPassword }));
    await assert.rejects(change('not-the-Password-0', passwords[1]), { code: 'InvalidParameter.OldPassword' });
    await change(passwords[0], passwords[1]);
    await assert.rejects(change(passwords[0], passwords[1]), { code: 'InvalidParameter.OldPassword' });
    await client.setSecurityPreference(new vendor.SetSecurityPreferenceRequest({ allowUserToChangePassword: false }));
    await assert.rejects(change(passwords[1], passwords[0]), { code: 'NoPermission', statusCode: 403 });
  });
});

function clientOf(port: number, key: AccessKey, signatureAlgorithm: 'v2' | undefined): Client {
  const endpoint = { endpoint: `127.0.0.1:${port}`, protocol: 'http' };
  const config = { ...key, ...endpoint, ...(signatureAlgorithm && { signatureAlgorithm }) };
  return new vendor.default(new core.$OpenApiUtil.Config(config));
}

function portOf(client: Client): string {
  return String((client as unknown as { _endpoint: string })._endpoint).split(':')[1] ?? '';
}

/** Calls the method of the operation with a model made of the wire parameters. @returns the model of the answer's body. */
async function askByClient(client: Client, { name }: Operation, parameters: WireParameters): Promise<Model> {
  const method = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  const ask = (client as unknown as Record<string, (request?: object) => Promise<{ body?: Model }>>)[method];
  assert.ok(ask, method);
  const request = models[`${name}Request`];
  const { body } = await ask.call(client, ...(request ? [modelOf(request, parameters)] : []));
  assert.ok(body);
  return body;
}

function modelOf(type: ModelClass, parameters: WireParameters): object {
  const types = type.types();
  const given = Object.entries(type.names()).flatMap(([property, wire]) => {
    const text = parameters[wire];
    return text === undefined ? [] : [[property, fromText(types[property], text)] as const];
  });
  return new type(Object.fromEntries(given));
}

function fromText(type: unknown, text: string): unknown {
  if (type === 'number') return Number(text);
  if (type === 'boolean') return text === 'true';
  const element = (type as { itemType?: unknown } | undefined)?.itemType;
  if (element === undefined) return text;
  return (JSON.parse(text) as unknown[]).map((value) =>
    typeof element === 'string'
      ? value
      : modelOf(
          element as ModelClass,
          Object.fromEntries(Object.entries(value as object).map(([k, v]) => [k, String(v)])),
        ),
  );
}

/** Paths of properties that nothing is in, in no element of a list. */
function unfilledIn(value: unknown, type: unknown, path = ''): string[] {
  const element = (type as { itemType?: unknown } | undefined)?.itemType;
  if (element !== undefined) {
    const list = (value as unknown[] | undefined) ?? [];
    const each = list.map((one) => new Set(unfilledIn(one, element, path)));
    const [first] = each;
    return first === undefined ? [path] : [...first].filter((one) => each.every((others) => others.has(one)));
  }
  if (typeof type === 'string')
    return value === undefined ? [path] : typeof value === type ? [] : [`${path}: ${typeof value}`];
  const types = (type as ModelClass).types();
  return Object.entries(types).flatMap(([property, inner]) =>
    unfilledIn((value as Model | undefined)?.[property], inner, path === '' ? property : `${path}.${property}`),
  );
}

function shapeOfModel(type: ModelClass | undefined): unknown {
  if (type === undefined) return {};
  const types = type.types();
  return Object.fromEntries(
    Object.entries(type.names()).map(([property, wire]) => [wire, shapeOfType(types[property])]),
  );
}

function shapeOfType(type: unknown): unknown {
  if (typeof type === 'string') return type;
  const element = (type as { itemType?: unknown }).itemType;
  return element === undefined ? shapeOfModel(type as ModelClass) : [shapeOfType(element)];
}

/** The same of a declaration. Lists travel as JSON text in requests, which the client makes of them. */
function shapeOfSchema(schema: TSchema): unknown {
  if (IsArray(schema)) return [shapeOfSchema(schema.items)];
  if (IsObject(schema)) {
    const members = Object.entries(schema.properties).filter(([name]) => !extensions.has(name));
    return Object.fromEntries(members.map(([name, inner]) => [name, shapeOfSchema(inner)]));
  }
  assert.ok(!isJson(schema));
  return IsInteger(schema) ? 'number' : IsBoolean(schema) ? 'boolean' : 'string';
}

/** Paths of fields, lists passed through. */
function pathsOf(schema: TSchema, path = ''): string[] {
  if (IsArray(schema)) return pathsOf(schema.items, path);
  if (!IsObject(schema)) return [path];
  return Object.entries(schema.properties).flatMap(([name, inner]) =>
    pathsOf(inner, path === '' ? name : `${path}.${name}`),
  );
}

function isThere(value: unknown, path: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((each) => isThere(each, path));
  const [name, ...rest] = path;
  if (name === undefined) return value !== undefined;
  return typeof value === 'object' && value !== null && isThere((value as Record<string, unknown>)[name], rest);
}
