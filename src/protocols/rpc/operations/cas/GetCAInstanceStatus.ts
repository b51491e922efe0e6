import { Type } from 'typebox';
import { Refused } from '../../../../base/refusal.ts';
import { toMillis } from '../../../../base/time.ts';
import { parseCertificate } from '../../../../pki/certificate.ts';
import type { AuthorityRecord } from '../../../../registry/model.ts';
import { operation } from '../../operation.ts';
import { cas } from '../../product.ts';
import { answerNumber, answerText, exampleOf, oneOf } from '../shapes.ts';
import { authorityTypeOf, countsOf, identifierOfInstance, instanceIdOf } from './authority-view.ts';
import { identifier } from './shapes.ts';

const view = {
  InstanceId: answerText('The instance.', 'cas-member-1a83bcbb89e562885e40aa0108f50001'),
  Identifier: answerText('Identifier of its CA.', '1a83bcbb89e562885e40aa0108f50001'),
  Status: oneOf(['USED', 'REVOKE'], 'USED: its CA is in force. REVOKE: its CA is revoked.', 'USED'),
  Type: oneOf(['ROOT', 'SUB_ROOT'], 'Kind of its CA.', 'ROOT'),
  CertTotalCount: answerNumber('How many certificates it may issue; 2147483647 for no limit.', 2_147_483_647),
  CertIssuedCount: answerNumber('How many it has issued.', 1),
  BeforeTime: answerNumber('Start of its CA, milliseconds since 1970.', 1_767_225_600_000),
  AfterTime: answerNumber('End of its CA, milliseconds since 1970.', 2_082_758_400_000),
  UseExpireTime: answerNumber('End of the service: that of its CA, milliseconds since 1970.', 2_082_758_400_000),
};

/** An account has a few CAs; whoever has more than that asks for one at a time. */
const most = 1000;

export const GetCAInstanceStatus = operation(cas, {
  name: 'GetCAInstanceStatus',
  summary: 'Shows the instance of a CA: its state and its quota.',
  notes: [
    'The vendor sells instances to make CAs in; here every CA is an instance by itself, and nothing has to be bought. Its id is cas-member- and the identifier of the CA, cas_deposit-cn- and the identifier for an external one.',
    'BUY and REFUND do not occur. The quota is without limit until AssignCertificateCount or the operator sets one.',
    'With neither Identifier nor InstanceId, all instances of the account are shown, up to 1,000.',
  ],
  accessLevel: 'get',
  request: Type.Object({
    Identifier: Type.Optional(identifier('Identifier of the CA.')),
    InstanceId: Type.Optional(identifier('Id of the instance.')),
  }),
  answer: Type.Object({
    InstanceStatusList: Type.Array(Type.Object(view), { description: 'The instances.' }),
  }),
  refusals: ['authority-not-found'],
  example: {
    request: { Identifier: '1a83bcbb89e562885e40aa0108f50001' },
    answer: { InstanceStatusList: [exampleOf(view)] },
  },
  handle: async ({ Identifier, InstanceId }, { account }, { store }) => {
    const named = [Identifier, InstanceId && identifierOfInstance(InstanceId)].filter((each) => each !== undefined);
    const { page } = await store.listAuthorities({
      account,
      ...(named.length > 0 && { identifiers: named.slice(0, 1) }),
      start: { offset: 0 },
      limit: most,
    });
    // Two names of one instance, or of none.
    const shown = page.filter(({ identifier: own }) => named.every((each) => each === own));
    if (named.length > 0 && shown.length === 0) {
      throw new Refused({ kind: 'authority-not-found', identifier: Identifier ?? InstanceId ?? '' });
    }
    return { InstanceStatusList: shown.map(instanceOf) };
  },
});

function instanceOf(record: AuthorityRecord) {
  const { notBefore, notAfter } = parseCertificate(record.der);
  const { CertTotalCount, CertIssuedCount } = countsOf(record);
  return {
    InstanceId: instanceIdOf(record),
    Identifier: record.identifier as string,
    Status: record.state === 'issued' ? ('USED' as const) : ('REVOKE' as const),
    Type: authorityTypeOf(record),
    CertTotalCount,
    CertIssuedCount,
    BeforeTime: toMillis(notBefore) as number,
    AfterTime: toMillis(notAfter) as number,
    UseExpireTime: toMillis(notAfter) as number,
  };
}
