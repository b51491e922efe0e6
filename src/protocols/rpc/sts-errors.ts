// What the token service says about parameters: the vendor's published codes (STS API reference, "AssumeRole").

import type { ParameterError } from './errors.ts';

/** `InvalidParameter.RoleArn`, `InvalidParameter.PolicySize`; a missing one is told as by every gateway. */
export function stsParameterCode(parameter: string, problem: ParameterError['problem']): string {
  switch (problem) {
    case 'missing':
      return `Missing${parameter}`;
    case 'malformed':
      return `InvalidParameter.${parameter}Grammar`;
    case 'length':
      return `InvalidParameter.${parameter}Size`;
    default:
      return `InvalidParameter.${parameter}`;
  }
}
