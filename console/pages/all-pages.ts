// The pages there are, as found in their folders: a new one changes no file but its own.

import type { PageEntry } from './page-entry.ts';

const found = import.meta.glob<{ readonly entry: PageEntry }>('./*/entry.tsx', { eager: true });

const last = Number.POSITIVE_INFINITY;

/** In the order of the navigation. */
export const pages: readonly PageEntry[] = Object.values(found)
  .map(({ entry }) => entry)
  .sort((a, b) => (a.order ?? last) - (b.order ?? last));
