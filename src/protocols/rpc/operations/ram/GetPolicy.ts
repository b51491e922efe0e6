import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { known, knownPolicy, noPolicy } from './known.ts';
import { policyName, policyType } from './parameters.ts';
import { countedPolicyView, countedPolicyViewOf, versionView, versionViewOf } from './policy-view.ts';
import { ofPolicy } from './resources.ts';

const view = { ...countedPolicyView, PolicyDocument: versionView.PolicyDocument };

export const GetPolicy = operation(ram, {
  name: 'GetPolicy',
  summary: 'Shows a policy and the version of it that is in force.',
  notes: [],
  accessLevel: 'get',
  resource: ofPolicy,
  request: Type.Object({ PolicyName: policyName(), PolicyType: policyType }),
  answer: Type.Object({ Policy: Type.Object(view), DefaultPolicyVersion: Type.Object(versionView) }),
  refusals: [noPolicy],
  example: {
    request: { PolicyName: 'read-status', PolicyType: 'Custom' },
    answer: { Policy: exampleOf(view), DefaultPolicyVersion: exampleOf(versionView) },
  },
  handle: ({ PolicyName, PolicyType }, { account }, { directory }) => {
    const policy = knownPolicy(directory, { account, name: PolicyName, type: PolicyType });
    const version = directory.policyVersions(account, PolicyName).find(({ isDefault }) => isDefault);
    return {
      Policy: { ...countedPolicyViewOf(policy), PolicyDocument: policy.document },
      DefaultPolicyVersion: versionViewOf(known(version, 'policy version', policy.defaultVersion)),
    };
  },
});
