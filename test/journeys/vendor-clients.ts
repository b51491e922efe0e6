// The vendor's unmodified npm clients, each in every way it can sign, behind one function.

import { createRequire } from 'node:module';
import type * as OpenApiClient from '@alicloud/openapi-client';
import type * as OpenApiCore from '@alicloud/openapi-core';
import type PopCore from '@alicloud/pop-core';

export type Answer = Record<string, unknown>;
export type Caller = (operation: string, parameters: Record<string, string | number>) => Promise<Answer>;

export interface AccessKey {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** With a temporary key. */
  readonly securityToken?: string;
}

const require = createRequire(import.meta.url);
const Pop: typeof PopCore = require('@alicloud/pop-core');
const client: typeof OpenApiClient.default = require('@alicloud/openapi-client');
const core: typeof OpenApiCore.default = require('@alicloud/openapi-core');
const { RuntimeOptions: TeaRuntime } = require('@alicloud/tea-util') as typeof import('@alicloud/tea-util');
const { RuntimeOptions: DaraRuntime } = require('@darabonba/typescript') as typeof import('@darabonba/typescript');

export function vendorClients(port: number, key: AccessKey): ReadonlyMap<string, Caller> {
  return new Map([
    ['pop-core, V1, GET', popCore(port, key, 'GET')],
    ['pop-core, V1, POST', popCore(port, key, 'POST')],
    ['openapi-client, V3', openApiClient(port, key, undefined)],
    ['openapi-client, V1', openApiClient(port, key, 'v2')],
    ['openapi-core, V3', openApiCore(port, key, undefined)],
    ['openapi-core, V1', openApiCore(port, key, 'v2')],
  ]);
}

export function popCore(port: number, key: AccessKey, method: 'GET' | 'POST', more: object = {}): Caller {
  const pop = new Pop({ ...key, endpoint: `http://127.0.0.1:${port}`, apiVersion: '2020-06-30' });
  return (operation, parameters) => pop.request(operation, { ...parameters, ...more }, { method });
}

const apiCall = (action: string) => ({
  action,
  version: '2020-06-30',
  protocol: 'HTTP',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
});

function openApiClient(port: number, key: AccessKey, signatureAlgorithm: 'v2' | undefined): Caller {
  const endpoint = { endpoint: `127.0.0.1:${port}`, protocol: 'http' };
  const api = new client.default(
    new client.Config({ ...key, ...endpoint, ...(signatureAlgorithm && { signatureAlgorithm }) }),
  );
  return async (operation, parameters) => {
    const request = new client.OpenApiRequest({ query: texts(parameters) });
    const { body } = await api.callApi(new client.Params(apiCall(operation)), request, new TeaRuntime({}));
    return body as Answer;
  };
}

function openApiCore(port: number, key: AccessKey, signatureAlgorithm: 'v2' | undefined): Caller {
  const endpoint = { endpoint: `127.0.0.1:${port}`, protocol: 'http' };
  const config = new core.$OpenApiUtil.Config({
    ...key,
    ...endpoint,
    ...(signatureAlgorithm && { signatureAlgorithm }),
  });
  const api = new core.default(config);
  return async (operation, parameters) => {
    const request = new core.$OpenApiUtil.OpenApiRequest({ query: texts(parameters) });
    const { body } = await api.callApi(new core.$OpenApiUtil.Params(apiCall(operation)), request, new DaraRuntime({}));
    return body as Answer;
  };
}

function texts(parameters: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}
