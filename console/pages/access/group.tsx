// One group: its members and policies.

import { useCallback } from 'react';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { go } from '../../base/route.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { AttachedPolicies } from './attached-policies.tsx';
import { holderHref } from './holder-list.tsx';
import { UsersOfGroup } from './memberships.tsx';
import { Profile } from './profile.tsx';
import { type Group, ram } from './ram.ts';
import { accessWords } from './words.ts';

export function GroupPage({ name }: { readonly name: string }) {
  const load = useCallback(() => ram<{ Group: Group }>('GetGroup', { GroupName: name }), [name]);
  const [group, reload] = useLoaded(load);
  return (
    <Show loaded={group} retry={reload}>
      {({ Group }) => (
        <>
          <GroupProfile group={Group} reload={reload} />
          <UsersOfGroup group={name} />
          <AttachedPolicies holder={{ kind: 'Group', name }} />
        </>
      )}
    </Show>
  );
}

function GroupProfile({ group, reload }: { readonly group: Group; readonly reload: () => void }) {
  const text = useWords(accessWords);
  const { GroupName, Comments, CreateDate } = group;
  return (
    <Profile
      name={GroupName}
      part="groups"
      facts={[
        { key: 'comments', label: text.comments, children: Comments || '–' },
        { key: 'created', label: text.created, children: <TimeText at={Date.parse(CreateDate)} /> },
      ]}
      editing={{
        fields: [
          { name: 'NewGroupName', label: text.name },
          { name: 'NewComments', label: text.comments },
        ],
        initially: { NewGroupName: GroupName, NewComments: Comments },
        change: async (values) => {
          await ram('UpdateGroup', { GroupName, ...values });
          if (values['NewGroupName']) go(holderHref('groups', values['NewGroupName']));
          else reload();
        },
        deletion: { title: text.deleteGroup(GroupName), content: text.deleteGroupText },
        remove: () => ram('DeleteGroup', { GroupName }),
      }}
    />
  );
}
