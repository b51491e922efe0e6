import { Type } from 'typebox';
import { createRoot } from '../../../../registry/authorities.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import {
  authorityAnswer,
  authorityExample,
  authorityParameters,
  authorityReply,
  authoritySubject,
} from './authority-parameters.ts';
import { clientTokenOf, clientTokenParameter } from './client-token.ts';
import { algorithm, labelsOf } from './shapes.ts';

export const CreateRootCACertificate = operation(cas, {
  name: 'CreateRootCACertificate',
  summary: 'Creates a root CA: a key pair and a self-signed certificate.',
  notes: [
    'A root signs subordinate CAs and nothing else.',
    'The key never leaves the service; it is stored encrypted under the master key.',
  ],
  accessLevel: 'create',
  request: Type.Object({ ...authorityParameters, ...clientTokenParameter, Algorithm: Type.Optional(algorithm) }),
  answer: authorityAnswer,
  refusals: ['algorithm-not-allowed', 'client-token-mismatch'],
  example: authorityExample,
  handle: async (request, { account, actor }, services) => {
    const created = await createRoot(
      {
        account,
        actor,
        // Chosen: the vendor's own default is not published, only that it is an RSA one.
        algorithm: request.Algorithm ?? 'RSA_2048',
        subject: authoritySubject(request),
        years: request.Years,
        labels: labelsOf(request),
        clientToken: clientTokenOf('CreateRootCACertificate', request),
      },
      services,
    );
    return authorityReply(created);
  },
});
