import { Type } from 'typebox';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { serialNumberList } from './serial-number-list.ts';
import { listSize, statusAnswer } from './status-answer.ts';
import { statusesOf } from './statuses-by-serial-number.ts';

export const DescribeClientCertificateStatusForSerialNumber = operation(cas, {
  name: 'DescribeClientCertificateStatusForSerialNumber',
  summary: 'Tells for one or many serial numbers whether the certificate is good, revoked or unknown.',
  notes: [
    'Serial numbers are compared as integers: case, leading zeros and colons do not matter. Blanks around commas are ignored.',
    'Each is echoed as it was sent. A repeated serial number is answered each time.',
    'Certificates of CAs are answered like those of clients and servers.',
    'A deleted certificate stays revoked; an expired one that was never revoked stays good, for good means not revoked.',
    'Serial numbers of other accounts are unknown.',
  ],
  accessLevel: 'get',
  sizeOf: (parameters) => listSize(parameters.get('SerialNumber')),
  request: Type.Object({ SerialNumber: serialNumberList }),
  answer: statusAnswer,
  refusals: [],
  example: {
    request: { SerialNumber: '62b2b943a32d96883a6650e672ea0276,084bde9cd233f0ddae33adc438cfbbbd' },
    answer: {
      CertificateStatus: [
        { SerialNumber: '62b2b943a32d96883a6650e672ea0276', Status: 'good', RevokeTime: 0 },
        { SerialNumber: '084bde9cd233f0ddae33adc438cfbbbd', Status: 'revoked', RevokeTime: 1_767_225_600 },
      ],
    },
  },
  handle: ({ SerialNumber }, { account }, { statusIndex, statusRules }) =>
    statusesOf(SerialNumber, { account, statusIndex, statusRules }),
});
