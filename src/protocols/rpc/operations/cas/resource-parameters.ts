// What the tag operations have in common: which resources they are about, and the tags.

import { Type } from 'typebox';
import { invalid } from '../../errors.ts';
import { oneOf, text } from '../shapes.ts';
import { identifierOfInstance } from './authority-view.ts';

export const resourceType = oneOf(
  ['instance', 'PcaCertificate'],
  'Kind of the resources. Both mean a certificate, of a CA or another: the vendor documents instance, its Terraform provider sends PcaCertificate.',
  'PcaCertificate',
);

const regionDescription = 'Region; taken and not looked at.';
export const requiredRegion = text(64, regionDescription, 'cn-hangzhou');
export const optionalRegion = Type.Optional(requiredRegion);

export const resourceId = text(
  96,
  'Identifier of a certificate or CA, or the instance id of a CA.',
  '160ae6bb538d538c70c01f81dcf20001',
);

/** As the vendor's tag service has it. */
export const maxResources = 50;

export const resourceIds = Type.Array(resourceId, {
  minItems: 1,
  maxItems: maxResources,
  description: `Up to ${maxResources}, sent as ResourceId.1, ResourceId.2 and so on.`,
});

export const tagKey = text(128, 'Tag key.', 'team');
export const tagValue = text(128, 'Tag value.', 'gateway');

/** Each resource once, by its certificate's identifier. */
export function identifiersOf(ids: readonly string[]): string[] {
  return [...new Set(ids.map(identifierOfInstance))];
}

/** @throws {ParameterError} for a key that is given twice: which of the two values would count is not for us to choose. */
export function tagsByKey(
  parameter: string,
  tags: readonly { readonly Key: string; readonly Value?: string }[],
): { readonly key: string; readonly value: string }[] {
  const keys = new Set<string>();
  for (const { Key } of tags) {
    if (keys.has(Key)) throw invalid(parameter, `has the key ${JSON.stringify(Key)} twice`);
    keys.add(Key);
  }
  return tags.map(({ Key, Value }) => ({ key: Key, value: Value ?? '' }));
}
