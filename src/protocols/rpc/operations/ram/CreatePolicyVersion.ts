import { Type } from 'typebox';
import { createPolicyVersion } from '../../../../access/administration/policies.ts';
import { maxVersionsOfPolicy } from '../../../../access/limits.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';
import { exampleOf, oneOf } from '../shapes.ts';
import { requireCustom, writing } from './custom-policy.ts';
import { full, known, noPolicy } from './known.ts';
import { policyDocument, policyDocumentExample, policyName } from './parameters.ts';
import { versionView, versionViewOf } from './policy-view.ts';
import { ofCustomPolicy } from './resources.ts';

export const CreatePolicyVersion = operation(ram, {
  name: 'CreatePolicyVersion',
  summary: 'Writes another version of a custom policy.',
  notes: ['It is in force only as the default version: SetAsDefault, or SetDefaultPolicyVersion later.'],
  accessLevel: 'create',
  resource: ofCustomPolicy,
  request: Type.Object({
    PolicyName: policyName(),
    PolicyDocument: policyDocument,
    SetAsDefault: Type.Optional(
      Type.Boolean({ description: 'Whether it is in force at once; false when left out.', examples: [true] }),
    ),
    RotateStrategy: Type.Optional(
      oneOf(
        ['None', 'DeleteOldestNonDefaultVersionWhenLimitExceeded'],
        'Whether the oldest version that is not the default makes room where there are as many as there may be; None when left out.',
        'None',
      ),
    ),
  }),
  answer: Type.Object({ PolicyVersion: Type.Object(versionView) }),
  refusals: [noPolicy, full('policy version', 'read-status', maxVersionsOfPolicy)],
  example: {
    request: { PolicyName: 'read-status', PolicyDocument: policyDocumentExample, SetAsDefault: true },
    answer: { PolicyVersion: { ...exampleOf(versionView), VersionId: 'v2' } },
  },
  handle: async (request, { account, actor }, { administration, directory }) => {
    const { PolicyName, PolicyDocument, SetAsDefault = false, RotateStrategy = 'None' } = request;
    requireCustom(PolicyName);
    const { version } = await writing('PolicyDocument', () =>
      createPolicyVersion(
        {
          account,
          actor,
          policy: PolicyName,
          document: PolicyDocument,
          setAsDefault: SetAsDefault,
          rotate: RotateStrategy !== 'None',
        },
        administration,
      ),
    );
    const written = directory.policyVersions(account, PolicyName).find((each) => each.version === version);
    return { PolicyVersion: versionViewOf(known(written, 'policy version', version)) };
  },
});
