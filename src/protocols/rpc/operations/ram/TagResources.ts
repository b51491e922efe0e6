import { Type } from 'typebox';
import { changeTags } from '../../../../access/administration/tags.ts';
import { maxTagsOfResource } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { full, noPolicy, noRole } from './known.ts';
import { resourceNames, taggedType, tagList } from './parameters.ts';
import { ofTagged, tagsByKey } from './tags.ts';

export const TagResources = operation(ram, {
  name: 'TagResources',
  summary: 'Gives tags to roles or custom policies.',
  notes: [
    'A tag whose key is there already gets the new value; the others stay.',
    'All resources get the tags, or none. Permission is needed for each.',
  ],
  accessLevel: 'update',
  resource: ofTagged,
  request: Type.Object({ ResourceType: taggedType, ResourceNames: resourceNames, Tag: tagList('The tags.') }),
  answer: noAnswer,
  refusals: [noRole, noPolicy, full('tag', 'deployer', maxTagsOfResource)],
  example: {
    request: { ResourceType: 'role', ResourceNames: ['deployer'], Tag: [{ Key: 'team', Value: 'gateway' }] },
    answer: {},
  },
  handle: async ({ ResourceType, ResourceNames, Tag }, { account, actor }, { administration }) => {
    const change = { of: ResourceType, names: [...new Set(ResourceNames)], put: tagsByKey(Tag), removed: [] };
    await changeTags({ account, actor, ...change }, administration);
    return {};
  },
});
