// The operations that threads beside the main one answer themselves: those that need nothing but the status index, and what
// a thread knows of who may do what.

import { bytesToLatin1 } from '../../base/bytes.ts';
import type { EdgeRequest } from '../../protocols/edge.ts';
import type { Operation } from '../../protocols/rpc/operation.ts';
import { DescribeClientCertificateStatusForSerialNumber } from '../../protocols/rpc/operations/cas/DescribeClientCertificateStatusForSerialNumber.ts';

export const ownOperations: readonly Operation[] = [DescribeClientCertificateStatusForSerialNumber];

const names: ReadonlySet<string> = new Set(ownOperations.map(({ name }) => name));

/**
 * Whether the request is a call of one of them, as can be told before it is read. If this says so, the gateway finds such
 * a call in it or refuses it: it reads the header where a request is signed there, and a parameter may be given once only.
 */
export function callsOwnOperation({ path, headers, query, body }: EdgeRequest): boolean {
  if (path !== '/') return false;
  if (headers.has('authorization')) return names.has(headers.only('x-acs-action') ?? '');
  const action = actionIn(query) ?? (body === 'too-large' ? undefined : actionIn(bytesToLatin1(body)));
  return action !== undefined && names.has(action);
}

/** Only where it needs no decoding; the names above do not. */
function actionIn(form: string): string | undefined {
  return /(?:^|&)Action=([A-Za-z]+)(?:&|$)/.exec(form)?.[1];
}
