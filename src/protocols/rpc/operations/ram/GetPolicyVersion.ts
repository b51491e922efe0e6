import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf } from '../shapes.ts';
import { known, knownPolicy, noPolicy, noVersion } from './known.ts';
import { policyName, policyType, versionId } from './parameters.ts';
import { versionView, versionViewOf } from './policy-view.ts';
import { ofPolicy } from './resources.ts';

export const GetPolicyVersion = operation(ram, {
  name: 'GetPolicyVersion',
  summary: 'Shows a version of a policy.',
  notes: [],
  accessLevel: 'get',
  resource: ofPolicy,
  request: Type.Object({ PolicyName: policyName(), PolicyType: policyType, VersionId: versionId }),
  answer: Type.Object({ PolicyVersion: Type.Object(versionView) }),
  refusals: [noPolicy, noVersion],
  example: {
    request: { PolicyName: 'read-status', PolicyType: 'Custom', VersionId: 'v1' },
    answer: { PolicyVersion: exampleOf(versionView) },
  },
  handle: ({ PolicyName, PolicyType, VersionId }, { account }, { directory }) => {
    knownPolicy(directory, { account, name: PolicyName, type: PolicyType });
    const version = directory.policyVersions(account, PolicyName).find((each) => each.version === VersionId);
    return { PolicyVersion: versionViewOf(known(version, 'policy version', VersionId)) };
  },
});
