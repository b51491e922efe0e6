// The roles of the account.

import { useState } from 'react';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { go } from '../../base/route.tsx';
import { useSession } from '../../base/session.tsx';
import { HolderList, holderHref } from './holder-list.tsx';
import { PolicyEditor } from './lazy-policy-editor.tsx';
import { type Role, ram } from './ram.ts';
import { trustTemplates } from './templates.ts';
import { accessWords } from './words.ts';

const rolesOf = (answer: { Roles: { Role: readonly Role[] } }): readonly Role[] => answer.Roles.Role;

export function Roles() {
  const text = useWords(accessWords);
  return (
    <HolderList
      part="roles"
      action="ListRoles"
      rowsOf={rolesOf}
      nameOf={({ RoleName }) => RoleName}
      empty={text.noRoles}
      columns={[{ key: 'description', title: text.description, cell: ({ Description }) => Description }]}
      create={text.createRole}
      creation={(close) => <NewRole onClose={close} />}
    />
  );
}

function NewRole({ onClose }: { readonly onClose: () => void }) {
  const text = useWords(accessWords);
  const { account } = useSession();
  const [templates] = useState(() => trustTemplates(account));
  const [start] = useState(() => JSON.stringify(templates[0]?.document, null, 2));
  const [trust, setTrust] = useState({ text: start, isSound: false });
  return (
    <FormDialog
      title={text.createRole}
      action={text.create}
      width={760}
      isReady={trust.isSound}
      fields={[
        { name: 'RoleName', label: text.name, isRequired: true, help: text.nameHelp },
        { name: 'Description', label: text.description },
        { name: 'MaxSessionDuration', label: text.maxSession, kind: 'number', help: text.maxSessionHelp },
      ]}
      submit={async (values) => {
        await ram('CreateRole', { ...values, AssumeRolePolicyDocument: trust.text });
        go(holderHref('roles', values['RoleName'] ?? ''));
      }}
      onClose={onClose}
    >
      <PolicyEditor
        label={text.trustPolicy}
        grammar="trust"
        initially={start}
        templates={templates}
        onChange={(written, isSound) => setTrust({ text: written, isSound })}
      />
    </FormDialog>
  );
}
