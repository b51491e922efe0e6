// A text area for JSON with colours, line numbers and the place of a problem marked: CodeMirror, put together sparingly.

import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { styleNonce } from '../../base/style-nonce.ts';

export interface Place {
  readonly from: number;
  readonly to: number;
}

export interface CodeEditor {
  readonly setText: (text: string) => void;
  /** Marks where something is wrong, or takes the mark away. */
  readonly mark: (problem: (Place & { readonly message: string }) | undefined) => void;
  readonly goTo: (place: Place) => void;
  readonly close: () => void;
}

interface EditorOptions {
  readonly parent: HTMLElement;
  readonly text: string;
  readonly label: string;
  readonly onChange: (text: string) => void;
}

// Tab leaves the editor, as it leaves every other field: nobody is caught in it.
export function openCodeEditor({ parent, text, label, onChange }: EditorOptions): CodeEditor {
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        EditorView.cspNonce.of(styleNonce),
        typingOver,
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        highlightActiveLine(),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        json(),
        syntaxHighlighting(colours),
        look,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ 'aria-label': label }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    setText: (wanted) => {
      if (view.state.doc.toString() === wanted) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: wanted } });
    },
    mark: (problem) => {
      const length = view.state.doc.length;
      const diagnostics = problem
        ? [
            {
              from: Math.min(problem.from, length),
              to: Math.min(problem.to, length),
              severity: 'error' as const,
              message: problem.message,
            },
          ]
        : [];
      view.dispatch(setDiagnostics(view.state, diagnostics));
    },
    goTo: ({ from }) => {
      view.dispatch({ selection: { anchor: Math.min(from, view.state.doc.length) }, scrollIntoView: true });
      view.focus();
    },
    close: () => view.destroy(),
  };
}

/**
 * What is typed over a selection, put in by the editor. Chrome would keep the looks of what goes in a style attribute, which
 * the policy of the pages forbids.
 */
const typingOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== 'insertText' || event.data === null || event.isComposing) return false;
    if (view.state.selection.main.empty || view.state.readOnly) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

/** The colours themselves are in access.css: they differ in light and dark. */
const colours = HighlightStyle.define([
  { tag: tags.propertyName, class: 'json-name' },
  { tag: tags.string, class: 'json-text' },
  { tag: [tags.number, tags.bool, tags.null], class: 'json-value' },
]);

const look = EditorView.theme({
  '&': {
    color: 'var(--ant-color-text)',
    backgroundColor: 'var(--ant-color-bg-container)',
    fontSize: '13px',
    maxHeight: '420px',
  },
  '.cm-scroller': { overflow: 'auto', minHeight: '180px' },
  '.cm-content': { caretColor: 'var(--ant-color-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--ant-color-text)' },
  '.cm-gutters': {
    color: 'var(--ant-color-text-description)',
    backgroundColor: 'transparent',
    borderRight: '1px solid var(--ant-color-border-secondary)',
  },
  '.cm-activeLine': { backgroundColor: 'var(--ant-color-fill-quaternary)' },
  '&.cm-focused': { outline: '2px solid var(--ant-color-primary)' },
  '.cm-tooltip': { color: 'var(--ant-color-text)', backgroundColor: 'var(--ant-color-bg-elevated)' },
});
