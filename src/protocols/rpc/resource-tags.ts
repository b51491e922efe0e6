// The certificates and CAs a call is about, with their tags: looked up only for principals whose policies ask for them.

import { IsArray } from 'typebox';
import { askFor, type NamedPolicy } from '../../access/policy.ts';
import type { AccountId } from '../../base/journal-entry.ts';
import { maxTags } from '../../registry/model.ts';
import type { CertificateStore } from '../../registry/store.ts';
import type { Operation } from './operation.ts';
import { identifierOfInstance } from './operations/cas/authority-view.ts';
import type { Parameters } from './parameter-list.ts';
import { cas } from './product.ts';

/** By key. */
export type Tags = ReadonlyMap<string, string>;

/** More than a status call may ask about; beyond it nothing is looked up, which counts against the caller. */
const mostResources = 10_000;
const resourcesAtOnce = 100;

/** Kept by policy: it is another object when it says something else. */
const asking = new WeakMap<NamedPolicy, boolean>();

export function askForResourceTags(policies: readonly NamedPolicy[]): boolean {
  return policies.some(asksForResourceTags);
}

function asksForResourceTags(policy: NamedPolicy): boolean {
  let asks = asking.get(policy);
  if (asks === undefined) {
    asks = askFor([policy], 'acs:ResourceTag/');
    asking.set(policy, asks);
  }
  return asks;
}

/** Parameters that hold identifiers or instance ids: one, several with commas between, or a list of parameters. */
const byIdentifier = [
  'Identifier',
  'Identifiers',
  'ParentIdentifier',
  'CaIdentifier',
  'InstanceId',
  'Uuid',
  'InstanceUuid',
  'ResourceId',
];
/** Parameters that say what a call is about in another way. */
const otherwise = ['Id', 'Ids', 'ParentId', 'SerialNumber'];

/**
 * The resources a call names by identifier: what is to be read or changed, and the CA that is to issue. Each once; none
 * where it names any in another way, or does not say: then nothing is known of their tags.
 */
export function resourcesNamed({ product, request }: Operation, parameters: Parameters): readonly string[] {
  if (product !== cas) return [];
  const sent = (name: string) => (Object.hasOwn(request.properties, name) ? parameters.get(name) : undefined);
  if (otherwise.some(sent)) return [];
  const named: string[] = [];
  for (const name of byIdentifier) {
    const schema = request.properties[name];
    const value = sent(name);
    // As the operation will read it: what it passes over must not be judged in the place of what it takes.
    if (schema && IsArray(schema)) named.push(...elementsOf(name, parameters));
    else if (value) named.push(...value.split(',', mostResources + 1).map((each) => each.trim()));
  }
  return [...new Set(named.map(identifierOfInstance))];
}

function elementsOf(name: string, parameters: Parameters): readonly string[] {
  const elements: string[] = [];
  for (let index = 1; ; index++) {
    const element = parameters.get(`${name}.${index}`);
    if (element === undefined) return elements;
    elements.push(element);
  }
}

/** In the order named. What is not there, and what is another account's, has no tags; `undefined` for too many. */
export async function tagsOfResources(
  account: AccountId,
  identifiers: readonly string[],
  store: Pick<CertificateStore, 'listTags'>,
): Promise<readonly Tags[] | undefined> {
  if (identifiers.length > mostResources) return undefined;
  const found = new Map<string, Map<string, string>>(identifiers.map((identifier) => [identifier, new Map()]));
  for (let at = 0; at < identifiers.length; at += resourcesAtOnce) {
    const some = identifiers.slice(at, at + resourcesAtOnce);
    const { tags } = await store.listTags({ account, identifiers: some, limit: some.length * maxTags });
    for (const { identifier, key, value } of tags) found.get(identifier)?.set(key, value);
  }
  return [...found.values()];
}
