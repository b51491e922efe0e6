// Charts: columns over time, and one bar of shares. Drawn as SVG without a library, so that they take the colours of the
// theme and the policy of the page; every figure is also in a table, which is what screen readers are given.

import { type ReactNode, useId } from 'react';
import './chart.css';
import { type Language, useLanguage, useWords, words } from './language.tsx';
import { PlainTable } from './plain-table.tsx';
import { numberText } from './time-text.tsx';

const chartWords = words({
  en: { asTable: 'As a table', total: 'Total' },
  zh: { asTable: '以表格查看', total: '合计' },
});

/** What a colour says; the name beside it says the same. */
export type Tone = 'good' | 'bad' | 'warning' | 'main' | 'quiet';

export interface Series {
  readonly name: string;
  readonly tone: Tone;
  /** One for each column; not negative. */
  readonly values: readonly number[];
}

interface ColumnChartProps {
  /** What it shows: its caption, and its name for screen readers. */
  readonly title: string;
  /** Head of the table's first column: “Day”, “Minute”. */
  readonly columnsName: string;
  /** Name of each column, the oldest first. */
  readonly columns: readonly string[];
  /** Stacked upon each other, the first one at the bottom. */
  readonly series: readonly Series[];
  /** In one sentence what there is to see. */
  readonly summary: string;
}

const width = 600;
const height = 120;

export function ColumnChart({ title, columnsName, columns, series, summary }: ColumnChartProps) {
  const language = useLanguage();
  const totals = columns.map((_, index) => sum(series.map(({ values }) => values[index] ?? 0)));
  const most = niceCeiling(Math.max(1, ...totals));
  const step = width / Math.max(1, columns.length);
  const barWidth = Math.max(1, Math.min(step * 0.8, step - 1, 48));
  const scale = height / most;
  return (
    <Chart title={title} legend={series} summary={summary} table={{ columnsName, columns, series, totals }}>
      <div className="chart-scale">{numberText(most, language)}</div>
      <svg viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" className="chart-columns" aria-hidden="true">
        <line x1="0" x2={width} y1="0" y2="0" className="chart-grid" />
        <line x1="0" x2={width} y1={height / 2} y2={height / 2} className="chart-grid" />
        <line x1="0" x2={width} y1={height} y2={height} className="chart-axis" />
        {columns.map((column, index) => (
          <g key={column} className="chart-column">
            <title>{`${column}: ${series.map(({ name, values }) => `${name} ${numberText(values[index] ?? 0, language)}`).join(', ')}`}</title>
            <rect x={index * step} y="0" width={step} height={height} className="chart-hit" />
            {stacked(series, index, scale).map(({ tone, from, size }) => (
              <rect
                key={tone}
                x={index * step + (step - barWidth) / 2}
                y={height - from - size}
                width={barWidth}
                height={size}
                className={`chart-fill chart-${tone}`}
              />
            ))}
          </g>
        ))}
      </svg>
      <div className="chart-marks" aria-hidden="true">
        {marks(columns.length).map((index) => (
          <span key={index}>{columns[index]}</span>
        ))}
      </div>
    </Chart>
  );
}

export interface Share {
  readonly name: string;
  readonly tone: Tone;
  readonly value: number;
  /** In the place of the number, where that is not known exactly. */
  readonly text?: string;
  /** Where what is behind it is shown. */
  readonly link?: (text: string) => ReactNode;
}

/** A whole and its parts, as one bar with a list of them below, which says the same in words. */
export function ShareBar({ title, shares }: { readonly title: string; readonly shares: readonly Share[] }) {
  const language = useLanguage();
  const whole = sum(shares.map(({ value }) => value));
  let left = 0;
  const parts = shares.map(({ name, tone, value }) => {
    const from = left;
    // What is there at all is to be seen.
    const size = value === 0 ? 0 : Math.max(3, (value / whole) * width);
    left += size;
    return { name, tone, from, size };
  });
  return (
    <figure className="chart" aria-label={title}>
      <svg
        viewBox={`0 0 ${Math.max(width, left)} 16`}
        preserveAspectRatio="none"
        className="chart-shares"
        aria-hidden="true"
      >
        <rect x="0" y="0" width={Math.max(width, left)} height="16" className="chart-empty" />
        {parts.map(({ name, tone, from, size }) => (
          <rect key={name} x={from} y="0" width={size} height="16" className={`chart-fill chart-${tone}`} />
        ))}
      </svg>
      <ul className="chart-legend">
        {shares.map(({ name, tone, value, text: exact, link }) => {
          const text = exact ?? numberText(value, language);
          return (
            <li key={name}>
              <Swatch tone={tone} /> {name} <strong>{link ? link(text) : text}</strong>
              {whole > 0 && <span className="quiet"> {percentText(value / whole, language)}</span>}
            </li>
          );
        })}
      </ul>
    </figure>
  );
}

interface ChartProps {
  readonly title: string;
  readonly summary: string;
  readonly legend: readonly Series[];
  readonly table: {
    readonly columnsName: string;
    readonly columns: readonly string[];
    readonly series: readonly Series[];
    readonly totals: readonly number[];
  };
  readonly children: ReactNode;
}

function Chart({ title, summary, legend, table, children }: ChartProps) {
  const language = useLanguage();
  const say = useWords(chartWords);
  const id = useId();
  const isStacked = legend.length > 1;
  return (
    <figure className="chart" aria-labelledby={id}>
      <figcaption id={id}>
        <strong>{title}</strong> <span className="quiet">{summary}</span>
      </figcaption>
      {children}
      {isStacked && (
        <ul className="chart-legend">
          {legend.map(({ name, tone, values }) => (
            <li key={name}>
              <Swatch tone={tone} /> {name} <strong>{numberText(sum(values), language)}</strong>
            </li>
          ))}
        </ul>
      )}
      <details>
        <summary>{say.asTable}</summary>
        <PlainTable
          name={title}
          head={[table.columnsName, ...table.series.map(({ name }) => name), ...(isStacked ? [say.total] : [])]}
          figures={[1, 2, 3, 4, 5, 6]}
          keys={table.columns}
          rows={table.columns.map((column, index) => [
            column,
            ...table.series.map(({ values }) => numberText(values[index] ?? 0, language)),
            ...(isStacked ? [numberText(table.totals[index] ?? 0, language)] : []),
          ])}
        />
      </details>
    </figure>
  );
}

function Swatch({ tone }: { readonly tone: Tone }) {
  return <span className={`swatch chart-${tone}`} aria-hidden="true" />;
}

function stacked(series: readonly Series[], index: number, scale: number) {
  let from = 0;
  return series.flatMap(({ tone, values }) => {
    const value = values[index] ?? 0;
    if (value === 0) return [];
    const size = Math.max(2, value * scale);
    const part = { tone, from, size };
    from += size;
    return [part];
  });
}

/** Which columns are named below the axis: the first, the last, and some between. */
function marks(count: number): readonly number[] {
  if (count <= 1) return count === 1 ? [0] : [];
  const last = count - 1;
  return count < 8 ? [0, last] : [0, Math.round(last / 2), last];
}

/** The next of 1, 2, 5, 10, 20, 50 … that is not below. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((each) => each * power >= value) ?? 10) * power;
}

function percentText(share: number, language: Language): string {
  if (share > 0 && share < 0.001) return '< 0.1 %';
  const format = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { maximumFractionDigits: 1 });
  return `${format.format(share * 100)} %`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
