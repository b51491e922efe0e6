// How long a new certificate is valid, and what its owner calls it.

import { Card, Checkbox, Form, Input } from 'antd';
import { useId } from 'react';
import { useWords } from '../../../base/language.tsx';
import type { IssueForm } from './issue-form.ts';
import { issueWords } from './issue-words.ts';

interface FieldsProps {
  readonly form: IssueForm;
  readonly put: (change: Partial<IssueForm>) => void;
}

export function TermFields({ form, put }: FieldsProps) {
  const say = useWords(issueWords);
  const id = useId();
  return (
    <Card size="small" title={<h2>{say.terms}</h2>}>
      <Form component={false} layout="vertical">
        <div className="field-grid">
          <Form.Item label={say.days} htmlFor={`${id}-days`}>
            <Input
              id={`${id}-days`}
              inputMode="numeric"
              value={form.days}
              maxLength={5}
              onChange={({ target }) => put({ days: target.value })}
            />
          </Form.Item>
          {/* Custom certificates have no alias when they are issued. */}
          {form.kind !== 'custom' && (
            <Form.Item label={say.aliasName} htmlFor={`${id}-alias`}>
              <Input
                id={`${id}-alias`}
                value={form.aliasName}
                maxLength={128}
                onChange={({ target }) => put({ aliasName: target.value })}
              />
            </Form.Item>
          )}
          <Form.Item label={say.customIdentifier} htmlFor={`${id}-own`}>
            <Input
              id={`${id}-own`}
              value={form.customIdentifier}
              maxLength={128}
              onChange={({ target }) => put({ customIdentifier: target.value })}
            />
          </Form.Item>
        </div>
        <Form.Item label={say.tags} htmlFor={`${id}-tags`}>
          <Input.TextArea
            id={`${id}-tags`}
            className="long-text"
            value={form.tags}
            spellCheck={false}
            onChange={({ target }) => put({ tags: target.value })}
          />
        </Form.Item>
      </Form>
      <Checkbox checked={form.withAddresses} onChange={({ target }) => put({ withAddresses: target.checked })}>
        {say.withAddresses}
      </Checkbox>
    </Card>
  );
}
