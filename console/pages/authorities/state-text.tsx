// Whether a CA is in force, in words.

import { CheckCircleOutlined, ClockCircleOutlined, CloseCircleOutlined } from '@ant-design/icons';
import { Typography } from 'antd';
import { useWords } from '../../base/language.tsx';
import { authoritiesWords } from './words.ts';

/** @param props.notAfter milliseconds since 1970 */
export function StateText({ isRevoked, notAfter }: { readonly isRevoked: boolean; readonly notAfter: number }) {
  const say = useWords(authoritiesWords);
  if (isRevoked) {
    return (
      <Typography.Text type="danger" className="nowrap">
        <CloseCircleOutlined /> {say.revoked}
      </Typography.Text>
    );
  }
  if (notAfter < Date.now()) {
    return (
      <Typography.Text type="secondary" className="nowrap">
        <ClockCircleOutlined /> {say.ended}
      </Typography.Text>
    );
  }
  return (
    <Typography.Text type="success" className="nowrap">
      <CheckCircleOutlined /> {say.inForce}
    </Typography.Text>
  );
}
