// The head of the page of a user, group, role or policy: what it is, and where it is changed and deleted.

import { Button, Descriptions, type DescriptionsProps } from 'antd';
import { type ReactNode, useState } from 'react';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog, type FormField } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { go, hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import type { HolderPart } from './holder-list.tsx';
import { accessWords } from './words.ts';

interface ProfileProps {
  readonly name: string;
  readonly facts: NonNullable<DescriptionsProps['items']>;
  readonly column?: NonNullable<DescriptionsProps['column']>;
  /** Where else it is to be seen, beside the journal. */
  readonly link?: ReactNode;
  /** The list it is in. */
  readonly part: HolderPart | 'policies';
  /** Absent for what nobody may change. */
  readonly editing?: Editing | undefined;
}

interface Editing {
  readonly fields: readonly FormField[];
  readonly initially: Readonly<Record<string, string>>;
  /** Called with what was changed. */
  readonly change: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly deletion: { readonly title: string; readonly content: string };
  readonly remove: () => Promise<unknown>;
}

export function Profile({ name, facts, column = 1, link, part, editing }: ProfileProps) {
  const text = useWords(accessWords);
  const confirm = useConfirm();
  const [isChanging, setChanging] = useState(false);
  const { run, problem, isBusy } = useDoing(() => go(hrefOf(`access/${part}`)));
  const remove = async (deletion: Editing['deletion'], perform: Editing['remove']): Promise<void> => {
    if (await confirm({ ...deletion, action: text.delete })) await run(perform, text.deleted(name));
  };
  return (
    <Section
      title={name}
      actions={
        editing && (
          <>
            {link}
            <Link href={hrefOf('journal', { subject: name })}>{text.inJournal}</Link>
            <Button onClick={() => setChanging(true)}>{text.change}</Button>
            <Button danger loading={isBusy} onClick={() => void remove(editing.deletion, editing.remove)}>
              {text.delete}
            </Button>
          </>
        )
      }
    >
      {problem}
      <Descriptions size="small" column={column} items={facts} />
      {isChanging && editing && (
        <FormDialog
          title={text.changeOf(name)}
          action={text.save}
          fields={editing.fields}
          initially={editing.initially}
          submit={editing.change}
          onClose={() => setChanging(false)}
        />
      )}
    </Section>
  );
}
