// Whom a new certificate names: the subject, and alternative names.

import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Checkbox, Flex, Form, Input } from 'antd';
import { useId } from 'react';
import type { GeneralNameType } from '../../../../src/pki/general-name.ts';
import { Choice } from '../../../base/choice.tsx';
import { useWords } from '../../../base/language.tsx';
import type { WantedName } from './browser-key.ts';
import { type IssueForm, nameTypesFor, subjectFields } from './issue-form.ts';
import { issueWords } from './issue-words.ts';

interface FieldsProps {
  readonly form: IssueForm;
  readonly put: (change: Partial<IssueForm>) => void;
}

export function SubjectFields({ form, put }: FieldsProps) {
  const say = useWords(issueWords);
  const id = useId();
  return (
    <Card size="small" title={<h2>{say.subject}</h2>}>
      <p className="quiet">{form.kind === 'custom' ? say.subjectHelpCustom : say.subjectHelp}</p>
      <Form component={false} layout="vertical">
        <div className="field-grid">
          {subjectFields.map((field) => (
            <Form.Item key={field} label={say[field]} htmlFor={`${id}-${field}`}>
              <Input
                id={`${id}-${field}`}
                value={form.subject[field]}
                maxLength={field === 'country' ? 2 : field === 'locality' || field === 'state' ? 128 : 64}
                autoComplete="off"
                onChange={({ target }) => put({ subject: { ...form.subject, [field]: target.value } })}
              />
            </Form.Item>
          ))}
        </div>
      </Form>
      <Names form={form} put={put} />
      {form.kind === 'custom' && <Usages form={form} put={put} />}
    </Card>
  );
}

/** As the service has it. */
const mostNames = 100;

type NameType = 'dNSName' | 'iPAddress' | 'rfc822Name' | 'uniformResourceIdentifier';

function Names({ form, put }: FieldsProps) {
  const say = useWords(issueWords);
  const types = nameTypesFor(form) as readonly NameType[];
  const { names } = form;
  const change = (at: number, name: WantedName) => put({ names: names.with(at, name) });
  return (
    <fieldset className="name-rows">
      <legend>{say.names}</legend>
      {names.map(({ type, value }, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows are what their place says
        <Flex key={at} gap="small" className="name-row">
          <Choice
            aria-label={say.nameType(at + 1)}
            value={type}
            options={types.map((each) => ({ value: each, label: say[each] }))}
            onChange={(chosen) => change(at, { type: chosen as GeneralNameType, value })}
          />
          <Input
            aria-label={say.nameValue(at + 1)}
            value={value}
            maxLength={2048}
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => change(at, { type, value: target.value })}
          />
          <Button
            icon={<DeleteOutlined />}
            aria-label={say.removeName(at + 1)}
            onClick={() => put({ names: names.toSpliced(at, 1) })}
          />
        </Flex>
      ))}
      <Button
        size="small"
        icon={<PlusOutlined />}
        disabled={names.length >= mostNames}
        onClick={() => put({ names: [...names, { type: types[0] ?? 'dNSName', value: '' }] })}
      >
        {say.addName}
      </Button>
    </fieldset>
  );
}

const usages = ['clientAuth', 'serverAuth', 'codeSigning', 'emailProtection', 'timeStamping'];

function Usages({ form, put }: FieldsProps) {
  const say = useWords(issueWords);
  return (
    <fieldset className="name-rows">
      <legend>{say.usages}</legend>
      <Flex gap="small" wrap>
        {usages.map((usage) => (
          <Checkbox
            key={usage}
            checked={form.usages.includes(usage)}
            onChange={({ target }) =>
              put({ usages: usages.filter((each) => (each === usage ? target.checked : form.usages.includes(each))) })
            }
          >
            {usage}
          </Checkbox>
        ))}
      </Flex>
    </fieldset>
  );
}
