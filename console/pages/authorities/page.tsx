// The CAs of the account: all of them as a tree, one by itself, and the making of one.

import { lazy } from 'react';
import type { PageProps } from '../page-entry.ts';
import './authorities.css';
import { Tree } from './tree.tsx';

const Detail = lazy(() => import('./detail.tsx'));
const Create = lazy(() => import('./create.tsx'));

export function Page({ rest: [first] }: PageProps) {
  if (first === undefined) return <Tree />;
  return first === 'new' ? <Create /> : <Detail key={first} identifier={first} />;
}
