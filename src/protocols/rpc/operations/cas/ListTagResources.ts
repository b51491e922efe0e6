import { Type } from 'typebox';
import { maxTags } from '../../../../registry/model.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf } from '../shapes.ts';
import { nextTokenOf, positionOf, tokenParameters } from './paging.ts';
import {
  identifiersOf,
  maxResources,
  requiredRegion,
  resourceId,
  resourceType,
  tagKey,
  tagValue,
} from './resource-parameters.ts';

const view = {
  ResourceId: answerText('Identifier of the certificate or CA.', '160ae6bb538d538c70c01f81dcf20001'),
  ResourceType: answerText('As it was asked for.', 'PcaCertificate'),
  TagKey: answerText('Tag key.', 'team'),
  TagValue: answerText('Tag value.', 'gateway'),
};

export const ListTagResources = operation(cas, {
  name: 'ListTagResources',
  summary: 'Lists tags of certificates and CAs.',
  notes: [
    'With ResourceId, the tags of these; with Tag, those of the certificates that have all of these tags; with neither, all there are.',
    'An identifier that names nothing has no tags.',
  ],
  accessLevel: 'list',
  request: Type.Object({
    RegionId: requiredRegion,
    ResourceType: resourceType,
    ResourceId: Type.Optional(
      Type.Array(resourceId, {
        maxItems: maxResources,
        description: `Up to ${maxResources}, sent as ResourceId.1, ResourceId.2 and so on.`,
      }),
    ),
    Tag: Type.Optional(
      Type.Array(Type.Object({ Key: tagKey, Value: Type.Optional(tagValue) }), {
        maxItems: maxTags,
        description:
          'Tags to look for, sent as Tag.1.Key, Tag.1.Value and so on; a key without a value finds any value.',
      }),
    ),
    ...tokenParameters(20),
  }),
  answer: Type.Object({
    Data: Type.Object({
      TagResources: Type.Object({
        TagResources: Type.Array(Type.Object(view), { description: 'The page.' }),
      }),
      NextToken: answerText('To be sent for the next page; empty on the last.', ''),
      MaxResults: answerNumber('Entries on a page.', 20),
    }),
  }),
  refusals: [],
  example: {
    request: {
      RegionId: 'cn-hangzhou',
      ResourceType: 'PcaCertificate',
      ResourceId: ['160ae6bb538d538c70c01f81dcf20001'],
    },
    answer: { Data: { TagResources: { TagResources: [exampleOf(view)] }, NextToken: '', MaxResults: 20 } },
  },
  handle: async (request, { account }, { store }) => {
    const { ResourceType, ResourceId, Tag = [], NextToken, MaxResults = 20 } = request;
    const identifiers = ResourceId && identifiersOf(ResourceId);
    const scope = { operation: 'ListTagResources', account, filter: [identifiers ?? null, Tag] };
    const { tags, more } = await store.listTags({
      account,
      ...(identifiers && { identifiers }),
      having: Tag.map(({ Key, Value }) => ({ key: Key, ...(Value !== undefined && { value: Value }) })),
      ...(NextToken && { after: placeOf(positionOf(scope, NextToken)) }),
      limit: MaxResults,
    });
    const last = tags.at(-1);
    return {
      Data: {
        TagResources: {
          TagResources: tags.map(({ identifier, key, value }) => ({
            ResourceId: identifier as string,
            ResourceType,
            TagKey: key,
            TagValue: value,
          })),
        },
        NextToken: more && last ? nextTokenOf(scope, `${last.identifier} ${last.key}`) : '',
        MaxResults,
      },
    };
  },
});

function placeOf(position: string): { readonly identifier: string; readonly key: string } {
  const blank = position.indexOf(' ');
  return { identifier: position.slice(0, blank), key: position.slice(blank + 1) };
}
