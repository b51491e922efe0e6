import { Type } from 'typebox';
import { pageByName } from '../../../../access/listed.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { answerText, exampleOf, integer } from '../shapes.ts';
import { resourceNames, taggedType, tagList } from './parameters.ts';
import { hasTags, taggedOf } from './tags.ts';

const view = {
  ResourceName: answerText('Name of the role or policy.', 'deployer'),
  ResourceType: taggedType,
  TagKey: answerText('Key of the tag.', 'team'),
  TagValue: answerText('Value of the tag.', 'gateway'),
};

export const ListTagResources = operation(ram, {
  name: 'ListTagResources',
  summary: 'Lists tags of roles or policies, sorted by name and key.',
  notes: [
    'With ResourceNames, the tags of these; with Tag, those of the roles or policies that have all of these tags.',
    'A name that names nothing has no tags.',
  ],
  accessLevel: 'list',
  request: Type.Object({
    ResourceType: taggedType,
    ResourceNames: Type.Optional(resourceNames),
    Tag: Type.Optional(tagList('Tags that are asked for.')),
    NextToken: Type.Optional(
      Type.String({
        maxLength: 512,
        description: 'NextToken of the page before; left out for the first page.',
        examples: ['deployer team'],
        'x-rule': 'must be the NextToken of the page before',
        'x-flaws': ['length'],
      }),
    ),
    PageSize: Type.Optional(integer(1, 100, 'Entries on a page; 100 when left out.', 100)),
  }),
  answer: Type.Object({
    TagResources: Type.Array(Type.Object(view), { description: 'The page.' }),
    NextToken: Type.Optional(answerText('To be sent for the next page; left out on the last.', 'deployer team')),
  }),
  refusals: [],
  example: {
    request: { ResourceType: 'role', ResourceNames: ['deployer'] },
    answer: { TagResources: [exampleOf(view)] },
  },
  handle: ({ ResourceType, ResourceNames, Tag, NextToken, PageSize = 100 }, { account }, { directory }) => {
    const tags = taggedOf(directory, account, ResourceType)
      .filter((each) => (ResourceNames?.includes(each.name) ?? true) && hasTags(each.tags, Tag))
      .flatMap(({ name, tags }) =>
        tags.map(({ key, value }) => ({ ResourceName: name, ResourceType, TagKey: key, TagValue: value })),
      );
    const { page, marker } = pageByName(tags, ({ ResourceName, TagKey }) => `${ResourceName} ${TagKey}`, {
      ...(NextToken !== undefined && { marker: NextToken }),
      limit: PageSize,
    });
    return { TagResources: [...page], ...(marker !== undefined && { NextToken: marker }) };
  },
});
