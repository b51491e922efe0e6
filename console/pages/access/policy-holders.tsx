// To whom a policy is attached.

import { useCallback } from 'react';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { holderHref } from './holder-list.tsx';
import { type Policy, ram } from './ram.ts';
import { accessWords } from './words.ts';

interface Attached {
  readonly AttachDate: string;
}

interface Entities {
  readonly Users: { readonly User: readonly (Attached & { readonly UserName: string })[] };
  readonly Groups: { readonly Group: readonly (Attached & { readonly GroupName: string })[] };
  readonly Roles: { readonly Role: readonly (Attached & { readonly RoleName: string })[] };
}

export function PolicyHolders({ type, name }: { readonly type: Policy['PolicyType']; readonly name: string }) {
  const text = useWords(accessWords);
  const load = useCallback(async () => {
    const { Users, Groups, Roles } = await ram<Entities>('ListEntitiesForPolicy', {
      PolicyName: name,
      PolicyType: type,
    });
    return [
      ...Users.User.map(({ UserName, AttachDate }) => ({ kind: 'users' as const, name: UserName, AttachDate })),
      ...Groups.Group.map(({ GroupName, AttachDate }) => ({ kind: 'groups' as const, name: GroupName, AttachDate })),
      ...Roles.Role.map(({ RoleName, AttachDate }) => ({ kind: 'roles' as const, name: RoleName, AttachDate })),
    ];
  }, [type, name]);
  const [holders, reload] = useLoaded(load);
  const kinds = { users: text.user, groups: text.group, roles: text.role };
  return (
    <Section title={text.holders}>
      <Show loaded={holders} retry={reload}>
        {(rows) => (
          <PagedTable
            label={text.holders}
            rows={rows}
            rowKey={(row) => `${row.kind} ${row.name}`}
            empty={text.noHolders}
            columns={[
              { key: 'kind', title: text.type, className: 'narrow', cell: ({ kind }) => kinds[kind] },
              {
                key: 'name',
                title: text.name,
                cell: (row) => <Link href={holderHref(row.kind, row.name)}>{row.name}</Link>,
              },
              {
                key: 'since',
                title: text.since,
                className: 'narrow',
                cell: ({ AttachDate }) => <TimeText at={Date.parse(AttachDate)} />,
              },
            ]}
          />
        )}
      </Show>
    </Section>
  );
}
