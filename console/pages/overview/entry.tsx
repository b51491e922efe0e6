// The overview's place in the console: where one begins.

import { DashboardOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'overview',
  order: 0,
  title: words({ en: { title: 'Overview' }, zh: { title: '概览' } }),
  icon: <DashboardOutlined />,
  Page: lazyPage(() => import('./page.tsx')),
};
