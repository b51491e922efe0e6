// The authorities' place in the console.

import { ApartmentOutlined } from '@ant-design/icons';
import { words } from '../../base/language.tsx';
import { lazyPage, type PageEntry } from '../page-entry.ts';

export const entry: PageEntry = {
  path: 'authorities',
  order: 1,
  title: words({ en: { title: 'Authorities' }, zh: { title: '证书颁发机构' } }),
  icon: <ApartmentOutlined />,
  Page: lazyPage(() => import('./page.tsx')),
};
