// A moment as people read it: their own date and time, or how far away it is; the exact one, in UTC, is behind it.

import { useEffect, useState } from 'react';
import { type Language, useLanguage } from './language.tsx';

/** BCP 47 tags by which the browser writes numbers and dates; 24 hours and the year first in both. */
const locales = { en: 'en-GB', zh: 'zh-CN' } as const satisfies Record<Language, string>;

interface TimeTextProps {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** `relative`: “in 3 days”. `both`: the moment, and how far away it is. */
  readonly as?: 'moment' | 'relative' | 'both';
}

export function TimeText({ at, as = 'moment' }: TimeTextProps) {
  const language = useLanguage();
  const now = useNow(as !== 'moment');
  const iso = isoText(at);
  const moment = momentText(at, language);
  const distance = relativeText(at, now, language);
  const text = { moment, relative: distance, both: `${moment} (${distance})` }[as];
  return (
    <time dateTime={iso} title={as === 'relative' ? `${moment} · ${iso}` : iso} className="time">
      {text}
    </time>
  );
}

/** Date and time in the browser's time zone, to the second. @param at milliseconds since 1970 */
export function momentText(at: number, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  }).format(at);
}

/** The date alone. @param at milliseconds since 1970 */
export function dateText(at: number, language: Language): string {
  return new Intl.DateTimeFormat(locales[language], { year: 'numeric', month: 'short', day: 'numeric' }).format(at);
}

/** To the second, in UTC: `2026-11-28T12:44:08Z`. @param at milliseconds since 1970 */
export function isoText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

const units = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** “in 3 days”, “2 hours ago”: in the largest unit of which there are two or more. Both in milliseconds since 1970. */
export function relativeText(at: number, now: number, language: Language): string {
  const seconds = Math.round((at - now) / 1000);
  const [unit, size] = unitFor(Math.abs(seconds));
  const format = new Intl.RelativeTimeFormat(locales[language], { numeric: 'auto' });
  return format.format(Math.trunc(seconds / size), unit);
}

/** “12 hours”, “7 days”. */
export function durationText(seconds: number, language: Language): string {
  const [unit, size] = unitFor(Math.abs(seconds));
  const format = new Intl.NumberFormat(locales[language], { style: 'unit', unit, unitDisplay: 'long' });
  return format.format(Math.trunc(seconds / size));
}

export function numberText(value: number, language: Language): string {
  return new Intl.NumberFormat(locales[language]).format(value);
}

function unitFor(seconds: number): (typeof units)[number] {
  return units.find(([, size]) => seconds >= 2 * size) ?? ['second', 1];
}

/** Now, anew every half minute while somebody looks at how far away a moment is. Milliseconds since 1970. */
function useNow(isTold: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isTold) return;
    const timer = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(timer);
  }, [isTold]);
  return now;
}
