// x
import { Typography } from 'antd';
import type { PageProps } from '../page-entry.ts';
export function Page(_props: PageProps) {
  return <Typography.Title level={2}>Diagnosis</Typography.Title>;
}
