// The two fields of a new password, for a form.

import { Form, Input } from 'antd';
import { commonWords } from './common-words.ts';
import { useWords } from './language.tsx';

export interface NewPassword {
  readonly newPassword: string;
  readonly repeated: string;
}

export function NewPasswordFields() {
  const text = useWords(commonWords);
  return (
    <>
      <Form.Item name="newPassword" label={text.newPassword} rules={[{ required: true, message: text.fillIn }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="repeated"
        label={text.repeatPassword}
        dependencies={['newPassword']}
        rules={[
          ({ getFieldValue }) => ({
            validator: async (_, value) => {
              if (value !== getFieldValue('newPassword')) throw new Error(text.notTheSame);
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  );
}
