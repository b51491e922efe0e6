import { Type } from 'typebox';
import { label } from '../../../../registry/labels.ts';
import { maxTags } from '../../../../registry/model.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import {
  identifiersOf,
  requiredRegion,
  resourceIds,
  resourceType,
  tagKey,
  tagsByKey,
  tagValue,
} from './resource-parameters.ts';

export const TagResources = operation(cas, {
  name: 'TagResources',
  summary: 'Gives tags to certificates and CAs.',
  notes: [
    'A tag whose key is there already gets the new value; the others stay.',
    'All resources get the tags, or none: one that is not found, or would have more than 20, refuses the call.',
  ],
  accessLevel: 'update',
  request: Type.Object({
    RegionId: requiredRegion,
    ResourceType: resourceType,
    ResourceId: resourceIds,
    Tag: Type.Array(Type.Object({ Key: tagKey, Value: Type.Optional(tagValue) }), {
      minItems: 1,
      maxItems: maxTags,
      description: 'Tags, sent as Tag.1.Key, Tag.1.Value, Tag.2.Key and so on.',
    }),
  }),
  answer: noAnswer,
  refusals: ['certificate-not-found', 'too-many-tags'],
  example: {
    request: {
      RegionId: 'cn-hangzhou',
      ResourceType: 'PcaCertificate',
      ResourceId: ['160ae6bb538d538c70c01f81dcf20001'],
      Tag: [{ Key: 'team', Value: 'gateway' }],
    },
    answer: {},
  },
  handle: async ({ ResourceId, Tag }, { account, actor }, { store, clock }) => {
    const change = { tags: { put: tagsByKey('Tag', Tag) } };
    await label({ account, actor, identifiers: identifiersOf(ResourceId), change }, { store, clock });
    return {};
  },
});
