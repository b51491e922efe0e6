// The API Explorer's place in the console.

import { ApiOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'explorer',
  order: 6,
  title: words({ en: { title: 'API Explorer' }, zh: { title: 'API 调试' } }),
  icon: <ApiOutlined />,
  Page: lazyPage(() => import('./page.tsx')),
};
