import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { listOf, pageAnswer, pageOf, pageParameters } from './paging.ts';
import { policyType, tagList } from './parameters.ts';
import { countedPolicyView, countedPolicyViewOf } from './policy-view.ts';
import { allPolicies } from './resources.ts';
import { hasTags, tagsView, tagsViewOf } from './tags.ts';

const view = { ...countedPolicyView, Tags: tagsView };

export const ListPolicies = operation(ram, {
  name: 'ListPolicies',
  summary: 'Lists system and custom policies, sorted by name.',
  notes: ['With Tag, those that have all of these tags.'],
  accessLevel: 'list',
  resource: allPolicies,
  request: Type.Object({
    PolicyType: Type.Optional(policyType),
    ...pageParameters,
    Tag: Type.Optional(tagList('Tags that are asked for.')),
  }),
  answer: Type.Object({ Policies: listOf('Policy', Type.Object(view), 'The page.'), ...pageAnswer }),
  refusals: [],
  example: {
    request: { PolicyType: 'Custom' },
    answer: { Policies: { Policy: [exampleOf(view)] }, IsTruncated: false },
  },
  handle: ({ PolicyType, Tag = [], ...asked }, { account }, { directory }) => {
    const listed = directory
      .policies(account)
      .filter(
        ({ kind, tags }) => (PolicyType === undefined || kind === PolicyType.toLowerCase()) && hasTags(tags, Tag),
      );
    const { page, position } = pageOf(listed, ({ name }) => name, asked);
    return {
      Policies: { Policy: page.map((policy) => ({ ...countedPolicyViewOf(policy), Tags: tagsViewOf(policy.tags) })) },
      ...position,
    };
  },
});
