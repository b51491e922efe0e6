import { Type } from 'typebox';
import { revokeAuthority } from '../../../../registry/revocation.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { noAnswer, oneOf } from '../shapes.ts';
import { clientTokenOf, clientTokenParameter } from './client-token.ts';
import { identifier } from './shapes.ts';

export const UpdateCACertificateStatus = operation(cas, {
  name: 'UpdateCACertificateStatus',
  summary: 'Revokes a root or subordinate CA.',
  notes: [
    'A revoked CA issues nothing more, and every certificate below it answers revoked from this moment.',
    'There is no way back.',
  ],
  accessLevel: 'update',
  request: Type.Object({
    ...clientTokenParameter,
    Identifier: identifier('Identifier of the CA.'),
    Status: Type.Optional(
      oneOf(['REVOKE'], 'The new status; REVOKE is the only one there is, and what is meant when left out.', 'REVOKE'),
    ),
  }),
  answer: noAnswer,
  refusals: ['authority-not-found', 'already-revoked', 'client-token-mismatch'],
  example: { request: { Identifier: '1a83bcbb89e562885e40aa0108f50001', Status: 'REVOKE' }, answer: {} },
  handle: async (request, { account, actor }, { store, clock }) => {
    const clientToken = clientTokenOf('UpdateCACertificateStatus', request);
    await revokeAuthority({ account, actor, identifier: request.Identifier, clientToken }, { store, clock });
    return {};
  },
});
