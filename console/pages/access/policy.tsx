// One policy: its document, its versions, to whom it is attached, its tags.

import { useCallback } from 'react';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { EditableDocument } from './editable-document.tsx';
import { PolicyHolders } from './policy-holders.tsx';
import { PolicyVersions } from './policy-versions.tsx';
import { Profile } from './profile.tsx';
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
          <PolicyProfile policy={Policy} reload={reload} />
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

function PolicyProfile({ policy, reload }: PolicyProps) {
  const text = useWords(accessWords);
  const { PolicyName, PolicyType, Description, DefaultVersion, AttachmentCount = 0, CreateDate } = policy;
  const isCustom = PolicyType === 'Custom';
  return (
    <Profile
      name={PolicyName}
      part="policies"
      column={{ xs: 1, md: 2 }}
      facts={[
        { key: 'type', label: text.type, children: isCustom ? text.custom : text.system },
        { key: 'version', label: text.versionInForce, children: DefaultVersion },
        { key: 'description', label: text.description, children: Description || '–' },
        { key: 'attached', label: text.attachedCount, children: AttachmentCount },
        ...(CreateDate
          ? [{ key: 'created', label: text.created, children: <TimeText at={Date.parse(CreateDate)} /> }]
          : []),
      ]}
      editing={
        isCustom
          ? {
              fields: [{ name: 'NewDescription', label: text.description, isRequired: true }],
              initially: { NewDescription: Description },
              change: async (values) => {
                await ram('UpdatePolicyDescription', { PolicyName, NewDescription: Description, ...values });
                reload();
              },
              deletion: { title: text.deletePolicy(PolicyName), content: text.deletePolicyText },
              remove: () => ram('DeletePolicy', { PolicyName, CascadingDelete: 'true' }),
            }
          : undefined
      }
    />
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
