import { Type } from 'typebox';
import { Refused } from '../../../../base/refusal.ts';
import { encodePem } from '../../../../pki/pem.ts';
import { chainOf } from '../../../../registry/authority-chain.ts';
import { isAuthorityKind } from '../../../../registry/model.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText } from '../shapes.ts';
import { certificateView, certificateViewExample, viewOf } from './certificate-view.ts';
import { identifier, pemExample, tagsAnswer, tagsOf } from './shapes.ts';

export const DescribeClientCertificate = operation(cas, {
  name: 'DescribeClientCertificate',
  summary: 'Shows one client or server certificate with its chain.',
  notes: ['A deleted certificate is not found, and neither is one of another account.'],
  accessLevel: 'get',
  request: Type.Object({ Identifier: identifier('Identifier of the client or server certificate.') }),
  answer: Type.Object({
    Certificate: Type.Object({
      ...certificateView,
      FullAlgorithm: answerText('Kind and size of the key.', 'RSA_2048'),
      CertChain: answerText('The certificate, the CA that issued it and the root, PEM.', pemExample),
      UploadFlag: answerNumber('1 when put into the inventory with UploadPcaCertToCas, else 0.', 0),
      Tags: tagsAnswer,
    }),
  }),
  refusals: ['certificate-not-found'],
  example: {
    request: { Identifier: '160ae6bb538d538c70c01f81dcf20001' },
    answer: {
      Certificate: {
        ...certificateViewExample,
        FullAlgorithm: 'RSA_2048',
        CertChain: pemExample,
        UploadFlag: 0,
        Tags: [{ TagKey: 'team', TagValue: 'gateway' }],
      },
    },
  },
  handle: async ({ Identifier }, { account }, { store }) => {
    const record = await store.certificate(account, Identifier);
    if (!record || isAuthorityKind(record.kind)) {
      throw new Refused({ kind: 'certificate-not-found', identifier: Identifier });
    }
    const chain = [record, ...(await chainOf(record, store))];
    return {
      Certificate: {
        ...viewOf(record),
        FullAlgorithm: record.keyAlgorithm,
        CertChain: chain.map(({ der }) => (der ? encodePem('CERTIFICATE', der) : '')).join(''),
        UploadFlag: record.uploadedAt === undefined ? 0 : 1,
        Tags: tagsOf(record.labels),
      },
    };
  },
});
