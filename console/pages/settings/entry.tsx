// The settings' place in the console.

import { SettingOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'settings',
  order: 8,
  title: words({ en: { title: 'Settings' }, zh: { title: '设置' } }),
  icon: <SettingOutlined />,
  Page: lazyPage(() => import('./page.tsx')),
};
