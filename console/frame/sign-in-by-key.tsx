// Signing in with an access key, lasting or temporary.

import { Form, Input } from 'antd';
import { type Credentials, signIn } from '../base/api.ts';
import { commonWords } from '../base/common-words.ts';
import { useWords } from '../base/language.tsx';
import { SubmitLine, useSubmitting } from '../base/submitting.tsx';
import type { SignInProps } from './sign-in.tsx';
import { frameWords } from './words.ts';

export function SignInByKey({ onSignedIn }: SignInProps) {
  const text = useWords(frameWords);
  const { fillIn } = useWords(commonWords);
  const submitting = useSubmitting();
  const submit = ({ accessKeyId, accessKeySecret, securityToken }: Credentials): Promise<void> =>
    submitting.run(async () => {
      const key = { accessKeyId: accessKeyId.trim(), accessKeySecret: accessKeySecret.trim() };
      onSignedIn(await signIn({ ...key, ...(securityToken && { securityToken: securityToken.trim() }) }));
    });
  const required = [{ required: true, message: fillIn }];
  return (
    <Form<Credentials> layout="vertical" requiredMark={false} onFinish={submit}>
      <Form.Item name="accessKeyId" label={text.accessKeyId} rules={required}>
        <Input autoComplete="username" spellCheck={false} autoFocus />
      </Form.Item>
      <Form.Item name="accessKeySecret" label={text.accessKeySecret} rules={required}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="securityToken" label={text.securityToken} extra={text.securityTokenHelp}>
        <Input.Password autoComplete="off" />
      </Form.Item>
      <SubmitLine submitting={submitting} label={text.signIn} />
    </Form>
  );
}
