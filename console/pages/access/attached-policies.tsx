// The policies attached to a user, group or role; attaching another and detaching one.

import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { allPolicies, type Holder, holderParameter, type Policy, ram } from './ram.ts';
import { accessWords } from './words.ts';

export function policyHref({ PolicyName, PolicyType }: Pick<Policy, 'PolicyName' | 'PolicyType'>): string {
  return hrefOf(`access/policies/${PolicyType.toLowerCase()}/${encodeURIComponent(PolicyName)}`);
}

export function AttachedPolicies({ holder }: { readonly holder: Holder }) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const { kind, name } = holder;
  const load = useCallback(
    () => ram<{ Policies: { Policy: readonly Policy[] } }>(`ListPoliciesFor${kind}`, { [`${kind}Name`]: name }),
    [kind, name],
  );
  const [attached, reload] = useLoaded(load);
  const [choices, setChoices] = useState<readonly Policy[]>();
  const { run, problem, isBusy } = useDoing(reload);
  const detach = async ({ PolicyName, PolicyType }: Policy): Promise<void> => {
    const isMeant = await confirm({
      title: text.detachPolicy(PolicyName, name),
      content: text.detachPolicyText,
      action: text.detach,
      canBeUndone: true,
    });
    if (!isMeant) return;
    await run(
      () => ram(`DetachPolicyFrom${kind}`, { PolicyName, PolicyType, ...holderParameter(holder) }),
      text.detached(PolicyName),
    );
  };
  const has = new Set(
    attached.state === 'here' ? attached.value.Policies.Policy.map(({ PolicyName }) => PolicyName) : [],
  );
  return (
    <Section
      title={text.attachedPolicies}
      actions={
        <Button loading={isBusy} onClick={() => void allPolicies().then(setChoices, () => setChoices([]))}>
          {text.attach}
        </Button>
      }
    >
      {problem}
      <Show loaded={attached} retry={reload}>
        {({ Policies }) => (
          <PagedTable
            label={text.attachedPolicies}
            rows={Policies.Policy}
            rowKey={({ PolicyType, PolicyName }) => `${PolicyType} ${PolicyName}`}
            empty={text.noAttached}
            columns={[
              {
                key: 'name',
                title: text.policy,
                cell: (policy) => <Link href={policyHref(policy)}>{policy.PolicyName}</Link>,
              },
              {
                key: 'type',
                title: text.type,
                cell: ({ PolicyType }) => (PolicyType === 'System' ? text.system : text.custom),
              },
              { key: 'description', title: text.description, cell: ({ Description }) => Description },
              {
                key: 'actions',
                title: text.actions,
                className: 'narrow',
                cell: (policy) => (
                  <Button
                    size="small"
                    danger
                    aria-label={`${text.detach} ${policy.PolicyName}`}
                    onClick={() => void detach(policy)}
                  >
                    {text.detach}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Show>
      {choices && (
        <FormDialog
          title={text.attachTo(name)}
          action={text.attach}
          fields={[
            {
              name: 'policy',
              label: text.policy,
              kind: 'choice',
              isRequired: true,
              options: [
                { value: '', label: text.choose },
                ...choices
                  .filter(({ PolicyName }) => !has.has(PolicyName))
                  .map(({ PolicyName, PolicyType }) => ({
                    value: `${PolicyType} ${PolicyName}`,
                    label: `${PolicyName} (${PolicyType === 'System' ? text.system : text.custom})`,
                  })),
              ],
            },
          ]}
          submit={async ({ policy = '' }) => {
            const [PolicyType = '', PolicyName = ''] = policy.split(' ');
            await ram(`AttachPolicyTo${kind}`, { PolicyType, PolicyName, ...holderParameter(holder) });
            reload();
          }}
          onClose={() => setChoices(undefined)}
        />
      )}
    </Section>
  );
}
