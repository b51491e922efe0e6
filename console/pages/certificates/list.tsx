// The list of certificates: searched, filtered, a page at a time, with what can be done to those chosen.

import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, Empty, Flex, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { useWords } from '../../base/language.tsx';
import { Refusal, useLoaded } from '../../base/loaded.tsx';
import { type Column, PagedTable } from '../../base/paged-table.tsx';
import { go, hrefOf, Link, usePlace } from '../../base/route.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { type CertificateRow, isAuthority, listAuthorities, nameOf } from './certificate-data.ts';
import { asWire, FilterBar, type Filters, filtersIn } from './filters.tsx';
import { type ListPages, useListPages } from './list-pages.ts';
import { StatusMark } from './status-mark.tsx';
import { certificatesWords } from './words.ts';

export function CertificateList() {
  const text = useWords(certificatesWords);
  const { query } = usePlace();
  const written = query.toString();
  const filters = useMemo(() => filtersIn(new URLSearchParams(written)), [written]);
  const [authorities] = useLoaded(listAuthorities);
  const [size, setSize] = useState(50);
  const known = authorities.state === 'here' ? authorities.value : [];
  return (
    <>
      <Flex align="center" gap="small" wrap className="certificates-head">
        <Typography.Title level={1} className="certificates-title">
          {text.heading}
        </Typography.Title>
        <Button onClick={() => go(hrefOf('certificates/revoke'))}>{text.revokeByList}</Button>
        <Button type="primary" icon={<PlusOutlined />} onClick={() => go(hrefOf('certificates/issue'))}>
          {text.issue}
        </Button>
      </Flex>
      <FilterBar filters={filters} authorities={known} />
      <Results key={`${written} ${size}`} {...{ filters, size, setSize }} />
    </>
  );
}

interface ResultsProps {
  readonly filters: Filters;
  readonly size: number;
  readonly setSize: (size: number) => void;
}

function Results({ filters, size, setSize }: ResultsProps) {
  const text = useWords(certificatesWords);
  const wire = useMemo(() => asWire(filters), [filters]);
  const pages = useListPages(wire, size);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { rows, error, isBusy, left } = pages;
  const choose = (identifiers: readonly string[], isChosen: boolean): void => {
    const after = new Set(chosen);
    for (const each of identifiers) {
      if (isChosen) after.add(each);
      else after.delete(each);
    }
    setChosen(after);
  };
  const columns = useColumns(rows, chosen, choose);
  if (error !== undefined) return <Refusal error={error} retry={pages.reload} />;
  return (
    <>
      {chosen.size > 0 && <ChosenBar chosen={chosen} clear={() => setChosen(new Set())} />}
      <PagedTable
        label={text.heading}
        columns={columns}
        rows={rows}
        rowKey={({ Identifier }) => Identifier}
        empty={<Nothing isFiltered={Object.keys(filters).length > 0} isStopped={left !== undefined} />}
        isBusy={isBusy}
        paging={{ ...pages, size, chooseSize: setSize }}
      />
      {left !== undefined && <Search pages={pages} left={left} />}
    </>
  );
}

const mostRevoked = 500;

function ChosenBar({ chosen, clear }: { readonly chosen: ReadonlySet<string>; readonly clear: () => void }) {
  const text = useWords(certificatesWords);
  return (
    <Flex align="center" gap="small" wrap className="chosen-bar" role="status">
      <span>{text.chosen(chosen.size)}</span>
      <Button
        danger
        size="small"
        disabled={chosen.size > mostRevoked}
        onClick={() => go(hrefOf('certificates/revoke', { list: [...chosen].join(',') }))}
      >
        {text.revokeChosen}
      </Button>
      <Button size="small" type="text" onClick={clear}>
        {text.chooseNone}
      </Button>
    </Flex>
  );
}

/** A search that has not looked at everything says so, and can be stopped and taken up again. */
function Search({ pages, left }: { readonly pages: ListPages; readonly left: number }) {
  const text = useWords(certificatesWords);
  return (
    <Flex align="center" gap="small" wrap className="search-state">
      <span role="status">{pages.isBusy ? text.searching(left) : text.searchStopped(left)}</span>
      <Button size="small" onClick={pages.isBusy ? pages.stop : pages.reload}>
        {pages.isBusy ? text.stop : text.searchAgain}
      </Button>
    </Flex>
  );
}

function Nothing({ isFiltered, isStopped }: { readonly isFiltered: boolean; readonly isStopped: boolean }) {
  const text = useWords(certificatesWords);
  if (isStopped) return text.nothingYet;
  return (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={isFiltered ? text.nothingFound : text.noCertificates}>
      {!isFiltered && (
        <Button type="primary" onClick={() => go(hrefOf('certificates/issue'))}>
          {text.issue}
        </Button>
      )}
    </Empty>
  );
}

function useColumns(
  rows: readonly CertificateRow[],
  chosen: ReadonlySet<string>,
  choose: (identifiers: readonly string[], isChosen: boolean) => void,
): readonly Column<CertificateRow>[] {
  const text = useWords(certificatesWords);
  const here = rows.filter(isRevocable).map(({ Identifier }) => Identifier);
  const chosenHere = here.filter((each) => chosen.has(each)).length;
  return [
    {
      key: 'choose',
      className: 'narrow',
      title: (
        <Checkbox
          aria-label={text.chooseAll}
          disabled={here.length === 0}
          checked={here.length > 0 && chosenHere === here.length}
          indeterminate={chosenHere > 0 && chosenHere < here.length}
          onChange={({ target }) => choose(here, target.checked)}
        />
      ),
      cell: (row) => (
        <Checkbox
          aria-label={text.choose(nameOf(row))}
          disabled={!isRevocable(row)}
          checked={chosen.has(row.Identifier)}
          onChange={({ target }) => choose([row.Identifier], target.checked)}
        />
      ),
    },
    { key: 'name', title: text.name, cell: (row) => <NameCell row={row} />, className: 'name-cell' },
    { key: 'status', title: text.status, cell: (row) => <StatusMark standing={row} />, className: 'narrow' },
    { key: 'kind', title: text.kind, cell: ({ Kind }) => text[Kind], className: 'narrow' },
    {
      key: 'ends',
      title: text.validUntil,
      className: 'narrow',
      cell: ({ NotAfter }) => <TimeText at={NotAfter * 1000} as="relative" />,
    },
    {
      key: 'serial',
      title: text.serialNumber,
      className: 'code-cell',
      cell: ({ SerialNumber }) => SerialNumber,
    },
  ];
}

function isRevocable(row: CertificateRow): boolean {
  return !isAuthority(row) && row.Status !== 'pending' && (!row.OwnRevocation || row.Reason === 'certificateHold');
}

function NameCell({ row }: { readonly row: CertificateRow }) {
  const text = useWords(certificatesWords);
  const { Identifier, Names, MoreNames, AliasName, Tags } = row;
  const name = nameOf(row);
  const others = [AliasName, ...Names].filter((each) => each !== '' && each !== name);
  return (
    <>
      <Link href={hrefOf(`certificates/${Identifier}`)}>{name}</Link>
      {others.length > 0 && (
        <div className="under-name">
          {others.join(', ')}
          {MoreNames > 0 && ` ${text.andMore(MoreNames)}`}
        </div>
      )}
      {Tags.length > 0 && (
        <div className="tag-line">
          {Tags.map(({ Key, Value }) => (
            <span key={Key} className="tag-text">
              {Value === '' ? Key : `${Key}=${Value}`}
            </span>
          ))}
        </div>
      )}
    </>
  );
}
