// The users of the account.

import { Button } from 'antd';
import { useState } from 'react';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { MarkedList } from './marked-list.tsx';
import { ram, type User } from './ram.ts';
import { accessWords } from './words.ts';

const usersOf = (answer: { Users: { User: readonly User[] } }): readonly User[] => answer.Users.User;

export function Users() {
  const text = useWords(accessWords);
  const [isMaking, setMaking] = useState(false);
  return (
    <Section
      title={text.users}
      actions={
        <Button type="primary" onClick={() => setMaking(true)}>
          {text.createUser}
        </Button>
      }
    >
      <MarkedList
        label={text.users}
        action="ListUsers"
        rowsOf={usersOf}
        rowKey={({ UserName }) => UserName}
        empty={text.noUsers}
        columns={[
          {
            key: 'name',
            title: text.name,
            cell: ({ UserName }) => (
              <Link href={hrefOf(`access/users/${encodeURIComponent(UserName)}`)}>{UserName}</Link>
            ),
          },
          { key: 'display', title: text.displayName, cell: ({ DisplayName }) => DisplayName },
          { key: 'comments', title: text.comments, cell: ({ Comments }) => Comments },
          {
            key: 'created',
            title: text.created,
            className: 'narrow',
            cell: ({ CreateDate }) => <TimeText at={Date.parse(CreateDate)} />,
          },
        ]}
      />
      {isMaking && (
        <FormDialog
          title={text.createUser}
          action={text.create}
          fields={[
            { name: 'UserName', label: text.name, isRequired: true, help: text.nameHelp },
            { name: 'DisplayName', label: text.displayName },
            { name: 'Email', label: text.email },
            { name: 'MobilePhone', label: text.mobilePhone, help: text.mobilePhoneHelp },
            { name: 'Comments', label: text.comments },
          ]}
          submit={async (values) => {
            await ram('CreateUser', values);
            go(hrefOf(`access/users/${encodeURIComponent(values['UserName'] ?? '')}`));
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </Section>
  );
}
