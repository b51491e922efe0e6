// Taking up the seed of a virtual MFA device into an authenticator app, and the two codes that prove it.

import { Form, Input, Typography } from 'antd';
import { commonWords } from './common-words.ts';
import { useWords } from './language.tsx';
import { SubmitLine, useSubmitting } from './submitting.tsx';

interface AuthenticatorProps {
  /** In Base32. */
  readonly seed: string;
  /** The same as a QR code: PNG in Base64. */
  readonly qrCode: string;
  readonly onCodes: (first: string, second: string) => Promise<void>;
}

interface Codes {
  readonly first: string;
  readonly second: string;
}

export function Authenticator({ seed, qrCode, onCodes }: AuthenticatorProps) {
  const text = useWords(commonWords);
  const submitting = useSubmitting();
  const rules = [{ required: true, pattern: /^\s*(?:\d\s*){6}$/, message: text.sixDigits }];
  const digits = { inputMode: 'numeric', autoComplete: 'one-time-code', maxLength: 12 } as const;
  const bare = (code: string): string => code.replaceAll(/\s/g, '');
  return (
    <>
      <p>{text.scan}</p>
      <img src={`data:image/png;base64,${qrCode}`} alt={text.qrCode} className="qr-code" />
      <p>
        {text.seed}: <Typography.Text code>{seed}</Typography.Text>
      </p>
      <Form<Codes>
        layout="vertical"
        requiredMark={false}
        onFinish={({ first, second }) => submitting.run(() => onCodes(bare(first), bare(second)))}
      >
        <Form.Item name="first" label={text.firstCode} rules={rules}>
          <Input {...digits} autoFocus />
        </Form.Item>
        <Form.Item name="second" label={text.secondCode} rules={rules}>
          <Input {...digits} />
        </Form.Item>
        <SubmitLine submitting={submitting} label={text.bind} />
      </Form>
    </>
  );
}
