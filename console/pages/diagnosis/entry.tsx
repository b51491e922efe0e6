// The diagnosis of refused calls: linked to from wherever one is shown.

import { QuestionCircleOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'diagnosis',
  order: 7,
  icon: <QuestionCircleOutlined />,
  title: words({ en: { title: 'Diagnosis' }, zh: { title: '错误诊断' } }),
  Page: lazyPage(() => import('./page.tsx')),
};
