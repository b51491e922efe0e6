// How often the account may call each operation.

import { Checkbox, Flex, Input } from 'antd';
import { useState } from 'react';
import type { SettingsAnswer } from '../../../src/protocols/console/settings.ts';
import { Code } from '../../base/code.tsx';
import { useWords } from '../../base/language.tsx';
import { PagedTable } from '../../base/paged-table.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { useSession } from '../../base/session.tsx';
import { settingsWords } from './words.ts';

type Limit = SettingsAnswer['Limits'][number];

const shownAtOnce = 20;

export function Limits({ limits }: { readonly limits: readonly Limit[] }) {
  const text = useWords(settingsWords);
  const { account } = useSession();
  const [search, setSearch] = useState('');
  const [isDifferent, setDifferent] = useState(false);
  const [page, setPage] = useState(1);
  const [size, setSize] = useState(shownAtOnce);
  const usual = usualOf(limits);
  const found = limits.filter(
    (limit) =>
      limit.Action.toLowerCase().includes(search.trim().toLowerCase()) &&
      !(isDifferent && limit.OfAccount === usual.OfAccount && limit.OfAll === usual.OfAll && !limit.NeedsTls),
  );
  const perSecond = (count: number): string => (count === 0 ? text.noLimit : text.perSecond(count));
  const begin = (page - 1) * size;
  return (
    <Section title={text.limits}>
      <p>{text.limitsLead}</p>
      <Code
        label="certitude quota calls"
        text={`certitude quota calls set --account ${account} --operation ListCert --qps 20`}
      />
      <Flex gap="middle" align="center" wrap className="limits-tools">
        <Input
          value={search}
          aria-label={text.search}
          placeholder={text.search}
          allowClear
          className="limits-search"
          onChange={({ target }) => {
            setSearch(target.value);
            setPage(1);
          }}
        />
        <Checkbox
          checked={isDifferent}
          onChange={({ target }) => {
            setDifferent(target.checked);
            setPage(1);
          }}
        >
          {text.onlyLimited}
        </Checkbox>
      </Flex>
      <PagedTable
        label={text.limitsShown}
        rows={found.slice(begin, begin + size)}
        rowKey={({ Action }) => Action}
        empty={text.noSuchOperation}
        columns={[
          { key: 'action', title: text.action, cell: ({ Action }) => <code>{Action}</code> },
          { key: 'account', title: text.ofAccount, className: 'narrow', cell: ({ OfAccount }) => perSecond(OfAccount) },
          { key: 'all', title: text.ofAll, className: 'narrow', cell: ({ OfAll }) => perSecond(OfAll) },
          {
            key: 'tls',
            title: text.needsTls,
            className: 'narrow',
            cell: ({ NeedsTls }) => (NeedsTls ? text.yes : text.no),
          },
        ]}
        paging={{
          first: begin + 1,
          size,
          total: found.length,
          chooseSize: (chosen) => {
            setSize(chosen);
            setPage(1);
          },
          previous: page > 1 ? () => setPage(page - 1) : undefined,
          next: begin + size < found.length ? () => setPage(page + 1) : undefined,
        }}
      />
      <p className="limits-more">
        {text.quotas} <Link href={hrefOf('authorities')}>{text.toAuthorities}</Link>
      </p>
    </Section>
  );
}

/** What most operations have. */
function usualOf(limits: readonly Limit[]): Pick<Limit, 'OfAccount' | 'OfAll'> {
  const counts = new Map<string, number>();
  for (const { OfAccount, OfAll } of limits) {
    const pair = `${OfAccount} ${OfAll}`;
    counts.set(pair, (counts.get(pair) ?? 0) + 1);
  }
  const [most = '0 0'] = [...counts].sort(([, a], [, b]) => b - a)[0] ?? [];
  const [OfAccount = 0, OfAll = 0] = most.split(' ').map(Number);
  return { OfAccount, OfAll };
}
