import { Type } from 'typebox';
import { revokeAuthority } from '../../../registry/revocation.ts';
import { operation } from '../operation.ts';
import { identifier, noAnswer, oneOf } from './shapes.ts';

export const UpdateCACertificateStatus = operation({
  name: 'UpdateCACertificateStatus',
  summary: 'Revokes a root or subordinate CA.',
  notes: [
    'A revoked CA issues nothing more, and every certificate below it answers revoked from this moment.',
    'There is no way back.',
  ],
  accessLevel: 'update',
  request: Type.Object({
    Identifier: identifier('Identifier of the CA.'),
    Status: oneOf(['REVOKE'], 'The new status; REVOKE is the only one there is.', 'REVOKE'),
  }),
  answer: noAnswer,
  refusals: ['authority-not-found', 'already-revoked'],
  example: { request: { Identifier: '1a83bcbb89e562885e40aa0108f50001', Status: 'REVOKE' }, answer: {} },
  handle: async ({ Identifier }, { account, actor }, { store, clock }) => {
    await revokeAuthority({ account, actor, identifier: Identifier }, { store, clock });
    return {};
  },
});
