// The account's calls of the last hour, how they ended, and what was called.

import type { FiguresAnswer } from '../../../src/protocols/console/figures.ts';
import { ColumnChart, type Series } from '../../base/chart.tsx';
import { useLanguage, useWords } from '../../base/language.tsx';
import { PlainTable } from '../../base/plain-table.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { numberText } from '../../base/time-text.tsx';
import { overviewWords } from './words.ts';

type Calls = FiguresAnswer['calls'];
type Ending = 'answered' | 'refused' | 'throttled' | 'failed';

const tones = [
  ['answered', 'good'],
  ['refused', 'quiet'],
  ['throttled', 'warning'],
  ['failed', 'bad'],
] as const satisfies readonly (readonly [Ending, Series['tone']])[];

export function CallsPanel({ calls: { minutes, operations } }: { readonly calls: Calls }) {
  const say = useWords(overviewWords);
  const language = useLanguage();
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
  const sum = (ending: Ending): number => minutes.reduce((total, each) => total + each[ending], 0);
  const total = tones.reduce((all, [ending]) => all + sum(ending), 0);
  return (
    <>
      <ColumnChart
        title={say.callsByMinute}
        columnsName={say.minute}
        columns={minutes.map(({ at }) => time.format(at))}
        series={tones.map(([ending, tone]) => ({
          name: say[ending],
          tone,
          values: minutes.map((each) => each[ending]),
        }))}
        summary={say.callsInAll(numberText(total, language), numberText(sum('throttled'), language))}
      />
      <p className="quiet">{say.callsHelp}</p>
      {operations.length > 0 && (
        <PlainTable
          name={say.mostCalled}
          head={[say.operation, say.called, say.refused, say.throttled, say.failed]}
          figures={[1, 2, 3, 4]}
          keys={operations.map(({ name }) => name)}
          rows={operations.map(({ name, answered, refused, throttled, failed }) => [
            <Link key="name" href={hrefOf(`explorer/${name}`)}>
              {name.slice(name.indexOf('/') + 1)}
            </Link>,
            ...[answered + refused + throttled + failed, refused, throttled, failed].map((count) =>
              numberText(count, language),
            ),
          ])}
        />
      )}
    </>
  );
}
