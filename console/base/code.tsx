// Text of programs and wires: as it is, with a button that copies it.

import { Flex } from 'antd';
import './code.css';
import { CopyButton } from './copy-button.tsx';

interface CodeProps {
  /** What it is, for those who do not see where it stands. */
  readonly label: string;
  readonly text: string;
}

export function Code({ label, text }: CodeProps) {
  return (
    <div className="code">
      <Flex justify="space-between" align="center">
        <strong>{label}</strong>
        <CopyButton text={text} />
      </Flex>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by the keyboard */}
      <section tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
    </div>
  );
}
