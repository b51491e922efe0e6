// One role: who may assume it, for how long, and what its sessions may do.

import { Button, Descriptions } from 'antd';
import { useCallback, useState } from 'react';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useLanguage, useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { useSession } from '../../base/session.tsx';
import { durationText, TimeText } from '../../base/time-text.tsx';
import { AttachedPolicies } from './attached-policies.tsx';
import { EditableDocument } from './editable-document.tsx';
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
          <Profile role={Role} reload={reload} />
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

function Profile({ role, reload }: RoleProps) {
  const text = useWords(accessWords);
  const language = useLanguage();
  const confirm = useConfirm();
  const [isChanging, setChanging] = useState(false);
  const { run, problem, isBusy } = useDoing(() => go(hrefOf('access/roles')));
  const { RoleName, Arn, Description, MaxSessionDuration, CreateDate } = role;
  const remove = async (): Promise<void> => {
    const isMeant = await confirm({
      title: text.deleteRole(RoleName),
      content: text.deleteRoleText,
      action: text.delete,
    });
    if (isMeant) await run(() => ram('DeleteRole', { RoleName }), text.deleted(RoleName));
  };
  return (
    <Section
      title={RoleName}
      actions={
        <>
          <Link href={hrefOf('access/simulator', { role: RoleName })}>{text.whatMay}</Link>
          <Link href={hrefOf('journal', { subject: RoleName })}>{text.inJournal}</Link>
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
          { key: 'arn', label: 'ARN', children: <code className="wrap">{Arn}</code> },
          { key: 'description', label: text.description, children: Description || '–' },
          { key: 'duration', label: text.maxSession, children: durationText(MaxSessionDuration, language) },
          { key: 'created', label: text.created, children: <TimeText at={Date.parse(CreateDate)} /> },
        ]}
      />
      {isChanging && (
        <FormDialog
          title={text.changeOf(RoleName)}
          action={text.save}
          fields={[
            { name: 'NewDescription', label: text.description },
            { name: 'NewMaxSessionDuration', label: text.maxSession, kind: 'number', help: text.maxSessionHelp },
          ]}
          initially={{ NewDescription: Description, NewMaxSessionDuration: String(MaxSessionDuration) }}
          submit={async (values) => {
            await ram('UpdateRole', { RoleName, ...values });
            reload();
          }}
          onClose={() => setChanging(false)}
        />
      )}
    </Section>
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
