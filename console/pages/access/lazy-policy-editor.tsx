// The policy editor, fetched when it is first shown: it is larger than the rest of the page.

import { lazy, Suspense } from 'react';
import { Waiting } from '../../base/loaded.tsx';
import type { EditorProps } from './policy-editor.tsx';

const Editor = lazy(async () => ({ default: (await import('./policy-editor.tsx')).WrittenPolicy }));

export function PolicyEditor(props: EditorProps) {
  return (
    <Suspense fallback={<Waiting />}>
      <Editor {...props} />
    </Suspense>
  );
}

/** As people read it; as it is if it cannot be read. */
export function prettyDocument(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2);
  } catch {
    return document;
  }
}
