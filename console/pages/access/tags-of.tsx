// The tags of a role or a policy.

import { Button } from 'antd';
import { useCallback, useState } from 'react';
import { useDoing } from '../../base/doing.tsx';
import { FormDialog } from '../../base/form-dialog.tsx';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { Section } from '../../base/section.tsx';
import { ram } from './ram.ts';
import { accessWords } from './words.ts';

interface TagOf {
  readonly TagKey: string;
  readonly TagValue: string;
}

export function TagsOf({ type, name }: { readonly type: 'role' | 'policy'; readonly name: string }) {
  const text = useWords(accessWords);
  const [isAdding, setAdding] = useState(false);
  const load = useCallback(
    () =>
      ram<{ TagResources: readonly TagOf[] }>('ListTagResources', {
        ResourceType: type,
        ResourceNames: JSON.stringify([name]),
      }),
    [type, name],
  );
  const [tags, reload] = useLoaded(load);
  const { run, problem } = useDoing(reload);
  const about = { ResourceType: type, ResourceNames: JSON.stringify([name]) };
  return (
    <Section title={text.tags} actions={<Button onClick={() => setAdding(true)}>{text.addTag}</Button>}>
      {problem}
      <Show loaded={tags} retry={reload}>
        {({ TagResources }) => (
          <PagedTable
            label={text.tags}
            rows={TagResources}
            rowKey={({ TagKey }) => TagKey}
            empty={text.noTags}
            columns={[
              { key: 'key', title: text.tagKey, cell: ({ TagKey }) => TagKey },
              { key: 'value', title: text.tagValue, cell: ({ TagValue }) => TagValue },
              {
                key: 'actions',
                title: text.actions,
                className: 'narrow',
                cell: ({ TagKey }) => (
                  <Button
                    size="small"
                    aria-label={`${text.remove} ${TagKey}`}
                    onClick={() =>
                      void run(() => ram('UntagResources', { ...about, TagKeys: JSON.stringify([TagKey]) }), text.saved)
                    }
                  >
                    {text.remove}
                  </Button>
                ),
              },
            ]}
          />
        )}
      </Show>
      {isAdding && (
        <FormDialog
          title={text.addTag}
          action={text.add}
          fields={[
            { name: 'Key', label: text.tagKey, isRequired: true },
            { name: 'Value', label: text.tagValue },
          ]}
          submit={async ({ Key = '', Value = '' }) => {
            await ram('TagResources', { ...about, Tag: JSON.stringify([{ Key, Value }]) });
            reload();
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </Section>
  );
}
