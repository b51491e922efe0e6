// One group: its members and policies.

import { Button, Descriptions } from 'antd';
import { useCallback, useState } from 'react';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { go, hrefOf } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { AttachedPolicies } from './attached-policies.tsx';
import { UsersOfGroup } from './memberships.tsx';
import { type Group, ram } from './ram.ts';
import { accessWords } from './words.ts';

export function GroupPage({ name }: { readonly name: string }) {
  const load = useCallback(() => ram<{ Group: Group }>('GetGroup', { GroupName: name }), [name]);
  const [group, reload] = useLoaded(load);
  return (
    <Show loaded={group} retry={reload}>
      {({ Group }) => (
        <>
          <Profile group={Group} reload={reload} />
          <UsersOfGroup group={name} />
          <AttachedPolicies holder={{ kind: 'Group', name }} />
        </>
      )}
    </Show>
  );
}

function Profile({ group, reload }: { readonly group: Group; readonly reload: () => void }) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const [isChanging, setChanging] = useState(false);
  const { run, problem, isBusy } = useDoing(() => go(hrefOf('access/groups')));
  const { GroupName, Comments, CreateDate } = group;
  const remove = async (): Promise<void> => {
    const isMeant = await confirm({
      title: text.deleteGroup(GroupName),
      content: text.deleteGroupText,
      action: text.delete,
    });
    if (isMeant) await run(() => ram('DeleteGroup', { GroupName }), text.deleted(GroupName));
  };
  return (
    <Section
      title={GroupName}
      actions={
        <>
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
        column={1}
        items={[
          { key: 'comments', label: text.comments, children: Comments || '–' },
          { key: 'created', label: text.created, children: <TimeText at={Date.parse(CreateDate)} /> },
        ]}
      />
      {isChanging && (
        <FormDialog
          title={text.changeOf(GroupName)}
          action={text.save}
          fields={[
            { name: 'NewGroupName', label: text.name },
            { name: 'NewComments', label: text.comments },
          ]}
          initially={{ NewGroupName: GroupName, NewComments: Comments }}
          submit={async (values) => {
            await ram('UpdateGroup', { GroupName, ...values });
            if (values['NewGroupName']) go(hrefOf(`access/groups/${encodeURIComponent(values['NewGroupName'])}`));
            else reload();
          }}
          onClose={() => setChanging(false)}
        />
      )}
    </Section>
  );
}
