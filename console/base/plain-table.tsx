// A table of rows that are only read; antd's would double the script of a page.

import type { ReactNode } from 'react';
import './plain-table.css';

interface TableProps {
  /** For screen readers. */
  readonly name: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly ReactNode[])[];
  /** One for each row; their places where the rows stay as they are. */
  readonly keys?: readonly string[];
  /** Columns of figures, from 0. */
  readonly figures?: readonly number[];
}

export function PlainTable({ name, head, rows, keys, figures = [] }: TableProps) {
  const kind = (column: number) => (figures.includes(column) ? { className: 'figure' } : {});
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by the keyboard
    <section className="plain-table" tabIndex={0} aria-label={name}>
      <table>
        <thead>
          <tr>
            {head.map((each, column) => (
              <th key={each} scope="col" {...kind(column)}>
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={keys?.[row] ?? row}>
              {cells.map((cell, column) => (
                <td key={head[column]} {...kind(column)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
