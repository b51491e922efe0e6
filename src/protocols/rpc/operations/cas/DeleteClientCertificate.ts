import { Type } from 'typebox';
import { deleteCertificate } from '../../../../registry/revocation.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { noAnswer } from '../shapes.ts';
import { identifier } from './shapes.ts';

export const DeleteClientCertificate = operation(cas, {
  name: 'DeleteClientCertificate',
  summary: 'Takes a revoked certificate, or a CA, out of the lists.',
  notes: [
    'A client, server or custom certificate must be revoked first. Its private key is erased; its status stays revoked, for somebody may still hold it.',
    'A CA (the Terraform provider deletes CAs with this operation) need not be: deleting revokes it, with the reason cessationOfOperation, and with it everything below it. Its key is kept to sign, over OCSP and in CRLs, that what it issued is revoked; nothing more is issued with it.',
  ],
  accessLevel: 'delete',
  request: Type.Object({ Identifier: identifier('Identifier of the certificate or CA to delete.') }),
  answer: noAnswer,
  refusals: ['certificate-not-found', 'not-revoked'],
  example: { request: { Identifier: '160ae6bb538d538c70c01f81dcf20001' }, answer: {} },
  handle: async ({ Identifier }, { account, actor }, { store, clock }) => {
    await deleteCertificate({ account, actor, identifier: Identifier }, { store, clock });
    return {};
  },
});
