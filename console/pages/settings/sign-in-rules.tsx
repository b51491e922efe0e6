// What the account asks of passwords, and what it leaves to its users.

import { Button, Descriptions } from 'antd';
import { useCallback, useState } from 'react';
import { FormDialog, type FormField } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { Section } from '../../base/section.tsx';
import { ram } from '../access/ram.ts';
import { settingsWords } from './words.ts';

type Values = Readonly<Record<string, string | number | boolean>>;

/** In the order shown. */
const passwordRules = [
  'MinimumPasswordLength',
  'RequireLowercaseCharacters',
  'RequireUppercaseCharacters',
  'RequireNumbers',
  'RequireSymbols',
  'MaxPasswordAge',
  'HardExpiry',
  'MaxLoginAttemps',
] as const;

export function PasswordPolicy() {
  const text = useWords(settingsWords);
  const load = useCallback(async () => (await ram<{ PasswordPolicy: Values }>('GetPasswordPolicy')).PasswordPolicy, []);
  return <Rules title={text.passwordPolicy} names={passwordRules} load={load} action="SetPasswordPolicy" />;
}

const preferences = [
  'AllowUserToChangePassword',
  'AllowUserToManageAccessKeys',
  'AllowUserToManageMFADevices',
  'LoginSessionDuration',
  'LoginNetworkMasks',
] as const;

export function Preferences() {
  const text = useWords(settingsWords);
  const load = useCallback(async (): Promise<Values> => {
    const { SecurityPreference } = await ram<{ SecurityPreference: Record<string, Values> }>('GetSecurityPreference');
    return Object.assign({}, ...Object.values(SecurityPreference));
  }, []);
  return <Rules title={text.preferences} names={preferences} load={load} action="SetSecurityPreference" />;
}

interface RulesProps {
  readonly title: string;
  readonly names: readonly (typeof passwordRules | typeof preferences)[number][];
  readonly load: () => Promise<Values>;
  /** What sets them. */
  readonly action: string;
}

function Rules({ title, names, load, action }: RulesProps) {
  const text = useWords(settingsWords);
  const [values, reload] = useLoaded(load);
  const [isChanging, setChanging] = useState(false);
  const now = values.state === 'here' ? values.value : {};
  const fields = names.map((name): FormField => {
    const kind = typeof now[name] === 'boolean' ? 'switch' : typeof now[name] === 'number' ? 'number' : 'text';
    return { name, label: text[name], kind };
  });
  return (
    <Section
      title={title}
      actions={
        <Button
          aria-label={`${text.change}: ${title}`}
          disabled={values.state !== 'here'}
          onClick={() => setChanging(true)}
        >
          {text.change}
        </Button>
      }
    >
      <Show loaded={values} retry={reload}>
        {(shown) => (
          <Descriptions
            size="small"
            column={{ xs: 1, md: 2, xl: 3 }}
            items={names.map((name) => ({ key: name, label: text[name], children: shownValue(shown[name], text) }))}
          />
        )}
      </Show>
      {isChanging && (
        <FormDialog
          title={title}
          action={text.save}
          fields={fields}
          initially={Object.fromEntries(names.map((name) => [name, String(now[name] ?? '')]))}
          submit={async (changed) => {
            // Whatever is left out would go back to its default.
            const all = Object.fromEntries(Object.entries(now).map(([name, value]) => [name, String(value)]));
            await ram(action, { ...all, ...changed });
            reload();
          }}
          onClose={() => setChanging(false)}
        />
      )}
    </Section>
  );
}

function shownValue(value: Values[string] | undefined, text: (typeof settingsWords)['en']): string {
  if (typeof value === 'boolean') return value ? text.yes : text.no;
  return value === undefined || value === '' ? text.none : String(value);
}
