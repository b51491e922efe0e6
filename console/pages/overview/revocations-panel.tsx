// How many certificates were revoked on each day or in each week.

import { Segmented } from 'antd';
import { useState } from 'react';
import type { FiguresAnswer } from '../../../src/protocols/console/figures.ts';
import { ColumnChart } from '../../base/chart.tsx';
import { type Language, useLanguage, useWords } from '../../base/language.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { numberText } from '../../base/time-text.tsx';
import { overviewWords } from './words.ts';

type Days = FiguresAnswer['revocations'];

const daysShown = 30;

export function RevocationsPanel({ days }: { readonly days: Days }) {
  const say = useWords(overviewWords);
  const language = useLanguage();
  const [by, setBy] = useState<'day' | 'week'>('day');
  const columns = by === 'day' ? days.slice(-daysShown) : weeksOf(days);
  const total = columns.reduce((sum, { count }) => sum + count, 0);
  return (
    <>
      <Segmented
        size="small"
        aria-label={say.by}
        value={by}
        options={[
          { value: 'day', label: say.byDay },
          { value: 'week', label: say.byWeek },
        ]}
        onChange={setBy}
      />
      <ColumnChart
        title={by === 'day' ? say.revokedByDay : say.revokedByWeek}
        columnsName={by === 'day' ? say.day : say.weekFrom}
        columns={columns.map(({ at }) => utcDate(at, language))}
        series={[{ name: say.revoked, tone: 'bad', values: columns.map(({ count }) => count) }]}
        summary={say.revokedInAll(numberText(total, language), total)}
      />
      <p>
        <Link href={hrefOf('certificates', { state: 'revoked' })}>{say.seeRevoked}</Link>
      </p>
    </>
  );
}

/** Of seven days each, the last one ends today. */
function weeksOf(days: Days): Days {
  const weeks: { at: number; count: number }[] = [];
  for (let end = days.length; end >= 7; end -= 7) {
    const week = days.slice(end - 7, end);
    weeks.unshift({ at: week[0]?.at ?? 0, count: week.reduce((sum, { count }) => sum + count, 0) });
  }
  return weeks;
}

function utcDate(at: number, language: Language): string {
  const format = { month: 'short', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', format).format(at);
}
