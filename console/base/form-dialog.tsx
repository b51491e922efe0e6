// A dialog with a few fields, for what is made or changed: it stays open, with the reason, when it is refused.

import { Checkbox, Form, Input, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { Choice } from './choice.tsx';
import { commonWords } from './common-words.ts';
import { useWords } from './language.tsx';
import { Refusal } from './loaded.tsx';

export interface FormField {
  /** Of the wire parameter. */
  readonly name: string;
  readonly label: string;
  readonly kind?: 'text' | 'password' | 'switch' | 'choice' | 'number';
  readonly isRequired?: boolean;
  readonly help?: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  readonly autoComplete?: string;
}

interface DialogProps {
  readonly title: string;
  /** What the button says. */
  readonly action: string;
  readonly fields: readonly FormField[];
  readonly initially?: Readonly<Record<string, string>>;
  /** Called with what was filled in or changed. */
  readonly submit: (values: Readonly<Record<string, string>>) => Promise<unknown>;
  readonly onClose: () => void;
  /** Between the fields and the buttons. */
  readonly children?: ReactNode;
  /** Whether what is there besides the fields is as it must be. */
  readonly isReady?: boolean;
  readonly width?: number;
}

export function FormDialog(props: DialogProps) {
  const { title, action, fields, initially = {}, submit, onClose, children, isReady = true, width = 520 } = props;
  const say = useWords(commonWords);
  const [values, setValues] = useState(initially);
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const isComplete = isReady && fields.every(({ name, isRequired }) => !isRequired || (values[name] ?? '') !== '');
  const send = async (): Promise<void> => {
    if (!isComplete || isBusy) return;
    setBusy(true);
    try {
      // An empty text is one that is not sent, and what is as it was need not be.
      const changed = Object.entries(values).filter(([name, value]) => value !== '' && value !== initially[name]);
      await submit(Object.fromEntries(changed));
      onClose();
    } catch (thrown) {
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      width={width}
      title={title}
      okText={action}
      cancelText={say.cancel}
      okButtonProps={{ disabled: !isComplete, loading: isBusy }}
      onOk={() => void send()}
      onCancel={onClose}
    >
      <Form layout="vertical" onFinish={() => void send()}>
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={values[field.name] ?? ''}
            change={(value) => setValues((before) => ({ ...before, [field.name]: value }))}
          />
        ))}
        {children}
        {error !== undefined && <Refusal error={error} />}
        {/* Enter in a field submits only where the form has a button for it. */}
        <button type="submit" hidden aria-hidden tabIndex={-1} />
      </Form>
    </Modal>
  );
}

interface FieldProps {
  readonly field: FormField;
  readonly value: string;
  readonly change: (value: string) => void;
}

function Field({ field, value, change }: FieldProps) {
  const { name, label, kind = 'text', isRequired = false, help, options = [], autoComplete = 'off' } = field;
  const id = `field-${name}`;
  if (kind === 'switch') {
    return (
      <Form.Item extra={help}>
        <Checkbox id={id} checked={value === 'true'} onChange={({ target }) => change(String(target.checked))}>
          {label}
        </Checkbox>
      </Form.Item>
    );
  }
  const common = { id, value, autoComplete, required: isRequired, spellCheck: false };
  return (
    <Form.Item label={label} htmlFor={id} required={isRequired} extra={help}>
      {kind === 'choice' ? (
        <Choice id={id} value={value} options={options} onChange={change} />
      ) : kind === 'password' ? (
        <Input.Password {...common} onChange={({ target }) => change(target.value)} />
      ) : (
        <Input
          {...common}
          inputMode={kind === 'number' ? 'numeric' : 'text'}
          onChange={({ target }) => change(target.value)}
        />
      )}
    </Form.Item>
  );
}
