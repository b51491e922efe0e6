// What each entry of a list names, and what came of it.

import { Typography } from 'antd';
import { useState } from 'react';
import { useWords } from '../../base/language.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import type { Outcome, Planned } from './revoke-plan.ts';
import { revokeWords } from './revoke-words.ts';

export function useOutcomeText(): (outcome: Outcome) => string {
  const say = useWords(revokeWords);
  return (outcome) => (typeof outcome === 'object' ? outcome.refused : say[outcome]);
}

interface OutcomeTableProps {
  readonly rows: readonly Planned[];
  /** Nothing more will be done: what was not is left. */
  readonly isOver: boolean;
}

export function OutcomeTable({ rows, isOver }: OutcomeTableProps) {
  const say = useWords(revokeWords);
  const outcomeText = useOutcomeText();
  const [page, setPage] = useState(1);
  const [size, setSize] = useState(50);
  const shown = rows.slice((page - 1) * size, page * size);
  return (
    <PagedTable
      label={say.outcome}
      rows={shown}
      rowKey={({ written }) => written}
      empty=""
      columns={[
        { key: 'written', title: say.entry, cell: ({ written }) => written, className: 'code-cell' },
        {
          key: 'name',
          title: say.certificate,
          cell: ({ name, identifier }) =>
            identifier === '' ? '' : <Link href={hrefOf(`certificates/${identifier}`)}>{name}</Link>,
        },
        {
          key: 'outcome',
          title: say.outcome,
          cell: ({ outcome }) => (
            <Typography.Text {...toneOf(outcome)}>
              {outcome === 'ready' && isOver ? say.left : outcomeText(outcome)}
            </Typography.Text>
          ),
        },
      ]}
      paging={{
        first: (page - 1) * size + 1,
        size,
        total: rows.length,
        chooseSize: (chosen) => {
          setSize(chosen);
          setPage(1);
        },
        previous: page > 1 ? () => setPage(page - 1) : undefined,
        next: page * size < rows.length ? () => setPage(page + 1) : undefined,
      }}
    />
  );
}

function toneOf(outcome: Outcome): { readonly type?: 'success' | 'danger' | 'warning' } {
  if (outcome === 'ready') return {};
  if (outcome === 'done') return { type: 'success' };
  return { type: typeof outcome === 'object' ? 'danger' : 'warning' };
}
