// The diagnosis of refused calls: linked to from wherever one is shown.

import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'diagnosis',
  title: words({ en: { title: 'Diagnosis' }, zh: { title: '错误诊断' } }),
  Page: lazyPage(() => import('./page.tsx')),
};
