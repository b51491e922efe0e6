// The operator's settings on one subject, each with its variable, its default and what it means.

import type { ShownSetting } from '../../../src/protocols/console/settings.ts';
import { useWords } from '../../base/language.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { settingsWords } from './words.ts';

interface SettingsProps {
  readonly group: ShownSetting['group'];
  readonly settings: readonly ShownSetting[];
}

export function SettingsOf({ group, settings }: SettingsProps) {
  const text = useWords(settingsWords);
  return (
    <PagedTable
      label={`${text.variable}: ${text[group]}`}
      rows={settings.filter((setting) => setting.group === group)}
      rowKey={({ variable }) => variable}
      empty={text.none}
      columns={[
        {
          key: 'variable',
          title: text.variable,
          className: 'variable',
          cell: ({ variable }) => <code>{variable}</code>,
        },
        {
          key: 'value',
          title: text.value,
          className: 'value',
          cell: ({ value, byDefault }) =>
            value === '' ? text.empty : value === byDefault ? value : <strong>{value}</strong>,
        },
        { key: 'default', title: text.byDefault, cell: ({ byDefault }) => byDefault || text.empty },
        // The sentences are those of `certitude serve --help`, in English as there.
        {
          key: 'meaning',
          title: text.meaning,
          className: 'meaning',
          cell: ({ meaning }) => <span lang="en">{meaning}</span>,
        },
      ]}
    />
  );
}
