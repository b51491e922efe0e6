// The page of those who are not signed in.

import { Button, Card, Form, Input, Typography } from 'antd';
import { useState } from 'react';
import { type Credentials, type SignedIn, signIn } from '../base/api.ts';
import { useWords } from '../base/language.tsx';
import { Refusal } from '../base/loaded.tsx';
import { frameWords } from './words.ts';

export function SignIn({ onSignedIn }: { readonly onSignedIn: (session: SignedIn) => void }) {
  const text = useWords(frameWords);
  const [problem, setProblem] = useState<unknown>();
  const [isWaiting, setWaiting] = useState(false);
  const submit = async ({ accessKeyId, accessKeySecret, securityToken }: Credentials): Promise<void> => {
    setWaiting(true);
    try {
      const key = { accessKeyId: accessKeyId.trim(), accessKeySecret: accessKeySecret.trim() };
      onSignedIn(await signIn({ ...key, ...(securityToken && { securityToken: securityToken.trim() }) }));
    } catch (error) {
      setProblem(error);
    } finally {
      setWaiting(false);
    }
  };
  const required = [{ required: true, message: text.fillIn }];
  return (
    <Card className="sign-in">
      <Typography.Title level={1}>Certitude</Typography.Title>
      <Typography.Paragraph>{text.signInLead}</Typography.Paragraph>
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
        {problem !== undefined && (
          <Form.Item>
            <Refusal error={problem} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit" block loading={isWaiting}>
          {text.signIn}
        </Button>
      </Form>
    </Card>
  );
}
