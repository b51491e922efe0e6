// The journal's place in the console.

import { HistoryOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'journal',
  order: 5,
  title: words({ en: { title: 'Journal' }, zh: { title: '日志' } }),
  icon: <HistoryOutlined />,
  Page: lazyPage(() => import('./page.tsx')),
};
