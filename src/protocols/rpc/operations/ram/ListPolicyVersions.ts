import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { knownPolicy, noPolicy } from './known.ts';
import { listOf } from './paging.ts';
import { policyName, policyType } from './parameters.ts';
import { versionView, versionViewOf } from './policy-view.ts';
import { ofPolicy } from './resources.ts';

export const ListPolicyVersions = operation(ram, {
  name: 'ListPolicyVersions',
  summary: 'Lists the versions of a policy, oldest first.',
  notes: [],
  accessLevel: 'list',
  resource: ofPolicy,
  request: Type.Object({ PolicyName: policyName(), PolicyType: policyType }),
  answer: Type.Object({ PolicyVersions: listOf('PolicyVersion', Type.Object(versionView), 'The versions.') }),
  refusals: [noPolicy],
  example: {
    request: { PolicyName: 'read-status', PolicyType: 'Custom' },
    answer: { PolicyVersions: { PolicyVersion: [exampleOf(versionView)] } },
  },
  handle: ({ PolicyName, PolicyType }, { account }, { directory }) => {
    knownPolicy(directory, { account, name: PolicyName, type: PolicyType });
    return { PolicyVersions: { PolicyVersion: directory.policyVersions(account, PolicyName).map(versionViewOf) } };
  },
});
