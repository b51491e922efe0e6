import { Type } from 'typebox';
import { label } from '../../../../registry/labels.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { noAnswer, text } from '../shapes.ts';
import { clientTokenOf, clientTokenParameter } from './client-token.ts';
import { identifier, labelParameters, labelsOf } from './shapes.ts';

export const UpdatePcaCertificate = operation(cas, {
  name: 'UpdatePcaCertificate',
  summary: 'Changes alias, tags and resource group of a certificate or CA.',
  notes: ['What is left out stays as it is. Tags that are given replace all that are there.'],
  accessLevel: 'update',
  request: Type.Object({
    ...clientTokenParameter,
    Identifier: identifier('Identifier of the certificate or CA.'),
    AliasName: Type.Optional(text(128, 'A name for people.', 'gateway of the north wing')),
    ...labelParameters,
  }),
  answer: noAnswer,
  refusals: ['certificate-not-found', 'client-token-mismatch'],
  example: {
    request: { Identifier: '160ae6bb538d538c70c01f81dcf20001', AliasName: 'gateway of the north wing' },
    answer: {},
  },
  handle: async (request, { account, actor }, { store, clock }) => {
    const { aliasName, resourceGroupId, tags } = labelsOf(request);
    await label(
      {
        account,
        actor,
        identifiers: [request.Identifier],
        change: {
          ...(aliasName !== undefined && { aliasName }),
          ...(resourceGroupId !== undefined && { resourceGroupId }),
          ...(tags && { tags: { replace: tags } }),
        },
        clientToken: clientTokenOf('UpdatePcaCertificate', request),
      },
      { store, clock },
    );
    return {};
  },
});
