// One call as the access log has it, by its request id: to whoever made it, and to those who may read the account's log.

import { Type } from 'typebox';
import { arnOf } from '../../access/principal.ts';
import type { AccessLine } from '../access-line.ts';
import { GetCallerIdentity } from '../rpc/operations/sts/GetCallerIdentity.ts';
import { allowsToo } from './allows-too.ts';
import { underOperation } from './under-operation.ts';

/** The operation that tells what others did. */
const othersAction = 'yundun-cert:ListCACertificateLog';

const request = Type.Object({
  RequestId: Type.String({
    pattern: '^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$',
    description: 'The RequestId of the call.',
  }),
});

/** `Found` says whether it is shown, and if not, whether that may be for want of `Needed` or because the log is long. */
export interface LoggedCallAnswer {
  readonly Found: 'found' | 'none' | 'notFarEnough' | 'noLog';
  readonly Call?: AccessLine;
  /** The action that is needed for calls of others; only where it is not allowed. */
  readonly Needed?: string;
}

/**
 * Under an operation that everybody may call: what one did oneself is no secret. For calls of others there is no difference
 * between one that is not shown and one that there is not.
 */
export const findLoggedCall = underOperation(
  GetCallerIdentity,
  request,
  async ({ RequestId }, call, services): Promise<LoggedCallAnswer> => {
    const seesOthers = allowsToo(othersAction, call, services);
    const needed = seesOthers ? {} : { Needed: othersAction };
    const found = await services.loggedCalls.find({
      requestId: RequestId.toUpperCase(),
      account: call.account,
      ...(!seesOthers && { principal: arnOf(call.principal) }),
    });
    if (typeof found === 'string') return { Found: found, ...needed };
    return { Found: 'found', Call: seesOthers ? found : withoutPolicies(found) };
  },
);

/** Which policy refused is for those who administer policies: the caller has a message for them, which only they can open. */
function withoutPolicies({ policy: _policy, statement: _statement, ...line }: AccessLine): AccessLine {
  return line;
}
