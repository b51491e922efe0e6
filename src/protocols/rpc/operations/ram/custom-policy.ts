// What all operations that write custom policies and trust policies have in common.

import { PolicyError } from '../../../../access/policy-error.ts';
import { isReservedPolicyName, SYSTEM_POLICY_PREFIX, systemPolicies } from '../../../../access/system-policies.ts';
import { Refused } from '../../../../base/refusal.ts';
import { invalid } from '../../errors.ts';

/** @throws {ParameterError} `MalformedPolicyDocument`, saying where, for a document that is not understood. */
export async function writing<Result>(parameter: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof PolicyError) throw invalid(parameter, `is not understood at ${error.message}`, 'malformed');
    throw error;
  }
}

/** No account has written one of the reserved names. @throws {Refused} `does-not-exist` */
export function requireCustom(policy: string): void {
  if (isReservedPolicyName(policy)) throw new Refused({ kind: 'does-not-exist', what: 'policy', name: policy });
}

/** @throws {ParameterError} for a name that system policies have, or may have one day. */
export function refuseTakenBySystem(policy: string): void {
  if (systemPolicies.has(policy)) throw invalid('PolicyName', 'is that of a system policy');
  if (isReservedPolicyName(policy)) {
    throw invalid('PolicyName', `begins with ${SYSTEM_POLICY_PREFIX}, as those of system policies do`);
  }
}
