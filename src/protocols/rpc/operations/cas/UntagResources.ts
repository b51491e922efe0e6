import { Type } from 'typebox';
import { label } from '../../../../registry/labels.ts';
import { maxTags } from '../../../../registry/model.ts';
import { missing } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { identifiersOf, requiredRegion, resourceIds, resourceType, tagKey } from './resource-parameters.ts';

export const UntagResources = operation(cas, {
  name: 'UntagResources',
  summary: 'Takes tags from certificates and CAs.',
  notes: [
    'A key that a resource does not have is passed over.',
    'All is looked at only when no TagKey is given; then it must be true.',
    'Of all resources, or of none: one that is not found refuses the call.',
  ],
  accessLevel: 'update',
  request: Type.Object({
    RegionId: requiredRegion,
    ResourceType: resourceType,
    ResourceId: resourceIds,
    TagKey: Type.Optional(
      Type.Array(tagKey, {
        maxItems: maxTags,
        description: 'Keys to take away, sent as TagKey.1, TagKey.2 and so on.',
      }),
    ),
    All: Type.Optional(Type.Boolean({ description: 'true: take all tags away.', examples: [false] })),
  }),
  answer: noAnswer,
  missedWhen: { TagKey: 'It was not sent, and All is not true.' },
  refusals: ['certificate-not-found'],
  example: {
    request: {
      RegionId: 'cn-hangzhou',
      ResourceType: 'PcaCertificate',
      ResourceId: ['160ae6bb538d538c70c01f81dcf20001'],
      TagKey: ['team'],
    },
    answer: {},
  },
  handle: async ({ ResourceId, TagKey, All }, { account, actor }, { store, clock }) => {
    if (!TagKey && All !== true) throw missing('TagKey');
    const change = { tags: { remove: TagKey ?? ('all' as const) } };
    await label({ account, actor, identifiers: identifiersOf(ResourceId), change }, { store, clock });
    return {};
  },
});
