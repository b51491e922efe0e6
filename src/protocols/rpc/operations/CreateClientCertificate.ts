import { Type } from 'typebox';
import { type GeneralName, parseGeneralName } from '../../../pki/general-name.ts';
import { issueEndEntity } from '../../../registry/end-entities.ts';
import { profileOf } from '../../../registry/profile.ts';
import { invalid, missing } from '../errors.ts';
import { operation } from '../operation.ts';
import { clientTokenOf, clientTokenParameter } from './client-token.ts';
import {
  endEntityAnswer,
  endEntityExampleAnswer,
  endEntityNotes,
  endEntityParameters,
  endEntityReply,
  endEntitySubject,
} from './end-entity-parameters.ts';
import { algorithm, labelsOf, subjectNames, text } from './shapes.ts';
import { validityOf } from './validity-parameters.ts';

/** GeneralName choices (RFC 5280 §4.2.1.6) this operation takes. */
const sanTypes = new Map([
  [1, 'rfc822Name'],
  [6, 'uniformResourceIdentifier'],
] as const);

export const CreateClientCertificate = operation({
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
    SanType: Type.Optional(
      Type.Integer({
        enum: [1, 6],
        description: 'Kind of SanValue: 1 e-mail addresses, 6 URIs.',
        examples: [1],
      }),
    ),
    SanValue: Type.Optional(text(4096, 'Subject alternative names, separated by commas.', 'somebody@example.com')),
  }),
  answer: endEntityAnswer,
  refusals: [
    'authority-not-found',
    'not-a-subordinate',
    'authority-revoked',
    'algorithm-not-allowed',
    'algorithm-family-differs',
    'validity-refused',
    'beyond-issuer',
    'usage-not-allowed',
    'custom-identifier-taken',
    'quota-exhausted',
    'client-token-mismatch',
  ],
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
        ...profileOf('client', alternativeNames(request.SanType, request.SanValue)),
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

function alternativeNames(type: number | undefined, values: string | undefined): GeneralName[] {
  if (type === undefined && values === undefined) return [];
  if (type === undefined) throw missing('SanType');
  if (values === undefined) throw missing('SanValue');
  const kind = sanTypes.get(type as 1 | 6);
  if (kind === undefined) throw invalid('SanType', 'must be 1 or 6');
  return values.split(',').map((value, index) => {
    const name = parseGeneralName(kind, value.trim());
    if (!name) {
      const what = kind === 'rfc822Name' ? 'an e-mail address' : 'an absolute URI';
      throw invalid('SanValue', `is not ${what} at element ${index + 1}`);
    }
    return name;
  });
}
