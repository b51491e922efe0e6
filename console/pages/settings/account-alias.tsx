// The name of the account that people can remember.

import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { useConfirm } from '../../base/confirm.tsx';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { Section } from '../../base/section.tsx';
import { ram } from '../access/ram.ts';
import { settingsWords } from './words.ts';

export function AccountAlias() {
  const text = useWords(settingsWords);
  const confirm = useConfirm();
  const [isChanging, setChanging] = useState(false);
  const load = useCallback(() => ram<{ AccountAlias: string }>('GetAccountAlias'), []);
  const [alias, reload] = useLoaded(load);
  const { run, problem } = useDoing(reload);
  const now = alias.state === 'here' ? alias.value.AccountAlias : '';
  const clear = async (): Promise<void> => {
    const isMeant = await confirm({
      title: text.clearAliasTitle,
      content: text.clearAliasText,
      action: text.clearAlias,
      canBeUndone: true,
    });
    if (isMeant) await run(() => ram('ClearAccountAlias'), text.saved);
  };
  return (
    <Section
      title={text.alias}
      actions={
        <>
          <Button aria-label={`${text.change}: ${text.alias}`} onClick={() => setChanging(true)}>
            {text.change}
          </Button>
          {now !== '' && <Button onClick={() => void clear()}>{text.clearAlias}</Button>}
        </>
      }
    >
      {problem}
      <Show loaded={alias} retry={reload}>
        {({ AccountAlias: shown }) => <span>{shown || text.none}</span>}
      </Show>
      {isChanging && (
        <FormDialog
          title={text.alias}
          action={text.save}
          fields={[{ name: 'AccountAlias', label: text.alias, isRequired: true, help: text.aliasHelp }]}
          initially={{ AccountAlias: now }}
          submit={async (values) => {
            if (values['AccountAlias']) await ram('SetAccountAlias', values);
            reload();
          }}
          onClose={() => setChanging(false)}
        />
      )}
    </Section>
  );
}
