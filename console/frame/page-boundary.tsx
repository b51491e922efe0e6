// Keeps a page that fails from taking the frame with it.

import { Alert } from 'antd';
import { Component, type ReactNode } from 'react';
import { useWords } from '../base/language.tsx';
import { frameWords } from './words.ts';

interface Props {
  readonly children: ReactNode;
}

/** A class, for React has error boundaries in no other form. */
export class PageBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const text = useWords(frameWords);
  return <Alert type="error" showIcon role="alert" title={text.broken} />;
}
