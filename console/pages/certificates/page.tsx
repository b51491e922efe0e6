// Certificates: the list, one of them, issuing, revoking by list. Each has its own address.

import { lazy, Suspense } from 'react';
import { Waiting } from '../../base/loaded.tsx';
import type { PageProps } from '../page-entry.ts';
import './certificates.css';
import { CertificateList } from './list.tsx';

// Each loaded when it is first gone to: who only looks does not load what reads and signs.
const Detail = lazy(() => import('./detail.tsx'));
const Issue = lazy(() => import('./issue/issue.tsx'));
const RevokeMany = lazy(() => import('./revoke-many.tsx'));

export function Page({ rest }: PageProps) {
  const [first] = rest;
  if (first === undefined) return <CertificateList />;
  return <Suspense fallback={<Waiting />}>{pageAt(first)}</Suspense>;
}

function pageAt(segment: string) {
  switch (segment) {
    case 'issue':
      return <Issue />;
    case 'revoke':
      return <RevokeMany />;
    default:
      return <Detail key={segment} name={segment} />;
  }
}
