import { Type } from 'typebox';
import { assumeRole } from '../../../../access/assume-role.ts';
import { sessionSeconds } from '../../../../access/limits.ts';
import { PolicyError } from '../../../../access/policy-error.ts';
import { roleArn } from '../../../../access/principal.ts';
import { MAX_SESSION_POLICY_LENGTH, parseSessionPolicy } from '../../../../access/session-policy.ts';
import { assertNever } from '../../../../base/assert-never.ts';
import type { AccountId } from '../../../../base/journal-entry.ts';
import { formatUtc } from '../../../../base/time.ts';
import { accessDenied } from '../../access-denied.ts';
import { gatewayError, invalid } from '../../errors.ts';
import { operation } from '../../operation.ts';
import { sts } from '../../product.ts';

const roleArnForm = /^acs:ram::(\d{16}):role\/([A-Za-z0-9.-]{1,64})$/;
const { least, shortestMaximum, longestMaximum } = sessionSeconds;

export const AssumeRole = operation(sts, {
  name: 'AssumeRole',
  summary: 'Gives out temporary keys for a session of a role.',
  notes: [
    'Both must allow it: the policies of the caller, for the action sts:AssumeRole and the role as resource, and the trust policy of the role. The root of an account cannot assume roles.',
    'A role of another account can be assumed if its trust policy names the account of the caller, or the caller. A role that is not there is then answered like one that does not trust the caller.',
    'A session may do what the policies of the role allow at the moment of each call and, if Policy was sent, what that allows as well.',
    'The keys are accepted together with their token only, until they expire or the role is deleted. They are not stored and cannot be taken back one by one: detach the policies of the role, or delete it.',
  ],
  accessLevel: 'create',
  resource: (parameters, { account }) => {
    const arn = parameters.get('RoleArn');
    if (arn === undefined || roleArnForm.test(arn)) return arn;
    // No ARN of a role; whoever may assume every role of his account is told so.
    return roleArn(account, arn);
  },
  request: Type.Object({
    RoleArn: Type.String({
      pattern: roleArnForm.source,
      description: 'ARN of the role.',
      examples: ['acs:ram::8771310297302945:role/deployer'],
      'x-rule': 'must have the form acs:ram::<account>:role/<name>',
      'x-flaws': ['value'],
    }),
    RoleSessionName: Type.String({
      minLength: 2,
      maxLength: 64,
      pattern: '^[A-Za-z0-9.@_-]*$',
      description: 'Name of the session, by which the log and the journal tell who acted.',
      examples: ['alice'],
      'x-rule': 'must be 2 to 64 letters, digits, points, at signs, underscores and hyphens',
      'x-flaws': ['value'],
    }),
    DurationSeconds: Type.Optional(
      Type.Integer({
        minimum: least,
        maximum: longestMaximum,
        description: `How long the keys are valid, in seconds: from ${least} to what the role allows at most. ${shortestMaximum} when left out, and at most where a temporary key asks.`,
        examples: [3600],
        'x-flaws': ['value'],
      }),
    ),
    Policy: Type.Optional(
      Type.String({
        maxLength: MAX_SESSION_POLICY_LENGTH,
        description: `A policy that narrows what the session may do, at most ${MAX_SESSION_POLICY_LENGTH} characters.`,
        examples: ['{"Version":"1","Statement":[{"Effect":"Allow","Action":"yundun-cert:List*","Resource":"*"}]}'],
        'x-flaws': ['length', 'malformed'],
      }),
    ),
    ExternalId: Type.Optional(
      Type.String({
        minLength: 2,
        maxLength: 1224,
        pattern: '^[A-Za-z0-9_+=,.@:/-]*$',
        description: 'What the trust policy may ask for as sts:ExternalId.',
        examples: ['abcd1234'],
        'x-rule': 'must be 2 to 1,224 letters, digits and characters of _+=,.@:/-',
        'x-flaws': ['value'],
      }),
    ),
  }),
  answer: Type.Object({
    Credentials: Type.Object(
      {
        AccessKeyId: Type.String({
          description: 'Id of the temporary access key.',
          examples: ['STS.NUgYrLnoC37mZZCNnAbez'],
        }),
        AccessKeySecret: Type.String({
          description: 'What calls are signed with.',
          examples: ['CVwjCkNzTMupZ8NbTCxCBRq3K16jtcWFTJAyBEv2'],
        }),
        SecurityToken: Type.String({
          description: 'To be sent with every call. Its length is not fixed.',
          examples: ['AdeJ1uAGV…'],
        }),
        Expiration: Type.String({
          description: 'The moment from which on the keys are refused, UTC.',
          examples: ['2026-04-09T11:52:19Z'],
        }),
      },
      { description: 'The temporary keys.' },
    ),
    AssumedRoleUser: Type.Object(
      {
        Arn: Type.String({
          description: 'ARN of the session.',
          examples: ['acs:ram::8771310297302945:role/deployer/alice'],
        }),
        AssumedRoleId: Type.String({
          description: 'Id of the role, and name of the session.',
          examples: ['344584339364951186:alice'],
        }),
      },
      { description: 'The session.' },
    ),
  }),
  refusals: [{ kind: 'does-not-exist', what: 'role', name: 'deployer' }],
  example: {
    request: { RoleArn: 'acs:ram::8771310297302945:role/deployer', RoleSessionName: 'alice', DurationSeconds: 3600 },
    answer: {
      Credentials: {
        AccessKeyId: 'STS.NUgYrLnoC37mZZCNnAbez',
        AccessKeySecret: 'CVwjCkNzTMupZ8NbTCxCBRq3K16jtcWFTJAyBEv2',
        SecurityToken: 'AdeJ1uAGV…',
        Expiration: '2026-04-09T11:52:19Z',
      },
      AssumedRoleUser: {
        Arn: 'acs:ram::8771310297302945:role/deployer/alice',
        AssumedRoleId: '344584339364951186:alice',
      },
    },
  },
  handle: (request, { principal, actor, context }, services) => {
    const { RoleArn, RoleSessionName: session, DurationSeconds = shortestMaximum, Policy, ExternalId } = request;
    const [, account = '', role = ''] = roleArnForm.exec(RoleArn) ?? [];
    if (Policy !== undefined) checkPolicy(Policy);
    const asked = { ...context(), ...(ExternalId !== undefined && { externalId: ExternalId }) };
    const assumption = assumeRole(
      {
        principal,
        account: account as AccountId,
        role,
        session,
        seconds: DurationSeconds,
        context: asked,
        ...(Policy !== undefined && { policy: Policy }),
      },
      services,
    );
    switch (assumption.outcome) {
      case 'caller-is-root':
        throw gatewayError('NoPermission', 'Roles may not be assumed by root accounts.');
      case 'not-trusted': {
        const { decision } = assumption;
        const { requestId } = actor;
        const refused = { action: 'sts:AssumeRole', resource: RoleArn, principal, context: asked, requestId };
        throw accessDenied({ ...refused, decidedBy: 'trust', decision }, services);
      }
      case 'too-long':
        throw invalid('DurationSeconds', `must be at most the ${assumption.most} seconds that the role allows`);
      case 'assumed': {
        const { keys, expires, roleId } = assumption;
        return {
          Credentials: {
            AccessKeyId: keys.accessKeyId,
            AccessKeySecret: keys.accessKeySecret,
            SecurityToken: keys.securityToken,
            Expiration: formatUtc(expires),
          },
          AssumedRoleUser: {
            Arn: `${roleArn(account as AccountId, role)}/${session}`,
            AssumedRoleId: `${roleId}:${session}`,
          },
        };
      }
      default:
        return assertNever(assumption);
    }
  },
});

function checkPolicy(document: string): void {
  try {
    parseSessionPolicy(document);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw invalid('Policy', `is not understood: ${error.message}`, 'malformed');
  }
}
