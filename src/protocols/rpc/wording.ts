// How each product says that a parameter or a state does not allow a call.

import type { Refusal } from '../../base/refusal.ts';
import { type ParameterError, RpcError, type WireRefusal, wireRefusal } from './errors.ts';
import type { Product } from './product.ts';
import { ramParameterCode, ramRefusal } from './ram-errors.ts';
import { stsParameterCode } from './sts-errors.ts';

interface Wording {
  /** Code for a parameter that is missing or has this flaw. */
  readonly parameterCode: (parameter: string, problem: ParameterError['problem']) => string;
  readonly refusal: (refusal: Refusal, operation: string) => WireRefusal;
}

const certificates: Wording = {
  parameterCode: (parameter, problem) => (problem === 'missing' ? `Missing${parameter}` : `Invalid${parameter}`),
  refusal: wireRefusal,
};

const access: Wording = { parameterCode: ramParameterCode, refusal: ramRefusal };

const tokens: Wording = { parameterCode: stsParameterCode, refusal: ramRefusal };

const wordings: Readonly<Record<Product['code'], Wording>> = { cas: certificates, Ram: access, Sts: tokens };

/** @param product `undefined` before it is known which is called. */
export function wordingOf(product: Product | undefined): Wording {
  return product ? wordings[product.code] : certificates;
}

export function parameterError(
  product: Product | undefined,
  { parameter, problem, message }: ParameterError,
): RpcError {
  return new RpcError(wordingOf(product).parameterCode(parameter, problem), 400, message);
}
