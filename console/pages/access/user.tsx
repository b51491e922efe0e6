// One user: who it is, its keys, groups and policies, and how it signs in.

import { useCallback } from 'react';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { AccessKeys } from './access-keys.tsx';
import { AttachedPolicies } from './attached-policies.tsx';
import { holderHref } from './holder-list.tsx';
import { GroupsOfUser } from './memberships.tsx';
import { Profile } from './profile.tsx';
import { ram, type User } from './ram.ts';
import { SignInOfUser } from './sign-in-of-user.tsx';
import { accessWords } from './words.ts';

export function UserPage({ name }: { readonly name: string }) {
  const load = useCallback(() => ram<{ User: User }>('GetUser', { UserName: name }), [name]);
  const [user, reload] = useLoaded(load);
  return (
    <Show loaded={user} retry={reload}>
      {({ User }) => (
        <>
          <UserProfile user={User} reload={reload} />
          <AttachedPolicies holder={{ kind: 'User', name }} />
          <GroupsOfUser user={name} />
          <AccessKeys user={name} />
          <SignInOfUser user={name} />
        </>
      )}
    </Show>
  );
}

function UserProfile({ user, reload }: { readonly user: User; readonly reload: () => void }) {
  const text = useWords(accessWords);
  const { UserName, DisplayName, Email, MobilePhone, Comments, CreateDate, LastLoginDate, UserId } = user;
  return (
    <Profile
      name={UserName}
      part="users"
      link={<Link href={hrefOf('access/simulator', { user: UserName })}>{text.whatMay}</Link>}
      column={{ xs: 1, md: 2 }}
      facts={[
        { key: 'display', label: text.displayName, children: DisplayName || '–' },
        { key: 'id', label: 'UserId', children: UserId },
        { key: 'email', label: text.email, children: Email || '–' },
        { key: 'phone', label: text.mobilePhone, children: MobilePhone || '–' },
        { key: 'comments', label: text.comments, children: Comments || '–' },
        { key: 'created', label: text.created, children: <TimeText at={Date.parse(CreateDate)} /> },
        {
          key: 'login',
          label: text.lastLogin,
          children: LastLoginDate ? <TimeText at={Date.parse(LastLoginDate)} as="both" /> : text.never,
        },
      ]}
      editing={{
        fields: [
          { name: 'NewUserName', label: text.name, help: text.renameHelp },
          { name: 'NewDisplayName', label: text.displayName },
          { name: 'NewEmail', label: text.email },
          { name: 'NewMobilePhone', label: text.mobilePhone, help: text.mobilePhoneHelp },
          { name: 'NewComments', label: text.comments },
        ],
        initially: {
          NewUserName: UserName,
          NewDisplayName: DisplayName,
          NewEmail: Email,
          NewMobilePhone: MobilePhone,
          NewComments: Comments,
        },
        change: async (values) => {
          await ram('UpdateUser', { UserName, ...values });
          if (values['NewUserName']) go(holderHref('users', values['NewUserName']));
          else reload();
        },
        deletion: { title: text.deleteUser(UserName), content: text.deleteUserText },
        remove: () => ram('DeleteUser', { UserName }),
      }}
    />
  );
}
