// What a page tells of itself. A page is a folder beside this file with an `entry.tsx` that exports `entry`.

import { type ComponentType, type LazyExoticComponent, lazy, type ReactNode } from 'react';
import type { Words } from '../base/language.tsx';

export interface PageProps {
  /** What follows the page's own path, segment by segment. */
  readonly rest: readonly string[];
}

export interface PageEntry {
  /** First segment of its path below /console/. */
  readonly path: string;
  /**
   * Place in the navigation: 0 overview, 1 authorities, 2 certificates, 3 status check, 4 access, 5 journal, 6 explorer,
   * 7 diagnosis, 8 settings. Absent for a page that is only linked to.
   */
  readonly order?: number;
  readonly title: Words<{ readonly title: string }>;
  readonly icon?: ReactNode;
  /** Loaded when it is first gone to. */
  readonly Page: LazyExoticComponent<ComponentType<PageProps>>;
}

/** @param load the page's module, by a dynamic import, which makes its script a file of its own. */
export function lazyPage(load: () => Promise<{ readonly Page: ComponentType<PageProps> }>): PageEntry['Page'] {
  return lazy(async () => ({ default: (await load()).Page }));
}
