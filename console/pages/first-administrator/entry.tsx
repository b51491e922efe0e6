// Where the one-time link leads: making the account's first administrator.

import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'first-administrator',
  title: words({ en: { title: 'First administrator' }, zh: { title: '首个管理员' } }),
  Page: lazyPage(() => import('./page.tsx')),
};
