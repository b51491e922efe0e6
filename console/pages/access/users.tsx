// The users of the account.

import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { go } from '../../base/route.tsx';
import { HolderList, holderHref } from './holder-list.tsx';
import { ram, type User } from './ram.ts';
import { accessWords } from './words.ts';

const usersOf = (answer: { Users: { User: readonly User[] } }): readonly User[] => answer.Users.User;

export function Users() {
  const text = useWords(accessWords);
  return (
    <HolderList
      part="users"
      action="ListUsers"
      rowsOf={usersOf}
      nameOf={({ UserName }) => UserName}
      empty={text.noUsers}
      columns={[
        { key: 'display', title: text.displayName, cell: ({ DisplayName }) => DisplayName },
        { key: 'comments', title: text.comments, cell: ({ Comments }) => Comments },
      ]}
      create={text.createUser}
      creation={(close) => (
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
            go(holderHref('users', values['UserName'] ?? ''));
          }}
          onClose={close}
        />
      )}
    />
  );
}
