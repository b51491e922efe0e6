// An access key as this API shows it, without its secret.

import type { ListedAccessKey } from '../../../../access/listed.ts';
import { answerText, oneOf } from '../shapes.ts';
import { createDate, dateText } from './times.ts';

export const accessKeyView = {
  AccessKeyId: answerText('Id of the access key.', 'LTAIexampleExample123456'),
  Status: oneOf(['Active', 'Inactive'], 'Inactive: calls signed with it are refused.', 'Active'),
  CreateDate: createDate,
};

export function accessKeyViewOf({ id, active, createdAt }: ListedAccessKey) {
  return {
    AccessKeyId: id,
    Status: active ? ('Active' as const) : ('Inactive' as const),
    CreateDate: dateText(createdAt),
  };
}
