// What was answered: filtered by status, page by page, and as a file.

import { DownloadOutlined } from '@ant-design/icons';
import { Button, Flex } from 'antd';
import { useMemo, useState } from 'react';
import type { SerialNumber } from '../../../src/pki/serial-number.ts';
import { csvOf } from '../../base/csv.ts';
import { download } from '../../base/download.ts';
import { useLanguage, useWords } from '../../base/language.tsx';
import { PlainTable } from '../../base/plain-table.tsx';
import { isoText, numberText, TimeText } from '../../base/time-text.tsx';
import type { Answers, Status } from './check.ts';
import { reasonText, StatusText } from './status-text.tsx';
import { statusWords } from './words.ts';

interface AnswerTableProps {
  readonly answers: Answers;
  readonly onWhy: (serialNumber: SerialNumber) => void;
}

const rowsPerPage = 50;
const kinds = ['all', 'good', 'revoked', 'unknown'] as const;
type Kind = (typeof kinds)[number];

export function AnswerTable({ answers, onWhy }: AnswerTableProps) {
  const say = useWords(statusWords);
  const [kind, setKind] = useState<Kind>('all');
  const [page, setPage] = useState(0);
  const shown = useMemo(
    () => (kind === 'all' ? answers.list : answers.list.filter(({ status }) => status.status === kind)),
    [answers, kind],
  );
  const from = Math.min(page, Math.max(0, Math.ceil(shown.length / rowsPerPage) - 1)) * rowsPerPage;
  const rows = shown.slice(from, from + rowsPerPage);
  return (
    <section className="panel" aria-label={say.answers}>
      <Flex justify="space-between" gap="small" wrap className="gap-below">
        <Kinds
          answers={answers}
          chosen={kind}
          choose={(each) => {
            setKind(each);
            setPage(0);
          }}
        />
        <Button icon={<DownloadOutlined />} onClick={() => exportCsv(answers)}>
          {say.exportCsv}
        </Button>
      </Flex>
      <PlainTable
        name={say.answers}
        head={[say.serialNumber, say.status, say.revokedAt, say.reason, say.explanation]}
        keys={rows.map(({ serialNumber }) => serialNumber)}
        rows={rows.map(({ serialNumber, status }) => [
          <code key="serial" className="serial">
            {serialNumber}
          </code>,
          <StatusText key="status" status={status.status} />,
          status.status === 'revoked' ? <TimeText key="at" at={status.revokedAt * 1000} /> : '',
          status.status === 'revoked' ? (
            <span key="reason" className="nowrap">
              {reasonText(status.reason, say)}
            </span>
          ) : (
            ''
          ),
          <Button key="why" size="small" onClick={() => onWhy(serialNumber)} aria-label={say.whyOf(serialNumber)}>
            {say.why}
          </Button>,
        ])}
      />
      {shown.length > rowsPerPage && <Pager {...{ from, total: shown.length, setPage }} />}
    </section>
  );
}

interface KindsProps {
  readonly answers: Answers;
  readonly chosen: Kind;
  readonly choose: (kind: Kind) => void;
}

function Kinds({ answers: { list, counts }, chosen, choose }: KindsProps) {
  const say = useWords(statusWords);
  const language = useLanguage();
  return (
    <Flex gap="small" wrap>
      {kinds.map((kind) => {
        const count = kind === 'all' ? list.length : counts[kind];
        return (
          <Button
            key={kind}
            aria-pressed={kind === chosen}
            type={kind === chosen ? 'primary' : 'default'}
            onClick={() => choose(kind)}
          >
            {say[kind]} {numberText(count, language)}
          </Button>
        );
      })}
    </Flex>
  );
}

interface PagerProps {
  readonly from: number;
  readonly total: number;
  readonly setPage: (page: number) => void;
}

function Pager({ from, total, setPage }: PagerProps) {
  const say = useWords(statusWords);
  const language = useLanguage();
  const to = Math.min(from + rowsPerPage, total);
  const page = from / rowsPerPage;
  const numbers = [from + 1, to, total].map((each) => numberText(each, language));
  return (
    <Flex align="center" gap="small" className="gap-above">
      <Button disabled={from === 0} onClick={() => setPage(page - 1)}>
        {say.before}
      </Button>
      <Button disabled={to === total} onClick={() => setPage(page + 1)}>
        {say.after}
      </Button>
      <span aria-live="polite">{say.rows(numbers[0] ?? '', numbers[1] ?? '', numbers[2] ?? '')}</span>
    </Flex>
  );
}

/** In English whatever the language of the page: programs read it. */
function exportCsv({ list }: Answers): void {
  const rows = list.map(({ serialNumber, status }) => [serialNumber, status.status, ...revocationCells(status)]);
  download('certificate-status.csv', csvOf(['serial_number', 'status', 'revoked_at', 'reason'], rows));
}

function revocationCells(status: Status): readonly [string, string] {
  if (status.status !== 'revoked') return ['', ''];
  return [isoText(status.revokedAt * 1000), status.reason ?? ''];
}
