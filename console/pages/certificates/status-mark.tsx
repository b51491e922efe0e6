// How a certificate stands: a sign, a colour and a word, each of which says it.

import {
  CheckCircleOutlined,
  ClockCircleOutlined,
  HourglassOutlined,
  PauseCircleOutlined,
  StopOutlined,
} from '@ant-design/icons';
import { Typography } from 'antd';
import { useWords } from '../../base/language.tsx';
import type { CertificateRow } from './certificate-data.ts';
import { certificatesWords } from './words.ts';

type Standing = Pick<CertificateRow, 'Status' | 'Expired' | 'OwnRevocation' | 'Reason'>;

export function StatusMark({ standing }: { readonly standing: Standing }) {
  const text = useWords(certificatesWords);
  const { Status, Expired, OwnRevocation, Reason } = standing;
  if (Status === 'pending') {
    return (
      <Typography.Text type="secondary">
        <HourglassOutlined /> {text.pending}
      </Typography.Text>
    );
  }
  if (Status === 'revoked') {
    const isHeld = OwnRevocation && Reason === 'certificateHold';
    return (
      <Typography.Text type={isHeld ? 'warning' : 'danger'}>
        {isHeld ? <PauseCircleOutlined /> : <StopOutlined />}{' '}
        {isHeld ? text.onHold : OwnRevocation ? text.revoked : text.caRevoked}
      </Typography.Text>
    );
  }
  if (Expired) {
    return (
      <Typography.Text type="warning">
        <ClockCircleOutlined /> {text.expired}
      </Typography.Text>
    );
  }
  return (
    <Typography.Text type="success">
      <CheckCircleOutlined /> {text.good}
    </Typography.Text>
  );
}
