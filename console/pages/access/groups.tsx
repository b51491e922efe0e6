// The groups of the account.

import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { go } from '../../base/route.tsx';
import { HolderList, holderHref } from './holder-list.tsx';
import { type Group, ram } from './ram.ts';
import { accessWords } from './words.ts';

const groupsOf = (answer: { Groups: { Group: readonly Group[] } }): readonly Group[] => answer.Groups.Group;

export function Groups() {
  const text = useWords(accessWords);
  return (
    <HolderList
      part="groups"
      action="ListGroups"
      rowsOf={groupsOf}
      nameOf={({ GroupName }) => GroupName}
      empty={text.noGroups}
      columns={[{ key: 'comments', title: text.comments, cell: ({ Comments }) => Comments }]}
      create={text.createGroup}
      creation={(close) => (
        <FormDialog
          title={text.createGroup}
          action={text.create}
          fields={[
            { name: 'GroupName', label: text.name, isRequired: true, help: text.nameHelp },
            { name: 'Comments', label: text.comments },
          ]}
          submit={async (values) => {
            await ram('CreateGroup', values);
            go(holderHref('groups', values['GroupName'] ?? ''));
          }}
          onClose={close}
        />
      )}
    />
  );
}
