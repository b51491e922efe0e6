import { Type } from 'typebox';
import {
  type DenyingStatement,
  diagnosticSeconds,
  MAX_DIAGNOSTIC_LENGTH,
  openDiagnosis,
} from '../../../../access/diagnostic-message.ts';
import { toSeconds } from '../../../../base/time.ts';
import { policyTypes, principalTypes } from '../../access-denied.ts';
import { invalid } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { ram } from '../../product.ts';

const hours = diagnosticSeconds / 3600;

export const DecodeDiagnosticMessage = operation(ram, {
  name: 'DecodeDiagnosticMessage',
  summary: 'Tells why a call was refused, from the message that came with the refusal.',
  notes: [
    'The message is the EncodedDiagnosticMessage in the AccessDeniedDetail of a NoPermission error.',
    `It can be decoded for ${hours} hours, and only in the account of whoever was refused.`,
    'StatementIndex is an extension: the vendor names the policy only.',
  ],
  accessLevel: 'get',
  request: Type.Object({
    EncodedDiagnosticMessage: Type.String({
      minLength: 1,
      maxLength: MAX_DIAGNOSTIC_LENGTH,
      description: 'The message as it came with the refusal.',
      examples: ['AQEAAAAAaX…'],
      'x-flaws': ['value'],
    }),
  }),
  answer: Type.Object({
    DecodedDiagnosticMessage: Type.Object(
      {
        ExplicitDeny: Type.Boolean({
          description: 'Whether a statement denied it; otherwise none allowed it.',
          examples: [true],
        }),
        NoPermissionPolicyType: Type.Enum([...Object.values(policyTypes)], {
          type: 'string',
          description:
            'What refused: the policies of the caller, the policy of the session, or the trust policy of the role.',
          examples: ['AccountLevelIdentityBasedPolicy'],
        }),
        AuthAction: Type.String({ description: 'The action asked for.', examples: ['yundun-cert:ListCert'] }),
        AuthResource: Type.String({ description: 'The resource asked for: an ARN, or `*`.', examples: ['*'] }),
        AuthPrincipal: Type.Object(
          {
            AuthPrincipalType: Type.Enum([...Object.values(principalTypes)], {
              type: 'string',
              description: 'SubUser for a user, AssumedRoleUser for a session of a role.',
              examples: ['SubUser'],
            }),
            AuthPrincipalOwnerId: Type.String({ description: 'Its account.', examples: ['8771310297302945'] }),
            AuthPrincipalDisplayName: Type.String({
              description: 'Id of the user, or role and session.',
              examples: ['984246074616265212'],
            }),
          },
          { description: 'Who was refused.' },
        ),
        AuthConditions: Type.Array(
          Type.Object({
            ConditionKey: Type.String({ description: 'Key of a condition.', examples: ['acs:SourceIp'] }),
            ConditionValues: Type.Array(
              Type.String({ description: 'What the call had for it.', examples: ['192.0.2.7'] }),
            ),
          }),
          { description: 'What conditions could ask about the call.' },
        ),
        MatchedPolicies: Type.Array(
          Type.Object({
            PolicyIdentifier: Type.String({ description: 'Name of the policy.', examples: ['nobody-lists'] }),
            PolicyType: Type.Enum(['Custom', 'System'], {
              type: 'string',
              description: 'Custom or System.',
              examples: ['Custom'],
            }),
            PolicyVersion: Type.Optional(
              Type.String({ description: 'Its version, if it has versions.', examples: ['v1'] }),
            ),
            Effect: Type.Enum(['Deny'], { type: 'string', description: 'Deny.', examples: ['Deny'] }),
            AttachedEntityType: Type.Enum(['RamUser', 'RamGroup', 'RamRole'], {
              type: 'string',
              description: 'What it is attached to.',
              examples: ['RamUser'],
            }),
            AttachedScope: Type.Enum(['Account'], {
              type: 'string',
              description: 'Where it holds: in the whole account.',
              examples: ['Account'],
            }),
            StatementIndex: Type.Integer({
              description: 'Place of the statement in the policy, counted from 0. An extension.',
              examples: [0],
            }),
          }),
          { description: 'The policy that denied; none where none allowed.' },
        ),
      },
      { description: 'The reasons.' },
    ),
  }),
  refusals: [],
  example: {
    request: { EncodedDiagnosticMessage: 'AQEAAAAAaX…' },
    answer: {
      DecodedDiagnosticMessage: {
        ExplicitDeny: true,
        NoPermissionPolicyType: 'AccountLevelIdentityBasedPolicy',
        AuthAction: 'yundun-cert:ListCert',
        AuthResource: '*',
        AuthPrincipal: {
          AuthPrincipalType: 'SubUser',
          AuthPrincipalOwnerId: '8771310297302945',
          AuthPrincipalDisplayName: '984246074616265212',
        },
        AuthConditions: [{ ConditionKey: 'acs:SourceIp', ConditionValues: ['192.0.2.7'] }],
        MatchedPolicies: [
          {
            PolicyIdentifier: 'nobody-lists',
            PolicyType: 'Custom',
            PolicyVersion: 'v1',
            Effect: 'Deny',
            AttachedEntityType: 'RamUser',
            AttachedScope: 'Account',
            StatementIndex: 0,
          },
        ],
      },
    },
  },
  handle: ({ EncodedDiagnosticMessage: message }, { account }, { clock, diagnostics }) => {
    const diagnosis = openDiagnosis(message, { account, now: toSeconds(clock.now()), sealing: diagnostics });
    if (diagnosis === 'foreign') {
      throw invalid('EncodedDiagnosticMessage', 'is not one of a refusal in this account, or was altered');
    }
    if (diagnosis === 'expired') {
      throw invalid('EncodedDiagnosticMessage', `is more than ${hours} hours old; make the call again`);
    }
    const { action, resource, principal, decidedBy, deniedBy, facts } = diagnosis;
    return {
      DecodedDiagnosticMessage: {
        ExplicitDeny: deniedBy !== undefined,
        NoPermissionPolicyType: policyTypes[decidedBy],
        AuthAction: action,
        AuthResource: resource,
        AuthPrincipal: {
          AuthPrincipalType: principalTypes[principal.kind],
          AuthPrincipalOwnerId: principal.owner,
          AuthPrincipalDisplayName: principal.name,
        },
        AuthConditions: facts.map(({ key, values }) => ({ ConditionKey: key, ConditionValues: [...values] })),
        MatchedPolicies: deniedBy === undefined ? [] : [matchedPolicy(deniedBy)],
      },
    };
  },
});

const entityTypes = { user: 'RamUser', group: 'RamGroup', role: 'RamRole' } as const;

function matchedPolicy({ policy, kind, version, statement, attachedTo }: DenyingStatement) {
  return {
    PolicyIdentifier: policy,
    PolicyType: kind === 'custom' ? 'Custom' : 'System',
    ...(version !== undefined && { PolicyVersion: version }),
    Effect: 'Deny',
    AttachedEntityType: entityTypes[attachedTo],
    AttachedScope: 'Account',
    StatementIndex: statement,
  } as const;
}
