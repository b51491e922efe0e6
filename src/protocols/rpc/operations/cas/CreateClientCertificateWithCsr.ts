import { Type } from 'typebox';
import { alternativeNamesOf, keyOf, subjectPartsOf } from '../../../../registry/certification-request.ts';
import { issueEndEntity } from '../../../../registry/end-entities.ts';
import { profileOf } from '../../../../registry/profile.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerText } from '../shapes.ts';
import { csrExample, csrParameter, requestOf } from './csr-parameter.ts';
import {
  endEntityAnswer,
  endEntityExampleAnswer,
  endEntityParameters,
  endEntityRefusals,
  endEntityReply,
  endEntitySubject,
  requestedEntityNotes,
} from './end-entity-parameters.ts';
import { sanParameters, sansMissedWhen, sansOf } from './san-parameters.ts';
import { algorithm, labelsOf, subjectNames } from './shapes.ts';
import { validityMissedWhen, validityOf } from './validity-parameters.ts';

export const CreateClientCertificateWithCsr = operation(cas, {
  name: 'CreateClientCertificateWithCsr',
  summary: "Issues a client certificate for the key of the caller's certification request.",
  notes: [
    ...requestedEntityNotes,
    'The subject alternative names are those of SanType and SanValue, and where left out those of the request.',
    'SanValue by SanType: 0 an OID and a value, 1.2.3;UTF8:text (short 1.2.3:text), 1.2.3;IA5:text or 1.2.3;DER:0c0161; 1 an e-mail address; 2 a host name; 3 the hexadecimal DER of an ORAddress; 4 a distinguished name, C=CN;O=Example;CN=a; 5 a name, or assigner;name; 6 a URI; 7 an IP address; 8 an OID.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    ...endEntityParameters,
    ...csrParameter,
    CommonName: Type.Optional(subjectNames.commonName('Subject CN, where the request has none.', 'device-4711')),
    Algorithm: Type.Optional(algorithm),
    ...sanParameters(
      [0, 1, 2, 3, 4, 5, 6, 7, 8],
      'Kind of SanValue by its number in GeneralName (RFC 5280 §4.2.1.6): 0 otherName, 1 e-mail addresses, 2 host names, 3 x400Address, 4 directoryName, 5 ediPartyName, 6 URIs, 7 IP addresses, 8 registeredID.',
    ),
  }),
  answer: Type.Object({
    ...endEntityAnswer.properties,
    CertKmcRep1: answerText('Of a key management centre, which there is none here: always empty.', ''),
    CertSignBufKmc: answerText('Of a key management centre, which there is none here: always empty.', ''),
  }),
  refusals: [...endEntityRefusals, 'csr-refused'],
  missedWhen: { ...validityMissedWhen, ...sansMissedWhen },
  example: {
    request: {
      ParentIdentifier: '271ae6bb538d538c70c01f81dd030001',
      Csr: csrExample,
      SanType: 1,
      SanValue: 'somebody@example.com',
      Days: 365,
      Immediately: 1,
    },
    answer: { ...endEntityExampleAnswer, CertKmcRep1: '', CertSignBufKmc: '' },
  },
  handle: async (request, { account, actor }, services) => {
    const csr = await requestOf(request, services);
    const issued = await issueEndEntity(
      {
        account,
        actor,
        kind: 'client',
        parent: request.ParentIdentifier,
        key: keyOf(csr),
        subject: { parts: subjectPartsOf(csr, endEntitySubject(request)) },
        ...profileOf('client', sansOf(request) ?? alternativeNamesOf(csr)),
        validity: validityOf(request),
        labels: labelsOf(request),
        withCrlAddress: request.EnableCrl === 1,
        inBackground: request.AsynchronousFlag === true,
      },
      services,
    );
    return { ...endEntityReply(issued, request), CertKmcRep1: '', CertSignBufKmc: '' };
  },
});
