import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { listElements, listSize, statusAnswer, statusEntry } from './status-answer.ts';

export const DescribeClientCertificateStatus = operation(cas, {
  name: 'DescribeClientCertificateStatus',
  summary: 'Tells for one or many certificate identifiers whether the certificate is good, revoked or unknown.',
  notes: [
    'An identifier that names no certificate of the account is answered unknown, with an empty SerialNumber: there is none to tell.',
    'A deleted certificate stays revoked.',
  ],
  accessLevel: 'get',
  sizeOf: (parameters) => listSize(parameters.get('Identifier')),
  request: Type.Object({
    Identifier: Type.String({
      description:
        'Identifiers of certificates, separated by commas; 1,000 of them unless the operator set another limit.',
      examples: ['160ae6bb538d538c70c01f81dcf20001'],
    }),
  }),
  answer: statusAnswer,
  refusals: [],
  example: {
    request: { Identifier: '160ae6bb538d538c70c01f81dcf20001' },
    answer: {
      CertificateStatus: [{ SerialNumber: '62b2b943a32d96883a6650e672ea0276', Status: 'good', RevokeTime: 0 }],
    },
  },
  handle: async ({ Identifier }, { account }, { store, statusIndex, statusRules }) => {
    const identifiers = listElements('Identifier', Identifier, statusRules);
    const subjects = await store.certificatesForStatus(account, identifiers);
    return {
      CertificateStatus: subjects.map((subject) =>
        subject
          ? statusEntry(
              subject.serialNumber,
              statusIndex.lookupIssuedBy(subject.issuer, account, subject.serialNumber),
              statusRules,
            )
          : statusEntry('', { status: 'unknown' }, statusRules),
      ),
    };
  },
});
