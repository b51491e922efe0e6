import { Type } from 'typebox';
import { issueEndEntity } from '../../../../registry/end-entities.ts';
import { profileOf } from '../../../../registry/profile.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { clientTokenOf, clientTokenParameter } from './client-token.ts';
import {
  endEntityAnswer,
  endEntityExampleAnswer,
  endEntityNotes,
  endEntityParameters,
  endEntityRefusals,
  endEntityReply,
  endEntitySubject,
} from './end-entity-parameters.ts';
import { sanParameters, sansMissedWhen, sansOf } from './san-parameters.ts';
import { algorithm, labelsOf, subjectNames } from './shapes.ts';
import { validityMissedWhen, validityOf } from './validity-parameters.ts';

export const CreateClientCertificate = operation(cas, {
  name: 'CreateClientCertificate',
  summary: 'Issues a client certificate with a key pair made here.',
  notes: endEntityNotes,
  accessLevel: 'create',
  request: Type.Object({
    ...endEntityParameters,
    ...clientTokenParameter,
    CommonName: Type.Optional(
      subjectNames.commonName('Subject CN: the person, device or program the certificate speaks for.', 'device-4711'),
    ),
    Algorithm: Type.Optional(algorithm),
    ...sanParameters([1, 6], 'Kind of SanValue: 1 e-mail addresses, 6 URIs.'),
  }),
  answer: endEntityAnswer,
  refusals: [...endEntityRefusals, 'algorithm-family-differs', 'client-token-mismatch'],
  missedWhen: { ...validityMissedWhen, ...sansMissedWhen },
  example: {
    request: {
      ParentIdentifier: '271ae6bb538d538c70c01f81dd030001',
      CommonName: 'device-4711',
      SanType: 1,
      SanValue: 'somebody@example.com',
      Days: 365,
      Immediately: 1,
    },
    answer: endEntityExampleAnswer,
  },
  handle: async (request, { account, actor }, services) => {
    const issued = await issueEndEntity(
      {
        account,
        actor,
        kind: 'client',
        parent: request.ParentIdentifier,
        key: request.Algorithm && { made: request.Algorithm },
        subject: { parts: endEntitySubject(request) },
        ...profileOf('client', sansOf(request) ?? []),
        validity: validityOf(request),
        labels: labelsOf(request),
        withCrlAddress: request.EnableCrl === 1,
        inBackground: request.AsynchronousFlag === true,
        clientToken: clientTokenOf('CreateClientCertificate', request),
      },
      services,
    );
    return endEntityReply(issued, request);
  },
});
