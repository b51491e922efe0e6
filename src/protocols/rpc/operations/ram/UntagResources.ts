import { Type } from 'typebox';
import { changeTags } from '../../../../access/administration/tags.ts';
import { missing } from '../../errors.ts';
import { jsonList } from '../../json-parameter.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { noPolicy, noRole } from './known.ts';
import { maxTags, resourceNames, taggedType, tagKey } from './parameters.ts';
import { ofTagged } from './tags.ts';

export const UntagResources = operation(ram, {
  name: 'UntagResources',
  summary: 'Takes tags away from roles or custom policies.',
  notes: ['A key that is not there is passed over. Permission is needed for each of the resources.'],
  accessLevel: 'update',
  resource: ofTagged,
  request: Type.Object({
    ResourceType: taggedType,
    ResourceNames: resourceNames,
    TagKeys: Type.Optional(jsonList(tagKey, maxTags, 'Keys of the tags.')),
    All: Type.Optional(
      Type.Boolean({
        description: 'Whether all tags are meant, where TagKeys is left out; false when left out.',
        examples: [false],
      }),
    ),
  }),
  answer: noAnswer,
  refusals: [noRole, noPolicy],
  missedWhen: { TagKeys: 'All is not true either, so that nothing is asked for.' },
  example: { request: { ResourceType: 'role', ResourceNames: ['deployer'], TagKeys: ['team'] }, answer: {} },
  handle: async ({ ResourceType, ResourceNames, TagKeys, All = false }, { account, actor }, { administration }) => {
    if (TagKeys === undefined && !All) throw missing('TagKeys');
    const removed = TagKeys ?? ('all' as const);
    const change = { of: ResourceType, names: [...new Set(ResourceNames)], put: [], removed };
    await changeTags({ account, actor, ...change }, administration);
    return {};
  },
});
