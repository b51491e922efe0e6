// One role: who may assume it, for how long, and what its sessions may do.

import { useCallback, useState } from 'react';
import { useLanguage, useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { useSession } from '../../base/session.tsx';
import { durationText, TimeText } from '../../base/time-text.tsx';
import { AttachedPolicies } from './attached-policies.tsx';
import { EditableDocument } from './editable-document.tsx';
import { Profile } from './profile.tsx';
import { type Role, ram } from './ram.ts';
import { TagsOf } from './tags-of.tsx';
import { trustTemplates } from './templates.ts';
import { accessWords } from './words.ts';

export function RolePage({ name }: { readonly name: string }) {
  const load = useCallback(() => ram<{ Role: Role }>('GetRole', { RoleName: name }), [name]);
  const [role, reload] = useLoaded(load);
  return (
    <Show loaded={role} retry={reload}>
      {({ Role }) => (
        <>
          <RoleProfile role={Role} reload={reload} />
          <TrustPolicy role={Role} reload={reload} />
          <AttachedPolicies holder={{ kind: 'Role', name }} />
          <TagsOf type="role" name={name} />
        </>
      )}
    </Show>
  );
}

interface RoleProps {
  readonly role: Role;
  readonly reload: () => void;
}

function RoleProfile({ role, reload }: RoleProps) {
  const text = useWords(accessWords);
  const language = useLanguage();
  const { RoleName, Arn, Description, MaxSessionDuration, CreateDate } = role;
  return (
    <Profile
      name={RoleName}
      part="roles"
      link={<Link href={hrefOf('access/simulator', { role: RoleName })}>{text.whatMay}</Link>}
      facts={[
        { key: 'arn', label: 'ARN', children: <code className="wrap">{Arn}</code> },
        { key: 'description', label: text.description, children: Description || '–' },
        { key: 'duration', label: text.maxSession, children: durationText(MaxSessionDuration, language) },
        { key: 'created', label: text.created, children: <TimeText at={Date.parse(CreateDate)} /> },
      ]}
      editing={{
        fields: [
          { name: 'NewDescription', label: text.description },
          { name: 'NewMaxSessionDuration', label: text.maxSession, kind: 'number', help: text.maxSessionHelp },
        ],
        initially: { NewDescription: Description, NewMaxSessionDuration: String(MaxSessionDuration) },
        change: async (values) => {
          await ram('UpdateRole', { RoleName, ...values });
          reload();
        },
        deletion: { title: text.deleteRole(RoleName), content: text.deleteRoleText },
        remove: () => ram('DeleteRole', { RoleName }),
      }}
    />
  );
}

function TrustPolicy({ role: { RoleName, AssumeRolePolicyDocument = '' }, reload }: RoleProps) {
  const text = useWords(accessWords);
  const { account } = useSession();
  const [templates] = useState(() => trustTemplates(account));
  return (
    <EditableDocument
      title={text.trustPolicy}
      document={AssumeRolePolicyDocument}
      grammar="trust"
      templates={templates}
      save={(document) => ram('UpdateRole', { RoleName, NewAssumeRolePolicyDocument: document })}
      saveAction={text.saveTrust}
      onSaved={reload}
    />
  );
}
