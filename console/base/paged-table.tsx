// A plain table of one page of a long list. The service pages it: no more than what is shown is fetched.

import { LeftOutlined, RightOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import type { ReactNode } from 'react';
import { Choice } from './choice.tsx';
import { useWords, words } from './language.tsx';
import './paged-table.css';

export interface Column<Row> {
  readonly key: string;
  readonly title: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Of the cells: `narrow` for what must not wrap, and so on. */
  readonly className?: string;
}

/** How one moves through the pages. Absent functions: there is nowhere to go. */
export interface Paging {
  /** Which of all entries the first row is, from 1: pages need not be of one length. */
  readonly first: number;
  readonly previous?: (() => void) | undefined;
  readonly next?: (() => void) | undefined;
  readonly size: number;
  readonly chooseSize: (size: number) => void;
  /** How many entries there are on all pages, where that is known. */
  readonly total?: number | undefined;
}

interface PagedTableProps<Row> {
  /** What the table lists, for those who do not see where it stands. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** In the place of rows, where there are none. */
  readonly empty: ReactNode;
  readonly paging?: Paging;
  /** Another page is on its way; the rows shown are those of before. */
  readonly isBusy?: boolean;
}

const sizes = [20, 50, 100, 200];

export function PagedTable<Row>({ label, columns, rows, rowKey, empty, paging, isBusy = false }: PagedTableProps<Row>) {
  return (
    <div className="paged-table" aria-busy={isBusy}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what can be scrolled must be reachable by the keyboard */}
      <section className="table-scroll" tabIndex={0} aria-label={label}>
        <table>
          <thead>
            <tr>
              {columns.map(({ key, title, className }) => (
                <th key={key} scope="col" className={className}>
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map(({ key, cell, className }) => (
                  <td key={key} className={className}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
            {rows.length === 0 && !isBusy && (
              <tr>
                <td colSpan={columns.length} className="table-empty">
                  {empty}
                </td>
              </tr>
            )}
          </tbody>
        </table>
      </section>
      {paging && <Pager {...paging} shown={rows.length} isBusy={isBusy} />}
    </div>
  );
}

function Pager(props: Paging & { readonly shown: number; readonly isBusy: boolean }) {
  const text = useWords(tableWords);
  const { first, previous, next, size, chooseSize, total, shown, isBusy } = props;
  return (
    <Flex className="pager" align="center" gap="small" wrap>
      <span role="status" className="spacer">
        {shown > 0 && text.range(first, first + shown - 1, total)}
      </span>
      <Choice
        aria-label={text.size}
        className="page-size"
        value={String(size)}
        options={sizes.map((each) => ({ value: String(each), label: text.perPage(each) }))}
        onChange={(chosen) => chooseSize(Number(chosen))}
      />
      <Button
        icon={<LeftOutlined />}
        aria-label={text.previous}
        disabled={!previous || isBusy}
        {...(previous && { onClick: previous })}
      />
      <Button
        icon={<RightOutlined />}
        aria-label={text.next}
        disabled={!next || isBusy}
        {...(next && { onClick: next })}
      />
    </Flex>
  );
}

const tableWords = words({
  en: {
    size: 'Entries on a page',
    perPage: (size: number) => `${size} a page`,
    previous: 'Previous page',
    next: 'Next page',
    range: (first: number, last: number, total?: number) =>
      `${first.toLocaleString('en')}–${last.toLocaleString('en')}${total === undefined ? '' : ` of ${total.toLocaleString('en')}`}`,
  },
  zh: {
    size: '每页条数',
    perPage: (size: number) => `每页 ${size} 条`,
    previous: '上一页',
    next: '下一页',
    range: (first: number, last: number, total?: number) =>
      `第 ${first}–${last} 条${total === undefined ? '' : `，共 ${total} 条`}`,
  },
});
