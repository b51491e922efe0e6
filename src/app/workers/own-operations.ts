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
  return isOwn(valueIn(form, 'Action'), valueIn(form, 'Version'));
}

function isOwn(action: string | undefined, version: string | undefined): boolean {
  return action !== undefined && version !== undefined && ownCatalog.get(version)?.has(action) === true;
}

/** Of the first parameter of this name, as it is spelled: what needs decoding is none of the names and versions here. */
function valueIn(form: string, name: string): string | undefined {
  const sought = `${name}=`;
  for (let at = form.indexOf(sought); at >= 0; at = form.indexOf(sought, at + 1)) {
    if (at > 0 && form[at - 1] !== '&') continue;
    const end = form.indexOf('&', at);
    return form.slice(at + sought.length, end < 0 ? form.length : end);
  }
  return undefined;
}
