// The groups of the account.

import { Button } from 'antd';
import { useState } from 'react';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { MarkedList } from './marked-list.tsx';
import { type Group, ram } from './ram.ts';
import { accessWords } from './words.ts';

const groupsOf = (answer: { Groups: { Group: readonly Group[] } }): readonly Group[] => answer.Groups.Group;

export function Groups() {
  const text = useWords(accessWords);
  const [isMaking, setMaking] = useState(false);
  return (
    <Section
      title={text.groups}
      actions={
        <Button type="primary" onClick={() => setMaking(true)}>
          {text.createGroup}
        </Button>
      }
    >
      <MarkedList
        label={text.groups}
        action="ListGroups"
        rowsOf={groupsOf}
        rowKey={({ GroupName }) => GroupName}
        empty={text.noGroups}
        columns={[
          {
            key: 'name',
            title: text.name,
            cell: ({ GroupName }) => (
              <Link href={hrefOf(`access/groups/${encodeURIComponent(GroupName)}`)}>{GroupName}</Link>
            ),
          },
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
          title={text.createGroup}
          action={text.create}
          fields={[
            { name: 'GroupName', label: text.name, isRequired: true, help: text.nameHelp },
            { name: 'Comments', label: text.comments },
          ]}
          submit={async (values) => {
            await ram('CreateGroup', values);
            go(hrefOf(`access/groups/${encodeURIComponent(values['GroupName'] ?? '')}`));
          }}
          onClose={() => setMaking(false)}
        />
      )}
    </Section>
  );
}
