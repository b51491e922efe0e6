import { Type } from 'typebox';
import { arnOf, type Principal } from '../../../../access/principal.ts';
import { assertNever } from '../../../../base/assert-never.ts';
import { operation } from '../../operation.ts';
import { sts } from '../../product.ts';

export const GetCallerIdentity = operation(sts, {
  name: 'GetCallerIdentity',
  summary: 'Tells who is calling.',
  notes: [
    'No permission is asked for: whoever has a valid key may call it, and no policy can keep him from it.',
    'The ARN of a session is told with `assumed-role` here, and with `role` everywhere else, as upstream.',
  ],
  accessLevel: 'get',
  isOpenToAll: true,
  request: Type.Object({}),
  answer: Type.Object({
    IdentityType: Type.Enum(['Account', 'RAMUser', 'AssumedRoleUser'], {
      type: 'string',
      description: 'Account for the root of one, RAMUser for a user, AssumedRoleUser for a session of a role.',
      examples: ['RAMUser'],
    }),
    AccountId: Type.String({ description: 'The account the caller belongs to.', examples: ['8771310297302945'] }),
    PrincipalId: Type.String({
      description: 'Id of the account, of the user, or of the role with the name of the session.',
      examples: ['984246074616265212'],
    }),
    UserId: Type.Optional(
      Type.String({
        description: 'Id of the user, or of the account for its root; not there for a session.',
        examples: ['984246074616265212'],
      }),
    ),
    Arn: Type.String({
      description: 'ARN of the caller.',
      examples: ['acs:ram::8771310297302945:user/gateway'],
    }),
    RoleId: Type.Optional(
      Type.String({ description: 'Id of the role, for a session of one.', examples: ['344584339364951186'] }),
    ),
  }),
  refusals: [],
  example: {
    request: {},
    answer: {
      IdentityType: 'RAMUser',
      AccountId: '8771310297302945',
      PrincipalId: '984246074616265212',
      UserId: '984246074616265212',
      Arn: 'acs:ram::8771310297302945:user/gateway',
    },
  },
  handle: (_request, { principal }) => ({ ...identityOf(principal), AccountId: principal.account }),
});

function identityOf(principal: Principal) {
  switch (principal.kind) {
    case 'root': {
      const id = principal.account;
      return { IdentityType: 'Account', PrincipalId: id, UserId: id, Arn: arnOf(principal) } as const;
    }
    case 'user': {
      const id = principal.userId;
      return { IdentityType: 'RAMUser', PrincipalId: id, UserId: id, Arn: arnOf(principal) } as const;
    }
    case 'assumed-role': {
      const { account, role, roleId, session } = principal;
      return {
        IdentityType: 'AssumedRoleUser',
        PrincipalId: `${roleId}:${session}`,
        RoleId: roleId,
        Arn: `acs:ram::${account}:assumed-role/${role}/${session}`,
      } as const;
    }
    default:
      return assertNever(principal);
  }
}
