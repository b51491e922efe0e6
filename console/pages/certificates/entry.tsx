// The certificates' place in the console.

import { SafetyCertificateOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'certificates',
  order: 2,
  title: words({ en: { title: 'Certificates' }, zh: { title: '证书' } }),
  icon: <SafetyCertificateOutlined />,
  Page: lazyPage(() => import('./page.tsx')),
};
