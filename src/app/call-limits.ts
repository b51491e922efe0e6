// How often an operation may be called: by the operator's settings, and by what he has set for one account.

import type { Directory } from '../access/directory.ts';
import type { Operation } from '../protocols/rpc/operation.ts';
import type { CallLimits } from '../protocols/rpc/throttle.ts';
import type { Config } from './config.ts';

/** What the operator has set for an account goes before what holds for all. */
export function callLimits(
  { qpsOf, apiQpsOf }: Pick<Config, 'qpsOf' | 'apiQpsOf'>,
  directory: Pick<Directory, 'callLimits'>,
): CallLimits<Operation> {
  return {
    ofAccount: (account, { name, action }) => {
      const limits = directory.callLimits(account);
      if (limits.size === 0) return qpsOf(name);
      return limits.get(action) ?? limits.get('*') ?? qpsOf(name);
    },
    ofAll: ({ name }) => apiQpsOf(name),
  };
}
