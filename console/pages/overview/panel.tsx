// One subject of the overview.

import { Typography } from 'antd';
import type { ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

export function Panel({ title, isWide = false, children }: PanelProps) {
  return (
    <section className={isWide ? 'panel wide' : 'panel'} aria-label={title}>
      <Typography.Title level={2} className="panel-title">
        {title}
      </Typography.Title>
      {children}
    </section>
  );
}
