// The policies there are: those every account has, and the account's own.

import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { Choice } from '../../base/choice.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { go, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { policyHref } from './attached-policies.tsx';
import { PolicyEditor } from './lazy-policy-editor.tsx';
import { MarkedList } from './marked-list.tsx';
import { type Policy, ram } from './ram.ts';
import { policyTemplates } from './templates.ts';
import { accessWords } from './words.ts';

const policiesOf = (answer: { Policies: { Policy: readonly Policy[] } }): readonly Policy[] => answer.Policies.Policy;

export function Policies() {
  const text = useWords(accessWords);
  const [isMaking, setMaking] = useState(false);
  const [type, setType] = useState('');
  const parameters = useMemo(() => (type === '' ? {} : { PolicyType: type }), [type]);
  return (
    <Section
      title={text.policies}
      actions={
        <>
          <Choice
            aria-label={text.type}
            value={type}
            options={[
              { value: '', label: text.allTypes },
              { value: 'Custom', label: text.custom },
              { value: 'System', label: text.system },
            ]}
            onChange={setType}
          />
          <Button type="primary" onClick={() => setMaking(true)}>
            {text.createPolicy}
          </Button>
        </>
      }
    >
      <MarkedList
        key={type}
        label={text.policies}
        action="ListPolicies"
        parameters={parameters}
        rowsOf={policiesOf}
        rowKey={({ PolicyType, PolicyName }) => `${PolicyType} ${PolicyName}`}
        empty={text.noPolicies}
        columns={[
          {
            key: 'name',
            title: text.name,
            cell: (policy) => <Link href={policyHref(policy)}>{policy.PolicyName}</Link>,
          },
          {
            key: 'type',
            title: text.type,
            cell: ({ PolicyType }) => (PolicyType === 'System' ? text.system : text.custom),
          },
          { key: 'description', title: text.description, cell: ({ Description }) => Description },
          {
            key: 'attached',
            title: text.attachedCount,
            className: 'narrow',
            cell: ({ AttachmentCount }) => AttachmentCount,
          },
          {
            key: 'created',
            title: text.created,
            className: 'narrow',
            cell: ({ CreateDate }) => (CreateDate ? <TimeText at={Date.parse(CreateDate)} /> : '–'),
          },
        ]}
      />
      {isMaking && <NewPolicy onClose={() => setMaking(false)} />}
    </Section>
  );
}

const start = JSON.stringify(policyTemplates[0]?.document, null, 2);

function NewPolicy({ onClose }: { readonly onClose: () => void }) {
  const text = useWords(accessWords);
  const [document, setDocument] = useState({ text: start, isSound: false });
  return (
    <FormDialog
      title={text.createPolicy}
      action={text.create}
      width={760}
      isReady={document.isSound}
      fields={[
        { name: 'PolicyName', label: text.name, isRequired: true, help: text.policyNameHelp },
        { name: 'Description', label: text.description },
      ]}
      submit={async (values) => {
        await ram('CreatePolicy', { ...values, PolicyDocument: document.text });
        go(policyHref({ PolicyType: 'Custom', PolicyName: values['PolicyName'] ?? '' }));
      }}
      onClose={onClose}
    >
      <PolicyEditor
        label={text.document}
        grammar="policy"
        initially={start}
        templates={policyTemplates}
        onChange={(written, isSound) => setDocument({ text: written, isSound })}
      />
    </FormDialog>
  );
}
