import { Type } from 'typebox';
import { deleteEndEntity } from '../../../registry/revocation.ts';
import { operation } from '../operation.ts';
import { identifier, noAnswer } from './shapes.ts';

export const DeleteClientCertificate = operation({
  name: 'DeleteClientCertificate',
  summary: 'Takes a revoked client or server certificate out of the lists and erases its private key.',
  notes: ['Only a revoked certificate can be deleted. Its status stays revoked: somebody may still hold it.'],
  accessLevel: 'delete',
  request: Type.Object({ Identifier: identifier('Identifier of the revoked certificate to delete.') }),
  answer: noAnswer,
  refusals: ['certificate-not-found', 'not-revoked'],
  example: { request: { Identifier: '160ae6bb538d538c70c01f81dcf20001' }, answer: {} },
  handle: async ({ Identifier }, { account, actor }, { store, clock }) => {
    await deleteEndEntity({ account, actor, identifier: Identifier }, { store, clock });
    return {};
  },
});
