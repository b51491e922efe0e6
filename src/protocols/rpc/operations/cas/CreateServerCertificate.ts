import { Type } from 'typebox';
import { issueEndEntity } from '../../../../registry/end-entities.ts';
import { profileOf } from '../../../../registry/profile.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import {
  endEntityAnswer,
  endEntityExampleAnswer,
  endEntityNotes,
  endEntityParameters,
  endEntityRefusals,
  endEntityReply,
  endEntitySubject,
} from './end-entity-parameters.ts';
import { domain, serverNamesOf } from './server-names.ts';
import { algorithm, labelsOf, subjectNames } from './shapes.ts';
import { validityMissedWhen, validityOf } from './validity-parameters.ts';

export const CreateServerCertificate = operation(cas, {
  name: 'CreateServerCertificate',
  summary: 'Issues a server certificate with a key pair made here.',
  notes: [
    ...endEntityNotes,
    'CommonName is a host name or an IP address and becomes the first subject alternative name: clients look nowhere else.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    ...endEntityParameters,
    CommonName: subjectNames.commonName('Subject CN: host name or IP address of the server.', 'www.example.com'),
    Algorithm: algorithm,
    Domain: Type.Optional(domain('Further host names')),
  }),
  answer: endEntityAnswer,
  refusals: [...endEntityRefusals, 'algorithm-family-differs'],
  missedWhen: validityMissedWhen,
  example: {
    request: {
      ParentIdentifier: '271ae6bb538d538c70c01f81dd030001',
      CommonName: 'www.example.com',
      Domain: 'example.com,192.0.2.1',
      Algorithm: 'RSA_2048',
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
        kind: 'server',
        parent: request.ParentIdentifier,
        key: { made: request.Algorithm },
        subject: { parts: endEntitySubject(request) },
        ...profileOf('server', serverNamesOf(request)),
        validity: validityOf(request),
        labels: labelsOf(request),
        withCrlAddress: request.EnableCrl === 1,
        inBackground: request.AsynchronousFlag === true,
      },
      services,
    );
    return endEntityReply(issued, request);
  },
});
