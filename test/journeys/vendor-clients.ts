// The vendor's unmodified npm clients, each in every way it can sign, behind one function.

import { Agent } from 'node:https';
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

/** @param ca  PEM of the CA to trust; with it they call over https. */
export function vendorClients(port: number, key: AccessKey, ca?: string): ReadonlyMap<string, Caller> {
  return new Map([
    ['pop-core, V1, GET', popCore(port, key, 'GET', {}, ca)],
    ['pop-core, V1, POST', popCore(port, key, 'POST', {}, ca)],
    ['openapi-client, V3', openApiClient(port, key, undefined, ca)],
    ['openapi-client, V1', openApiClient(port, key, 'v2', ca)],
    ['openapi-core, V3', openApiCore(port, key, undefined, ca)],
    ['openapi-core, V1', openApiCore(port, key, 'v2', ca)],
  ]);
}

export function popCore(
  port: number,
  key: AccessKey,
  method: 'GET' | 'POST',
  more: object = {},
  ca: string | undefined = undefined,
): Caller {
  const pop = new Pop({
    ...key,
    endpoint: `${ca === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    apiVersion: '2020-06-30',
    ...(ca !== undefined && { opts: { agent: new Agent({ ca }) } }),
  });
  return (operation, parameters) => pop.request(operation, { ...parameters, ...more }, { method });
}

const apiCall = (action: string, ca: string | undefined) => ({
  action,
  version: '2020-06-30',
  protocol: ca === undefined ? 'HTTP' : 'HTTPS',
  pathname: '/',
  method: 'POST',
  authType: 'AK',
  style: 'RPC',
  reqBodyType: 'formData',
  bodyType: 'json',
});

function openApiClient(
  port: number,
  key: AccessKey,
  signatureAlgorithm: 'v2' | undefined,
  ca: string | undefined,
): Caller {
  const endpoint = { endpoint: `127.0.0.1:${port}`, protocol: ca === undefined ? 'http' : 'https' };
  const api = new client.default(
    new client.Config({ ...key, ...endpoint, ...(signatureAlgorithm && { signatureAlgorithm }) }),
  );
  return async (operation, parameters) => {
    const request = new client.OpenApiRequest({ query: texts(parameters) });
    const { body } = await api.callApi(
      new client.Params(apiCall(operation, ca)),
      request,
      new TeaRuntime(ca === undefined ? {} : { ca }),
    );
    return body as Answer;
  };
}

function openApiCore(
  port: number,
  key: AccessKey,
  signatureAlgorithm: 'v2' | undefined,
  ca: string | undefined,
): Caller {
  const endpoint = { endpoint: `127.0.0.1:${port}`, protocol: ca === undefined ? 'http' : 'https' };
  const config = new core.$OpenApiUtil.Config({
    ...key,
    ...endpoint,
    ...(signatureAlgorithm && { signatureAlgorithm }),
  });
  const api = new core.default(config);
  return async (operation, parameters) => {
    const request = new core.$OpenApiUtil.OpenApiRequest({ query: texts(parameters) });
    const { body } = await api.callApi(
      new core.$OpenApiUtil.Params(apiCall(operation, ca)),
      request,
      new DaraRuntime(ca === undefined ? {} : { ca }),
    );
    return body as Answer;
  };
}

function texts(parameters: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, String(value)]));
}
