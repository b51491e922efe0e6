import { Type } from 'typebox';
import type { ExtendedKeyUsage } from '../../../../pki/extensions.ts';
import { createSubordinate } from '../../../../registry/authorities.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { integer, oneOf } from '../shapes.ts';
import {
  authorityAnswer,
  authorityExample,
  authorityParameters,
  authorityReply,
  authoritySubject,
} from './authority-parameters.ts';
import { clientTokenOf, clientTokenParameter } from './client-token.ts';
import { algorithm, identifier, labelsOf } from './shapes.ts';

const extendedKeyUsages = [
  'serverAuth',
  'clientAuth',
  'codeSigning',
  'emailProtection',
  'timeStamping',
  'OCSPSigning',
] as const satisfies readonly ExtendedKeyUsage[];

export const CreateSubCACertificate = operation(cas, {
  name: 'CreateSubCACertificate',
  summary: 'Creates a subordinate CA, signed by a root CA of the account.',
  notes: [
    'Only subordinate CAs issue client and server certificates.',
    'It may not outlive its root. Years that end less than a day after the root are cut to its end, so that two CAs of the same years can be made one after the other.',
    'CertMaxTime is read as days: the vendor publishes no unit.',
    'Every CA publishes CRLs, with EnableCrl or without; CrlDay is their validity, 7 days where EnableCrl is not set.',
    'Extension: `CrlPartitions` is not among the parameters of the vendor. It spreads what this CA revokes over as many CRLs by serial number, so that relying parties of a large CA fetch a small one: each certificate with a CRL address names its own. It is for good, and so is the address of this service that is in force at the time.',
  ],
  accessLevel: 'create',
  request: Type.Object({
    ...authorityParameters,
    ...clientTokenParameter,
    Algorithm: algorithm,
    ParentIdentifier: identifier('Identifier of the root CA that signs.'),
    PathLenConstraint: Type.Optional(
      integer(0, 16, 'basicConstraints path length; 0 when left out, for it issues to clients and servers only.', 0),
    ),
    CertMaxTime: Type.Optional(integer(1, 36_500, 'Longest validity, in days, of what this CA issues.', 365)),
    EnableCrl: Type.Optional(Type.Boolean({ description: 'Whether this CA publishes CRLs.', examples: [true] })),
    CrlDay: Type.Optional(integer(1, 365, 'Validity of each CRL in days; 30 when left out.', 30)),
    CrlPartitions: Type.Optional(
      integer(1, 1000, 'Extension. Over how many CRLs what it revokes is spread; one for all when left out.', 16),
    ),
    ExtendedKeyUsages: Type.Optional(
      Type.Array(oneOf(extendedKeyUsages, 'Extended key usage by its name in RFC 5280.', 'clientAuth'), {
        maxItems: 100,
        description: 'Extended key usages the CA is restricted to, sent as ExtendedKeyUsages.1, .2 and so on.',
      }),
    ),
  }),
  answer: authorityAnswer,
  refusals: [
    'authority-not-found',
    'not-a-root',
    'authority-revoked',
    'algorithm-not-allowed',
    'algorithm-family-differs',
    'beyond-issuer',
    'quota-exhausted',
    'client-token-mismatch',
  ],
  example: {
    request: {
      ...authorityExample.request,
      CommonName: 'Example Device CA',
      Years: 5,
      Algorithm: 'RSA_2048',
      ParentIdentifier: '1a83bcbb89e562885e40aa0108f50001',
    },
    answer: authorityExample.answer,
  },
  handle: async (request, { account, actor }, services) => {
    const created = await createSubordinate(
      {
        account,
        actor,
        parent: request.ParentIdentifier,
        algorithm: request.Algorithm,
        subject: authoritySubject(request),
        years: request.Years,
        labels: labelsOf(request),
        clientToken: clientTokenOf('CreateSubCACertificate', request),
        extendedKeyUsages: [...new Set(request.ExtendedKeyUsages)],
        terms: {
          pathLength: request.PathLenConstraint ?? 0,
          ...(request.CertMaxTime !== undefined && { maxDays: request.CertMaxTime }),
          ...(request.EnableCrl === true && { crlDays: request.CrlDay ?? 30 }),
          ...(request.CrlPartitions !== undefined && {
            crlPartitions: { count: request.CrlPartitions, baseUrl: services.issuanceRules.publicUrl },
          }),
        },
      },
      services,
    );
    return authorityReply(created);
  },
});
