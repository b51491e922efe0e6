import { Type } from 'typebox';
import { Refused } from '../../../../base/refusal.ts';
import { encodePem } from '../../../../pki/pem.ts';
import { chainOf } from '../../../../registry/authority-chain.ts';
import { completeScope, crlAddress, crlDaysOf } from '../../../../registry/crl-scopes.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf, oneOf } from '../shapes.ts';
import { authorityView, authorityViewOf, countsOf, issuerTypeOf } from './authority-view.ts';
import { identifier, pemExample, tagsAnswer, tagsOf } from './shapes.ts';

const view = {
  ...authorityView,
  FullAlgorithm: answerText('Kind and size of the key.', 'RSA_2048'),
  IssuerType: oneOf(
    ['local', 'external'],
    'local: its key is held here. external: its key is held elsewhere.',
    'local',
  ),
  CaCertChain: answerText('The CA certificate and the root above it, PEM.', pemExample),
  CertTotalCount: answerNumber('How many certificates it may issue; 2147483647 for no limit.', 2_147_483_647),
  CertIssuedCount: answerNumber('How many it has issued, revoked and deleted ones included.', 10),
  CertRemainingCount: answerNumber('How many it may still issue.', 2_147_483_637),
  CertMaxTime: answerNumber('Longest validity of what it issues, in days; 0 for no limit of its own.', 0),
  CrlStatus: oneOf(
    ['ACTIVE', 'INACTIVE'],
    'ACTIVE where its CRLs are published here, as for every CA with its key here.',
    'ACTIVE',
  ),
  CrlUrl: answerText('Address of its CRL.', 'http://pki.example/crl/1a83bcbb89e562885e40aa0108f50001.crl'),
  CrlDay: answerNumber('Validity of each CRL, in days.', 7),
  ClusterId: answerText('Cluster of security modules that holds the key; empty, for there is none.', ''),
  KeyIndex: answerNumber('Slot of the key in the cluster; 0.', 0),
  ResourceGroupId: answerText('Resource group, empty if there is none.', ''),
  Tags: tagsAnswer,
};

export const DescribeCACertificate = operation(cas, {
  name: 'DescribeCACertificate',
  summary: 'Shows one root, subordinate or external CA with its chain, its quota and its CRL.',
  notes: [
    'A deleted CA is not found, and neither is one of another account.',
    'Sans is empty: CAs have no such names.',
  ],
  accessLevel: 'get',
  request: Type.Object({ Identifier: identifier('Identifier of the CA.') }),
  answer: Type.Object({
    Certificate: Type.Object(view),
    Years: answerNumber('Validity in years, as in Certificate.', 10),
  }),
  refusals: ['authority-not-found'],
  example: {
    request: { Identifier: '1a83bcbb89e562885e40aa0108f50001' },
    answer: {
      Certificate: { ...exampleOf(view), Tags: [{ TagKey: 'team', TagValue: 'gateway' }] },
      Years: 10,
    },
  },
  handle: async ({ Identifier }, { account }, { store, issuanceRules }) => {
    const record = await store.authority(account, Identifier);
    if (!record) throw new Refused({ kind: 'authority-not-found', identifier: Identifier });
    const chain = await chainOf(record, store);
    const isHere = record.kind !== 'external';
    const shown = authorityViewOf(record);
    return {
      Certificate: {
        ...shown,
        ...countsOf(record),
        FullAlgorithm: record.keyAlgorithm,
        IssuerType: issuerTypeOf(record),
        CaCertChain: chain.map(({ der }) => encodePem('CERTIFICATE', der)).join(''),
        CertMaxTime: record.terms.maxDays ?? 0,
        CrlStatus: isHere ? ('ACTIVE' as const) : ('INACTIVE' as const),
        CrlUrl: isHere ? crlAddress(issuanceRules.publicUrl, record.identifier, completeScope) : '',
        CrlDay: isHere ? crlDaysOf(record.terms) : 0,
        ClusterId: '',
        KeyIndex: 0,
        ResourceGroupId: record.labels.resourceGroupId ?? '',
        Tags: tagsOf(record.labels),
      },
      Years: shown.Years,
    };
  },
});
