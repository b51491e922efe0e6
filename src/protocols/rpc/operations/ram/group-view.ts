// A group as this API shows it.

import type { ListedGroup } from '../../../../access/listed.ts';
import { answerText } from '../shapes.ts';
import { createDate, dateText, updateDate } from './times.ts';

export const groupView = {
  GroupId: answerText('Id of the group.', 'g-1234567890123456'),
  GroupName: answerText('Name of the group.', 'developers'),
  Comments: answerText('A remark, empty if there is none.', 'All who write code.'),
  CreateDate: createDate,
};

export const changedGroupView = { ...groupView, UpdateDate: updateDate };

export function groupViewOf({ groupId, name, comments = '', createdAt }: ListedGroup) {
  return { GroupId: groupId, GroupName: name, Comments: comments, CreateDate: dateText(createdAt) };
}

export function changedGroupViewOf(group: ListedGroup) {
  return { ...groupViewOf(group), UpdateDate: dateText(group.updatedAt) };
}
