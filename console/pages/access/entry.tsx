// The place of users, groups, roles, policies and keys in the console.

import { TeamOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'access',
  order: 4,
  title: words({ en: { title: 'Access' }, zh: { title: '访问控制' } }),
  icon: <TeamOutlined />,
  Page: lazyPage(() => import('./page.tsx')),
};
