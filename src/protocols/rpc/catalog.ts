// The operations this service has. Whatever lists operations lists these: gateway, documents, command line, tests.

import { casOperations } from './cas-operations.ts';
import type { Operation } from './operation.ts';
import { cas, type Product, ram, sts } from './product.ts';
import { ramOperations } from './ram-operations.ts';
import { stsOperations } from './sts-operations.ts';

export type Operations = ReadonlyMap<string, Operation>;

/** By version of the API, which tells the product, and then by name. */
export type Catalog = ReadonlyMap<string, Operations>;

export const products: readonly Product[] = [cas, ram, sts];

export const catalog: Catalog = new Map([
  [cas.version, byName(casOperations)],
  [ram.version, byName(ramOperations)],
  [sts.version, byName(stsOperations)],
]);

export function operationsOf({ version }: Product): Operations {
  return catalog.get(version) ?? new Map();
}

/** An operation as people write it: by its name, and by `ram:TagResources` where two products have one of that name. */
export function findOperation(text: string): Operation | undefined {
  return findOperations(text)[0];
}

/** All that people can mean by it: a name alone stands for the operations of that name in every product. */
export function findOperations(text: string): readonly Operation[] {
  const [, ramCode, name = text] = /^([a-z-]+):(.*)$/.exec(text) ?? [];
  return products
    .filter((product) => ramCode === undefined || product.ramCode === ramCode)
    .flatMap((product) => operationsOf(product).get(name) ?? []);
}

function byName(operations: readonly Operation[]): Operations {
  return new Map(operations.map((operation) => [operation.name, operation]));
}
