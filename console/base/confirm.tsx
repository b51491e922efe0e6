// Asks before something is done that cannot be undone, or that others will notice, and says what will happen.

import { App } from 'antd';
import type { ReactNode } from 'react';
import { commonWords } from './common-words.ts';
import { useWords } from './language.tsx';

export interface Confirmation {
  /** The question: `Delete the user alice?` */
  readonly title: string;
  /** What will happen. */
  readonly content: ReactNode;
  /** What the button that does it says: a verb. */
  readonly action: string;
  /** Whether what it does can be undone by doing the opposite; if not, the button is red. */
  readonly canBeUndone?: boolean;
}

/** @returns a function that asks, and tells whether it was meant. */
export function useConfirm(): (confirmation: Confirmation) => Promise<boolean> {
  const say = useWords(commonWords);
  const { modal } = App.useApp();
  return async ({ title, content, action, canBeUndone = false }) =>
    modal.confirm({
      title,
      content,
      okText: action,
      okButtonProps: { danger: !canBeUndone },
      cancelText: say.cancel,
      autoFocusButton: 'cancel',
    });
}
