// The list of users, groups or roles of the account: each leads to its page, and another can be made.

import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useWords } from '../../base/language.tsx';
import type { Column } from '../../base/paged-table.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { MarkedList } from './marked-list.tsx';
import { accessWords } from './words.ts';

/** What policies can be attached to, as their lists are called. */
export type HolderPart = 'users' | 'groups' | 'roles';

export function holderHref(part: HolderPart, name: string): string {
  return hrefOf(`access/${part}/${encodeURIComponent(name)}`);
}

interface HolderListProps<Answer, Row> {
  readonly part: HolderPart;
  readonly action: string;
  readonly rowsOf: (answer: Answer) => readonly Row[];
  readonly nameOf: (row: Row) => string;
  readonly empty: ReactNode;
  /** Between the name and when it was made. */
  readonly columns: readonly Column<Row>[];
  readonly create: string;
  /** Asks for what another one needs. */
  readonly creation: (close: () => void) => ReactNode;
}

export function HolderList<Answer, Row extends { readonly CreateDate: string }>(props: HolderListProps<Answer, Row>) {
  const { part, action, rowsOf, nameOf, empty, columns, create, creation } = props;
  const text = useWords(accessWords);
  const [isMaking, setMaking] = useState(false);
  return (
    <Section
      title={text[part]}
      actions={
        <Button type="primary" onClick={() => setMaking(true)}>
          {create}
        </Button>
      }
    >
      <MarkedList
        label={text[part]}
        action={action}
        rowsOf={rowsOf}
        rowKey={nameOf}
        empty={empty}
        columns={[
          {
            key: 'name',
            title: text.name,
            cell: (row) => <Link href={holderHref(part, nameOf(row))}>{nameOf(row)}</Link>,
          },
          ...columns,
          {
            key: 'created',
            title: text.created,
            className: 'narrow',
            cell: ({ CreateDate }) => <TimeText at={Date.parse(CreateDate)} />,
          },
        ]}
      />
      {isMaking && creation(() => setMaking(false))}
    </Section>
  );
}
