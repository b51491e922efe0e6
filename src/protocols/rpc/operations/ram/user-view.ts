// A user as this API shows it.

import { Type } from 'typebox';
import type { UserDetails } from '../../../../access/events.ts';
import type { ListedUser } from '../../../../access/listed.ts';
import { answerText } from '../shapes.ts';
import { comments, displayName, email, mobilePhone } from './parameters.ts';
import { createDate, dateText, updateDate } from './times.ts';

export const namedUserView = {
  UserName: answerText('Name of the user.', 'alice'),
  DisplayName: answerText('Name for people, empty if there is none.', 'Alice'),
};

export const userView = {
  UserId: answerText('Id of the user. One created later under the same name has another.', '123456789012345678'),
  ...namedUserView,
  MobilePhone: answerText('Telephone number, empty if there is none.', '86-18600008888'),
  Email: answerText('Address for mail, empty if there is none.', 'alice@example.com'),
  Comments: answerText('A remark, empty if there is none.', 'Works on the gateway.'),
  CreateDate: createDate,
};

export const changedUserView = { ...userView, UpdateDate: updateDate };

export function namedUserViewOf({ name, displayName: shown = '' }: ListedUser) {
  return { UserName: name, DisplayName: shown };
}

export function userViewOf(user: ListedUser) {
  return {
    UserId: user.userId,
    ...namedUserViewOf(user),
    MobilePhone: user.mobilePhone ?? '',
    Email: user.email ?? '',
    Comments: user.comments ?? '',
    CreateDate: dateText(user.createdAt),
  };
}

export function changedUserViewOf(user: ListedUser) {
  return { ...userViewOf(user), UpdateDate: dateText(user.updatedAt) };
}

export const detailParameters = {
  DisplayName: Type.Optional(displayName),
  MobilePhone: Type.Optional(mobilePhone),
  Email: Type.Optional(email),
  Comments: Type.Optional(comments('Works on the gateway.')),
};

interface SentDetails {
  readonly DisplayName?: string;
  readonly MobilePhone?: string;
  readonly Email?: string;
  readonly Comments?: string;
}

export function detailsOf({ DisplayName, MobilePhone, Email, Comments }: SentDetails): UserDetails {
  return {
    ...(DisplayName !== undefined && { displayName: DisplayName }),
    ...(MobilePhone !== undefined && { mobilePhone: MobilePhone }),
    ...(Email !== undefined && { email: Email }),
    ...(Comments !== undefined && { comments: Comments }),
  };
}
