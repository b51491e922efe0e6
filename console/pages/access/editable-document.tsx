// A policy's document: shown as text, and in the editor once somebody wants to change it.

import { Button } from 'antd';
import { useState } from 'react';
import { Code } from '../../base/code.tsx';
import { commonWords } from '../../base/common-words.ts';
import { useDoing } from '../../base/doing.tsx';
import { useWords } from '../../base/language.tsx';
import { Section } from '../../base/section.tsx';
import { PolicyEditor, prettyDocument } from './lazy-policy-editor.tsx';
import type { EditorProps } from './policy-editor.tsx';
import { accessWords } from './words.ts';

interface DocumentProps extends Pick<EditorProps, 'grammar' | 'templates'> {
  readonly title: string;
  readonly document: string;
  /** Absent for what cannot be changed. */
  readonly save?: (document: string) => Promise<unknown>;
  /** What the button that saves says. */
  readonly saveAction: string;
  readonly onSaved: () => void;
}

export function EditableDocument({ title, document, save, saveAction, onSaved, ...editor }: DocumentProps) {
  const text = useWords(accessWords);
  const say = useWords(commonWords);
  const start = prettyDocument(document);
  const [written, setWritten] = useState<{ readonly text: string; readonly isSound: boolean }>();
  const { run, problem, isBusy } = useDoing(() => {
    setWritten(undefined);
    onSaved();
  });
  if (!written) {
    return (
      <Section
        title={title}
        actions={
          save && (
            <Button aria-label={`${text.edit}: ${title}`} onClick={() => setWritten({ text: start, isSound: true })}>
              {text.edit}
            </Button>
          )
        }
      >
        <Code label={text.document} text={start} />
      </Section>
    );
  }
  return (
    <Section
      title={title}
      actions={
        <>
          <Button onClick={() => setWritten(undefined)}>{say.cancel}</Button>
          <Button
            type="primary"
            loading={isBusy}
            disabled={!written.isSound || written.text === start}
            onClick={() => void run(async () => save?.(written.text), text.saved)}
          >
            {saveAction}
          </Button>
        </>
      }
    >
      {problem}
      <PolicyEditor
        {...editor}
        label={title}
        initially={start}
        onChange={(changed, isSound) => setWritten({ text: changed, isSound })}
      />
    </Section>
  );
}
