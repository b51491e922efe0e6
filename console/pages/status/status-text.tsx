// A status and the reason of a revocation, in words.

import { CheckCircleOutlined, CloseCircleOutlined, QuestionCircleOutlined } from '@ant-design/icons';
import { Typography } from 'antd';
import { useWords } from '../../base/language.tsx';
import { statusWords } from './words.ts';

const looks = {
  good: { type: 'success', icon: <CheckCircleOutlined /> },
  revoked: { type: 'danger', icon: <CloseCircleOutlined /> },
  unknown: { type: 'secondary', icon: <QuestionCircleOutlined /> },
} as const;

export function StatusText({ status }: { readonly status: keyof typeof looks }) {
  const say = useWords(statusWords);
  const { type, icon } = looks[status];
  return (
    <Typography.Text type={type} strong className="nowrap">
      {icon} {say[status]}
    </Typography.Text>
  );
}

/** @param reason by its name in RFC 5280 §5.3.1; the text has that name too, for whoever looks it up. */
export function reasonText(reason: string | undefined, say: (typeof statusWords)['en']): string {
  const texts: Readonly<Record<string, string>> = {
    keyCompromise: say.keyCompromise,
    cACompromise: say.cACompromise,
    affiliationChanged: say.affiliationChanged,
    superseded: say.superseded,
    cessationOfOperation: say.cessationOfOperation,
    certificateHold: say.certificateHold,
    privilegeWithdrawn: say.privilegeWithdrawn,
    aACompromise: say.aACompromise,
  };
  return reason === undefined ? say.noReason : (texts[reason] ?? reason);
}
