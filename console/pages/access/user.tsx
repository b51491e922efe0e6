// One user: who it is, its keys, groups and policies, and how it signs in.

import { Button, Descriptions } from 'antd';
import { useCallback, useState } from 'react';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { AccessKeys } from './access-keys.tsx';
import { AttachedPolicies } from './attached-policies.tsx';
import { GroupsOfUser } from './memberships.tsx';
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
          <Profile user={User} reload={reload} />
          <AttachedPolicies holder={{ kind: 'User', name }} />
          <GroupsOfUser user={name} />
          <AccessKeys user={name} />
          <SignInOfUser user={name} />
        </>
      )}
    </Show>
  );
}

function Profile({ user, reload }: { readonly user: User; readonly reload: () => void }) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const [isChanging, setChanging] = useState(false);
  const { run, problem, isBusy } = useDoing(() => go(hrefOf('access/users')));
  const { UserName, DisplayName, Email, MobilePhone, Comments, CreateDate, LastLoginDate, UserId } = user;
  const remove = async (): Promise<void> => {
    const isMeant = await confirm({
      title: text.deleteUser(UserName),
      content: text.deleteUserText,
      action: text.delete,
    });
    if (isMeant) await run(() => ram('DeleteUser', { UserName }), text.deleted(UserName));
  };
  return (
    <Section
      title={UserName}
      actions={
        <>
          <Link href={hrefOf('access/simulator', { user: UserName })}>{text.whatMay}</Link>
          <Link href={hrefOf('journal', { subject: UserName })}>{text.inJournal}</Link>
          <Button onClick={() => setChanging(true)}>{text.change}</Button>
          <Button danger loading={isBusy} onClick={() => void remove()}>
            {text.delete}
          </Button>
        </>
      }
    >
      {problem}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
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
      />
      {isChanging && (
        <FormDialog
          title={text.changeOf(UserName)}
          action={text.save}
          fields={[
            { name: 'NewUserName', label: text.name, help: text.renameHelp },
            { name: 'NewDisplayName', label: text.displayName },
            { name: 'NewEmail', label: text.email },
            { name: 'NewMobilePhone', label: text.mobilePhone, help: text.mobilePhoneHelp },
            { name: 'NewComments', label: text.comments },
          ]}
          initially={{
            NewUserName: UserName,
            NewDisplayName: DisplayName,
            NewEmail: Email,
            NewMobilePhone: MobilePhone,
            NewComments: Comments,
          }}
          submit={async (values) => {
            await ram('UpdateUser', { UserName, ...values });
            if (values['NewUserName']) go(hrefOf(`access/users/${encodeURIComponent(values['NewUserName'])}`));
            else reload();
          }}
          onClose={() => setChanging(false)}
        />
      )}
    </Section>
  );
}
