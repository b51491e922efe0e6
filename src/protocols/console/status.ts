// How serial numbers stand: what DescribeClientCertificateStatusForSerialNumber answers, and the reason.

import { type Static, Type } from 'typebox';
import type { AccountId } from '../../base/journal-entry.ts';
import type { Services } from '../edge.ts';
import { DescribeClientCertificateStatusForSerialNumber } from '../rpc/operations/cas/DescribeClientCertificateStatusForSerialNumber.ts';
import { parseSerialNumbers } from '../rpc/operations/cas/serial-number-list.ts';
import { underOperation } from './under-operation.ts';

export type Statuses = ReturnType<typeof answerStatus>;

const request = Type.Object({
  SerialNumber: Type.String({ description: 'Serial numbers, separated by commas; none to learn how many are taken.' }),
});

export const askStatus = underOperation(
  DescribeClientCertificateStatusForSerialNumber,
  request,
  (asked, { account }, services) => answerStatus(asked, account, services),
);

function answerStatus(
  { SerialNumber }: Static<typeof request>,
  account: AccountId,
  { statusIndex, statusRules }: Pick<Services, 'statusIndex' | 'statusRules'>,
) {
  const asked = SerialNumber === '' ? [] : parseSerialNumbers(SerialNumber, statusRules);
  return {
    /** Most serial numbers in one request. */
    mostAtOnce: statusRules.maxBatch,
    /** In the order asked. */
    statuses: asked.map((serialNumber) => statusIndex.lookup(account, serialNumber)),
  };
}
