// Who is in which group: the groups of a user, and the users of a group.

import { Button } from 'antd';
import { type ReactNode, useCallback, useState } from 'react';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { type HolderPart, holderHref } from './holder-list.tsx';
import { type Group, ram, type User } from './ram.ts';
import { accessWords } from './words.ts';

interface Membership {
  readonly name: string;
  readonly JoinDate: string;
}

export function GroupsOfUser({ user }: { readonly user: string }) {
  const text = useWords(accessWords);
  const load = useCallback(async (): Promise<readonly Membership[]> => {
    const { Groups } = await ram<{ Groups: { Group: readonly (Group & { JoinDate: string })[] } }>(
      'ListGroupsForUser',
      {
        UserName: user,
      },
    );
    return Groups.Group.map(({ GroupName, JoinDate }) => ({ name: GroupName, JoinDate }));
  }, [user]);
  return (
    <Memberships
      {...{ load }}
      title={text.groups}
      add={text.addToGroup}
      empty={text.inNoGroup}
      label={text.group}
      part="groups"
      change={(action, GroupName) => ram(action, { UserName: user, GroupName })}
      choices={async () => {
        const { Groups } = await ram<{ Groups: { Group: readonly Group[] } }>('ListGroups', { MaxItems: '1000' });
        return Groups.Group.map(({ GroupName }) => GroupName);
      }}
      question={(group) => text.removeFrom(user, group)}
    />
  );
}

export function UsersOfGroup({ group }: { readonly group: string }) {
  const text = useWords(accessWords);
  const load = useCallback(async (): Promise<readonly Membership[]> => {
    const { Users } = await ram<{ Users: { User: readonly (User & { JoinDate: string })[] } }>('ListUsersForGroup', {
      GroupName: group,
      MaxItems: '1000',
    });
    return Users.User.map(({ UserName, JoinDate }) => ({ name: UserName, JoinDate }));
  }, [group]);
  return (
    <Memberships
      {...{ load }}
      title={text.members}
      add={text.addMember}
      empty={text.noMembers}
      label={text.user}
      part="users"
      change={(action, UserName) => ram(action, { UserName, GroupName: group })}
      choices={async () => {
        const { Users } = await ram<{ Users: { User: readonly User[] } }>('ListUsers', { MaxItems: '1000' });
        return Users.User.map(({ UserName }) => UserName);
      }}
      question={(user) => text.removeFrom(user, group)}
    />
  );
}

interface MembershipsProps {
  readonly title: string;
  readonly add: string;
  readonly empty: ReactNode;
  /** What the other side is. */
  readonly label: string;
  readonly part: HolderPart;
  readonly load: () => Promise<readonly Membership[]>;
  readonly choices: () => Promise<readonly string[]>;
  readonly change: (action: 'AddUserToGroup' | 'RemoveUserFromGroup', name: string) => Promise<unknown>;
  readonly question: (name: string) => string;
}

function Memberships({ title, add, empty, label, part, load, choices, change, question }: MembershipsProps) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const [members, reload] = useLoaded(load);
  const [names, setNames] = useState<readonly string[]>();
  const { run, problem, isBusy } = useDoing(reload);
  const remove = async (name: string): Promise<void> => {
    const isMeant = await confirm({
      title: question(name),
      content: text.removeFromText,
      action: text.remove,
      canBeUndone: true,
    });
    if (isMeant) await run(() => change('RemoveUserFromGroup', name), text.saved);
  };
  const has = new Set(members.state === 'here' ? members.value.map(({ name }) => name) : []);
  return (
    <Section
      title={title}
      actions={
        <Button loading={isBusy} onClick={() => void choices().then(setNames, () => setNames([]))}>
          {add}
        </Button>
      }
    >
      {problem}
      <Show loaded={members} retry={reload}>
        {(shown) => (
          <PagedTable
            label={title}
            rows={shown}
            rowKey={({ name }) => name}
            empty={empty}
            columns={[
              {
                key: 'name',
                title: label,
                cell: ({ name }) => <Link href={holderHref(part, name)}>{name}</Link>,
              },
              { key: 'since', title: text.since, cell: ({ JoinDate }) => <TimeText at={Date.parse(JoinDate)} /> },
              {
                key: 'actions',
                title: text.actions,
                className: 'narrow',
                cell: ({ name }) => (
                  <Button size="small" danger aria-label={`${text.remove} ${name}`} onClick={() => void remove(name)}>
                    {text.remove}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Show>
      {names && (
        <FormDialog
          title={add}
          action={text.add}
          fields={[
            {
              name: 'name',
              label,
              kind: 'choice',
              isRequired: true,
              options: [
                { value: '', label: text.choose },
                ...names.filter((name) => !has.has(name)).map((value) => ({ value, label: value })),
              ],
            },
          ]}
          submit={async ({ name = '' }) => {
            await change('AddUserToGroup', name);
            reload();
          }}
          onClose={() => setNames(undefined)}
        />
      )}
    </Section>
  );
}
