// Copies a text to the clipboard, and says that it did.

import { CheckOutlined, CopyOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { commonWords } from './common-words.ts';
import { useWords } from './language.tsx';

export function CopyButton({ text }: { readonly text: string }) {
  const say = useWords(commonWords);
  const [copied, setCopied] = useState<string>();
  const isCopied = copied === text;
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(text),
      () => setCopied(undefined),
    );
  };
  return (
    <Button size="small" icon={isCopied ? <CheckOutlined /> : <CopyOutlined />} onClick={copy} aria-live="polite">
      {isCopied ? say.copied : say.copy}
    </Button>
  );
}
