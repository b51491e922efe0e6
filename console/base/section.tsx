// A part of a page under its own heading, with what can be done there beside it.

import { Flex, Typography } from 'antd';
import type { ReactNode } from 'react';
import './section.css';

interface SectionProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

export function Section({ title, actions, children }: SectionProps) {
  return (
    <section className="section" aria-label={title}>
      <Flex justify="space-between" align="center" gap="small" wrap className="section-head">
        <Typography.Title level={2}>{title}</Typography.Title>
        <Flex gap="small" align="center" wrap>
          {actions}
        </Flex>
      </Flex>
      {children}
    </section>
  );
}
