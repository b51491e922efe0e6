// Signing in with a user's name and password; the code of an MFA device is asked for where there is one.

import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { ApiError, signInAsUser, type UserCredentials } from '../base/api.ts';
import { commonWords } from '../base/common-words.ts';
import { useWords } from '../base/language.tsx';
import { SubmitLine, useSubmitting } from '../base/submitting.tsx';
import type { SignInProps } from './sign-in.tsx';
import { frameWords } from './words.ts';

export function SignInByPassword({ onSignedIn }: SignInProps) {
  const text = useWords(frameWords);
  const { fillIn } = useWords(commonWords);
  const submitting = useSubmitting();
  /** Known to be right: a code is wanted beside it. */
  const [proven, setProven] = useState<UserCredentials>();
  const submit = (typed: UserCredentials): Promise<void> =>
    submitting.run(async () => {
      const credentials = { userName: typed.userName.trim(), password: typed.password };
      try {
        onSignedIn(await signInAsUser(credentials));
      } catch (error) {
        if (!(error instanceof ApiError && error.code === 'MfaCodeRequired')) throw error;
        setProven(credentials);
      }
    });
  if (proven) return <CodeForm proven={proven} onSignedIn={onSignedIn} onBack={() => setProven(undefined)} />;
  const required = [{ required: true, message: fillIn }];
  return (
    <Form<UserCredentials> layout="vertical" requiredMark={false} onFinish={submit}>
      <Form.Item name="userName" label={text.userName} rules={required} extra={text.userNameHelp}>
        <Input autoComplete="username" spellCheck={false} autoCapitalize="none" autoFocus />
      </Form.Item>
      <Form.Item name="password" label={text.password} rules={required}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <SubmitLine submitting={submitting} label={text.signIn} />
    </Form>
  );
}

interface CodeFormProps extends SignInProps {
  readonly proven: UserCredentials;
  readonly onBack: () => void;
}

function CodeForm({ proven, onSignedIn, onBack }: CodeFormProps) {
  const text = useWords(frameWords);
  const { fillIn } = useWords(commonWords);
  const submitting = useSubmitting();
  return (
    <Form<{ code: string }>
      layout="vertical"
      requiredMark={false}
      onFinish={({ code }) =>
        submitting.run(async () => onSignedIn(await signInAsUser({ ...proven, code: code.replaceAll(/\s/g, '') })))
      }
    >
      <p>{proven.userName}</p>
      <Form.Item name="code" label={text.code} rules={[{ required: true, message: fillIn }]} extra={text.codeHelp}>
        <Input inputMode="numeric" autoComplete="one-time-code" maxLength={16} autoFocus />
      </Form.Item>
      <SubmitLine submitting={submitting} label={text.signIn} />
      <Button type="link" block onClick={onBack}>
        {text.otherUser}
      </Button>
    </Form>
  );
}
