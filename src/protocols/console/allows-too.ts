// Whether the caller of one operation is allowed another as well, where an answer tells more to those who are.

import { evaluateSession } from '../../access/session-policy.ts';
import type { Services } from '../edge.ts';
import type { Call } from '../rpc/operation.ts';

/** @param action with the product in front; asked for everything the account holds. */
export function allowsToo(
  action: string,
  { principal, context }: Pick<Call, 'principal' | 'context'>,
  { directory }: Pick<Services, 'directory'>,
): boolean {
  if (principal.kind === 'root') return true;
  const sessionPolicy = principal.kind === 'assumed-role' ? principal.sessionPolicy : undefined;
  const asked = { action, resource: '*', context: context() };
  return evaluateSession(directory.policiesOf(principal), sessionPolicy, asked).decision.allowed;
}
