// One policy: its document, its versions, to whom it is attached, its tags.

import { Button, Descriptions } from 'antd';
import { useCallback, useState } from 'react';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { EditableDocument } from './editable-document.tsx';
import { PolicyHolders } from './policy-holders.tsx';
import { PolicyVersions } from './policy-versions.tsx';
import { type Policy, ram } from './ram.ts';
import { TagsOf } from './tags-of.tsx';
import { policyTemplates } from './templates.ts';
import { accessWords } from './words.ts';

interface PolicyAnswer {
  readonly Policy: Policy;
  readonly DefaultPolicyVersion: { readonly VersionId: string; readonly PolicyDocument: string };
}

export function PolicyPage({ type, name }: { readonly type: Policy['PolicyType']; readonly name: string }) {
  const load = useCallback(() => ram<PolicyAnswer>('GetPolicy', { PolicyName: name, PolicyType: type }), [type, name]);
  const [policy, reload] = useLoaded(load);
  return (
    <Show loaded={policy} retry={reload}>
      {({ Policy, DefaultPolicyVersion: inForce }) => (
        <>
          <Profile policy={Policy} reload={reload} />
          <Document
            key={`${inForce.VersionId} ${inForce.PolicyDocument}`}
            policy={Policy}
            inForce={inForce}
            reload={reload}
          />
          {type === 'Custom' && <PolicyVersions key={inForce.VersionId} name={name} reload={reload} />}
          <PolicyHolders type={type} name={name} />
          {type === 'Custom' && <TagsOf type="policy" name={name} />}
        </>
      )}
    </Show>
  );
}

interface PolicyProps {
  readonly policy: Policy;
  readonly reload: () => void;
}

function Profile({ policy, reload }: PolicyProps) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const [isChanging, setChanging] = useState(false);
  const { run, problem, isBusy } = useDoing(() => go(hrefOf('access/policies')));
  const { PolicyName, PolicyType, Description, DefaultVersion, AttachmentCount = 0, CreateDate } = policy;
  const isCustom = PolicyType === 'Custom';
  const remove = async (): Promise<void> => {
    const isMeant = await confirm({
      title: text.deletePolicy(PolicyName),
      content: text.deletePolicyText,
      action: text.delete,
    });
    if (isMeant)
      await run(() => ram('DeletePolicy', { PolicyName, CascadingDelete: 'true' }), text.deleted(PolicyName));
  };
  return (
    <Section
      title={PolicyName}
      actions={
        isCustom && (
          <>
            <Link href={hrefOf('journal', { subject: PolicyName })}>{text.inJournal}</Link>
            <Button onClick={() => setChanging(true)}>{text.change}</Button>
            <Button danger loading={isBusy} onClick={() => void remove()}>
              {text.delete}
            </Button>
          </>
        )
      }
    >
      {problem}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'type', label: text.type, children: isCustom ? text.custom : text.system },
          { key: 'version', label: text.versionInForce, children: DefaultVersion },
          { key: 'description', label: text.description, children: Description || '–' },
          { key: 'attached', label: text.attachedCount, children: AttachmentCount },
          ...(CreateDate
            ? [{ key: 'created', label: text.created, children: <TimeText at={Date.parse(CreateDate)} /> }]
            : []),
        ]}
      />
      {isChanging && (
        <FormDialog
          title={text.changeOf(PolicyName)}
          action={text.save}
          fields={[{ name: 'NewDescription', label: text.description, isRequired: true }]}
          initially={{ NewDescription: Description }}
          submit={async (values) => {
            await ram('UpdatePolicyDescription', { PolicyName, NewDescription: Description, ...values });
            reload();
          }}
          onClose={() => setChanging(false)}
        />
      )}
    </Section>
  );
}

interface DocumentProps extends PolicyProps {
  readonly inForce: PolicyAnswer['DefaultPolicyVersion'];
}

/** A changed document is a new version, in force at once; the one before stays, to go back to. */
function Document({ policy: { PolicyName, PolicyType }, inForce, reload }: DocumentProps) {
  const text = useWords(accessWords);
  const save = (PolicyDocument: string): Promise<unknown> =>
    ram('CreatePolicyVersion', {
      PolicyName,
      PolicyDocument,
      SetAsDefault: 'true',
      RotateStrategy: 'DeleteOldestNonDefaultVersionWhenLimitExceeded',
    });
  return (
    <EditableDocument
      title={text.document}
      document={inForce.PolicyDocument}
      grammar="policy"
      templates={policyTemplates}
      saveAction={text.saveVersion}
      onSaved={reload}
      {...(PolicyType === 'Custom' && { save })}
    />
  );
}
