// The operations that threads beside the main one answer themselves: those that need nothing but the status index, and what
// a thread knows of who may do what.

import { bytesToLatin1 } from '../../base/bytes.ts';
import type { EdgeRequest } from '../../protocols/edge.ts';
import type { Catalog } from '../../protocols/rpc/catalog.ts';
import type { Operation } from '../../protocols/rpc/operation.ts';
import { DescribeClientCertificateStatusForSerialNumber } from '../../protocols/rpc/operations/cas/DescribeClientCertificateStatusForSerialNumber.ts';

export const ownOperations: readonly Operation[] = [DescribeClientCertificateStatusForSerialNumber];

/** Without the others, which take half a second and 20 MB to load. */
export const ownCatalog: Catalog = new Map(
  Array.from(
    Map.groupBy(ownOperations, ({ product }) => product.version),
    ([version, operations]) => [version, new Map(operations.map((operation) => [operation.name, operation]))],
  ),
);

/**
 * Whether the request is a call of one of them, as can be told before it is read. If this says so, the gateway finds such
 * a call in it or refuses it before it takes a nonce: it reads the headers where a request is signed there, and a parameter
 * may be given once only.
 */
export function callsOwnOperation({ path, headers, query, body }: EdgeRequest): boolean {
  if (path !== '/') return false;
  if (headers.has('authorization')) return isOwn(headers.only('x-acs-action'), headers.only('x-acs-version'));
  const form = body === 'too-large' || body.length === 0 ? query : `${query}&${bytesToLatin1(body)}`;
  return isOwn(actionIn(form), versionIn(form));
}

function isOwn(action: string | undefined, version: string | undefined): boolean {
  return action !== undefined && version !== undefined && ownCatalog.get(version)?.has(action) === true;
}

/** Only where it needs no decoding, which names and versions here do not. */
function actionIn(form: string): string | undefined {
  return /(?:^|&)Action=([A-Za-z]+)(?:&|$)/.exec(form)?.[1];
}

function versionIn(form: string): string | undefined {
  return /(?:^|&)Version=([\d-]+)(?:&|$)/.exec(form)?.[1];
}
