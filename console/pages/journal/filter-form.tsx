// What of the journal is to be shown.

import { Button, Flex, Form, Input } from 'antd';
import { useState } from 'react';
import { Choice } from '../../base/choice.tsx';
import { useWords } from '../../base/language.tsx';
import { type KindGroup, kindGroups } from './kinds.ts';
import type { Filter } from './read.ts';
import { journalWords } from './words.ts';

interface FilterFormProps {
  readonly filter: Filter;
  readonly show: (filter: Partial<Filter>) => void;
}

export function FilterForm({ filter, show }: FilterFormProps) {
  const text = useWords(journalWords);
  const [wanted, setWanted] = useState(filter);
  const change = (part: Partial<Filter>): void => setWanted({ ...wanted, ...part });
  const groups = [
    { value: '', label: text.everything },
    ...(Object.keys(kindGroups) as KindGroup[]).map((value) => ({ value, label: text[value] })),
  ];
  return (
    <Form layout="vertical" className="journal-filter" aria-label={text.filter} onFinish={() => show(wanted)}>
      <Form.Item label={text.group} htmlFor="journal-group">
        <Choice
          id="journal-group"
          value={wanted.group}
          options={groups}
          onChange={(group) => {
            change({ group: group as Filter['group'] });
            show({ ...wanted, group: group as Filter['group'] });
          }}
        />
      </Form.Item>
      <Form.Item label={text.subject} htmlFor="journal-subject">
        <Input
          id="journal-subject"
          value={wanted.subject}
          placeholder={text.subjectHelp}
          spellCheck={false}
          maxLength={256}
          allowClear
          onChange={({ target }) => change({ subject: target.value })}
        />
      </Form.Item>
      <Form.Item label={text.principal} htmlFor="journal-principal">
        <Input
          id="journal-principal"
          value={wanted.principal}
          placeholder={text.principalHelp}
          spellCheck={false}
          maxLength={256}
          allowClear
          onChange={({ target }) => change({ principal: target.value })}
        />
      </Form.Item>
      <Form.Item label={text.from} htmlFor="journal-from">
        <Input
          id="journal-from"
          type="datetime-local"
          value={wanted.from}
          onChange={({ target }) => change({ from: target.value })}
        />
      </Form.Item>
      <Form.Item label={text.until} htmlFor="journal-until">
        <Input
          id="journal-until"
          type="datetime-local"
          value={wanted.until}
          onChange={({ target }) => change({ until: target.value })}
        />
      </Form.Item>
      <Flex gap="small" className="journal-actions">
        <Button type="primary" htmlType="submit">
          {text.apply}
        </Button>
        <Button onClick={() => show({})}>{text.reset}</Button>
      </Flex>
    </Form>
  );
}
