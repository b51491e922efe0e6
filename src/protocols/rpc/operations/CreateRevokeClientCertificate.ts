import { Type } from 'typebox';
import { revokeEndEntity } from '../../../registry/revocation.ts';
import { operation } from '../operation.ts';
import { identifier, noAnswer } from './shapes.ts';

export const CreateRevokeClientCertificate = operation({
  name: 'CreateRevokeClientCertificate',
  summary: 'Revokes a client or server certificate.',
  notes: [
    'Once this is answered the revocation is durable, and every status answer from then on says revoked.',
    'A revoked certificate can be taken out of the lists with DeleteClientCertificate.',
  ],
  accessLevel: 'create',
  request: Type.Object({ Identifier: identifier('Identifier of the certificate to revoke.') }),
  answer: noAnswer,
  refusals: ['certificate-not-found', 'already-revoked'],
  example: { request: { Identifier: '160ae6bb538d538c70c01f81dcf20001' }, answer: {} },
  handle: async ({ Identifier }, { account, actor }, { store, clock }) => {
    await revokeEndEntity({ account, actor, identifier: Identifier }, { store, clock });
    return {};
  },
});
