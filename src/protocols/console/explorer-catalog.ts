// What the API Explorer draws its forms, documents and diagnoses from: the operations' declarations, as data.

import { gzipSync } from 'node:zlib';
import { sha256Hex } from '../../base/bytes.ts';
import { type EdgeReply, type EdgeRequest, hasAlready } from '../edge.ts';
import { type Catalog, products } from '../rpc/catalog.ts';
import { commandName, declaredErrors, permissionOf } from '../rpc/derive.ts';
import { parametersOf } from '../rpc/describe.ts';
import { encodeRequest } from '../rpc/encode.ts';
import { gatewayErrors } from '../rpc/errors.ts';
import type { Operation } from '../rpc/operation.ts';
import { jsonReply, securityHeaders } from './replies.ts';

export type ExplorerCatalog = ReturnType<typeof explorerCatalog>;

/** @param limitOf calls a second for an account and operation; 0 without a limit. */
export function explorerCatalog(catalog: Catalog, limitOf: (operation: string) => number) {
  return {
    products: products.map((product) => ({
      ...product,
      operations: [...(catalog.get(product.version)?.values() ?? [])].map((operation) =>
        explorerOperation(operation, limitOf),
      ),
    })),
    /** What every operation can be refused with. */
    errors: Object.entries(gatewayErrors).map(([code, { http, message }]) => ({ code, http, message })),
  };
}

function explorerOperation(operation: Operation, limitOf: (operation: string) => number) {
  const { name, summary, notes, releases, accessLevel, request, answer, example } = operation;
  return {
    name,
    summary,
    notes,
    releases,
    accessLevel,
    commandName: commandName(operation),
    permission: permissionOf(operation),
    limit: limitOf(name),
    /** JSON Schema 2020-12; `x-wire: json` marks an object that travels as one JSON text. */
    request,
    answer,
    parameters: parametersOf(request),
    answerFields: parametersOf(answer),
    errors: declaredErrors(operation),
    example: {
      request: example.request,
      /** The same as wire parameters. */
      parameters: encodeRequest(request, example.request),
      answer: example.answer,
    },
  };
}

/** Made once: nothing in it changes while the service runs. */
export function catalogReplies(catalog: ExplorerCatalog): (request: EdgeRequest) => EdgeReply {
  const text = JSON.stringify(catalog);
  const zipped = gzipSync(text);
  const etag = `"${sha256Hex(text).slice(0, 32)}"`;
  const caching = { etag, 'cache-control': 'private, no-cache', vary: 'accept-encoding' };
  return (request) => {
    if (hasAlready(request, etag)) return { status: 304, headers: { ...securityHeaders, ...caching }, body: '' };
    const reply = jsonReply(200, {}, caching);
    const takesGzip = /\bgzip\b/.test(request.headers.only('accept-encoding') ?? '');
    return takesGzip
      ? { ...reply, headers: { ...reply.headers, 'content-encoding': 'gzip' }, body: zipped }
      : { ...reply, body: text };
  };
}
