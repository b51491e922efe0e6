// The status check's place in the console.

import { SafetyCertificateOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'status',
  order: 3,
  title: words({ en: { title: 'Status check' }, zh: { title: '状态查询' } }),
  icon: <SafetyCertificateOutlined />,
  Page: lazyPage(() => import('./page.tsx')),
};
