// One parameter of a form, drawn from its declaration: a text, a choice, a JSON text, a group, or a list of any of these.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { Choice } from '../../base/choice.tsx';
import { commonWords } from '../../base/common-words.ts';
import { useWords } from '../../base/language.tsx';
import { exampleOf, type Schema } from './schema.ts';
import { rowsOf, type Values, withoutRow, withRow, withValue } from './values.ts';
import { explorerWords } from './words.ts';

export interface FieldProps {
  readonly schema: Schema;
  /** Wire name. */
  readonly path: string;
  readonly isRequired: boolean;
  readonly values: Values;
  readonly change: (values: Values) => void;
  /** What the service would say against it. */
  readonly problem?: string | undefined;
}

export function Field(props: FieldProps) {
  const { schema } = props;
  if (schema.type === 'array') return <ListField {...props} />;
  if (schema.type === 'object')
    return schema['x-wire'] === 'json' ? <JsonField {...props} /> : <GroupField {...props} />;
  return <ValueField {...props} />;
}

function ValueField(props: FieldProps) {
  const { schema, path, values, change } = props;
  const id = `parameter-${path}`;
  const value = values[path] ?? '';
  const put = (text: string) => change(withValue(values, path, text));
  const choices = schema.enum?.map(String) ?? (schema.type === 'boolean' ? ['true', 'false'] : undefined);
  const shared = { id, 'aria-required': props.isRequired, 'aria-describedby': `${id}_extra` };
  const example = String(schema.examples?.[0] ?? '');
  const isLong = (schema.maxLength ?? 0) > 1000 || example.includes('\n');
  return (
    <Item {...props} id={id}>
      {choices ? (
        <Choice
          {...shared}
          value={value}
          options={['', ...choices].map((choice) => ({ value: choice, label: choice }))}
          onChange={put}
        />
      ) : isLong ? (
        <Input.TextArea
          {...shared}
          value={value}
          className="long-text"
          spellCheck={false}
          onChange={({ target }) => put(target.value)}
        />
      ) : (
        <Input
          {...shared}
          value={value}
          placeholder={example}
          inputMode={schema.type === 'integer' ? 'numeric' : 'text'}
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => put(target.value)}
        />
      )}
    </Item>
  );
}

function JsonField(props: FieldProps) {
  const text = useWords(explorerWords);
  const { schema, path, values, change } = props;
  const id = `parameter-${path}`;
  const put = (json: string) => change(withValue(values, path, json));
  return (
    <Item {...props} id={id} more={text.jsonText}>
      <Input.TextArea
        id={id}
        value={values[path] ?? ''}
        spellCheck={false}
        className="long-text code-input"
        onChange={({ target }) => put(target.value)}
      />
      <Button
        size="small"
        aria-label={text.insertExample(path)}
        onClick={() => put(JSON.stringify(exampleOf(schema), null, 2))}
      >
        {text.example}
      </Button>
    </Item>
  );
}

function GroupField({ schema, path, isRequired, values, change, problem }: FieldProps) {
  return (
    <Group {...{ path, isRequired, problem }} description={schema.description}>
      {Object.entries(schema.properties ?? {}).map(([name, member]) => (
        <Field
          key={name}
          schema={member}
          path={`${path}.${name}`}
          isRequired={isRequired && (schema.required?.includes(name) ?? false)}
          {...{ values, change }}
        />
      ))}
    </Group>
  );
}

function ListField({ schema, path, isRequired, values, change, problem }: FieldProps) {
  const text = useWords(explorerWords);
  const say = useWords(commonWords);
  const { items = {}, maxItems } = schema;
  const rows = rowsOf(values, path);
  const description = schema.description ?? items.description;
  return (
    <Group {...{ path, isRequired, problem, description }}>
      {Array.from({ length: rows }, (_, index) => index + 1).map((row) => (
        <Flex key={row} gap="small" align="start">
          <div className="row">
            <Field schema={items} path={`${path}.${row}`} isRequired={false} {...{ values, change }} />
          </div>
          <Button
            icon={<DeleteOutlined />}
            aria-label={text.removeElement(path, row)}
            onClick={() => change(withoutRow(values, path, row))}
          />
        </Flex>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={maxItems !== undefined && rows >= maxItems}
        aria-label={text.addElement(path)}
        onClick={() => change(withRow(values, path, firstLeaf(items)))}
      >
        {say.add}
      </Button>
    </Group>
  );
}

/** Where within an element its first value lies: `.Key`, or nothing where it is itself a value. */
function firstLeaf(schema: Schema): string {
  if (schema.type !== 'object' || schema['x-wire'] === 'json') return '';
  const [first] = Object.entries(schema.properties ?? {});
  return first ? `.${first[0]}${firstLeaf(first[1])}` : '';
}

interface ItemProps extends Pick<FieldProps, 'schema' | 'path' | 'isRequired' | 'problem'> {
  readonly id: string;
  readonly more?: string;
  readonly children: ReactNode;
}

function Item({ schema, path, isRequired, problem, id, more, children }: ItemProps) {
  const extra = [schema.description, more].filter(Boolean).join(' ');
  return (
    <Form.Item
      label={<Name path={path} type={schema.type ?? ''} />}
      htmlFor={id}
      required={isRequired}
      extra={<span id={`${id}_extra`}>{extra}</span>}
      {...(problem !== undefined && { validateStatus: 'error' as const, help: problem })}
    >
      {children}
    </Form.Item>
  );
}

interface GroupProps extends Pick<FieldProps, 'path' | 'isRequired' | 'problem'> {
  readonly description: string | undefined;
  readonly children: ReactNode;
}

function Group({ path, isRequired, description, problem, children }: GroupProps) {
  return (
    <fieldset className="group-field">
      <legend>
        <Name path={path} type="" />
        {isRequired && ' *'}
      </legend>
      {description && <p>{description}</p>}
      {problem !== undefined && <p role="alert">{problem}</p>}
      {children}
    </fieldset>
  );
}

function Name({ path, type }: { readonly path: string; readonly type: string }) {
  return (
    <span>
      <span className="parameter-name">{path}</span> <span className="parameter-type">{type}</span>
    </span>
  );
}
