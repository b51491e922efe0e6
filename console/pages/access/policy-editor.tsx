// A policy as it is written: with colours, checked by the service's own parser while it is typed, the place of a problem
// named and marked. Loaded when a policy is first shown.

import { Button, Flex, Typography } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { parsePolicy } from '../../../src/access/policy-document.ts';
import { parseTrustPolicy } from '../../../src/access/trust-policy.ts';
import { Choice } from '../../base/choice.tsx';
import { useWords } from '../../base/language.tsx';
import { type CodeEditor, openCodeEditor } from './code-editor.ts';
import { type Problem, problemIn } from './policy-place.ts';
import type { Template } from './templates.ts';
import { accessWords } from './words.ts';

export interface EditorProps {
  readonly label: string;
  /** Trust policies have another grammar. */
  readonly grammar: 'policy' | 'trust';
  readonly initially: string;
  readonly templates?: readonly Template[];
  readonly onChange: (text: string, isSound: boolean) => void;
}

const parsers = { policy: parsePolicy, trust: parseTrustPolicy } as const;

export function WrittenPolicy({ label, grammar, initially, templates = [], onChange }: EditorProps) {
  const text = useWords(accessWords);
  const parent = useRef<HTMLDivElement>(null);
  const editor = useRef<CodeEditor>(undefined);
  const changed = useRef(onChange);
  changed.current = onChange;
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    if (!parent.current) return;
    const check = (written: string): void => {
      const found = problemIn(written, parsers[grammar]);
      setProblem(found);
      opened.mark(found && { ...found, message: `${found.at}: ${found.problem}` });
      changed.current(written, found === undefined);
    };
    const opened = openCodeEditor({ parent: parent.current, text: initially, label, onChange: check });
    editor.current = opened;
    check(initially);
    return opened.close;
  }, [grammar, initially, label]);
  return (
    <Flex vertical gap="small" className="policy-editor">
      {templates.length > 0 && (
        <Flex gap="small" align="center" wrap>
          <label htmlFor="policy-template">{text.startFrom}</label>
          <Choice
            id="policy-template"
            className="template-choice"
            value=""
            options={[
              { value: '', label: text.choose },
              ...templates.map(({ key }) => ({ value: key, label: text[key] })),
            ]}
            onChange={(key) => {
              const template = templates.find((each) => each.key === key);
              if (template) editor.current?.setText(JSON.stringify(template.document, null, 2));
            }}
          />
        </Flex>
      )}
      <div ref={parent} className="code-editor" />
      <div role="status" className="editor-state">
        {problem ? (
          <>
            <Typography.Text type="danger">
              ✗ {text.problemAt(problem.at, problem.line)} {problem.problem}
            </Typography.Text>
            <Button size="small" onClick={() => editor.current?.goTo(problem)}>
              {text.goToLine(problem.line)}
            </Button>
          </>
        ) : (
          <Typography.Text type="success">✓ {text.sound}</Typography.Text>
        )}
      </div>
    </Flex>
  );
}
