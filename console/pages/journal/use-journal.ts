// One page of the journal and what is new since: reads on as far as a page is full, and looks for new entries while
// somebody is there to see them.

import { useCallback, useEffect, useRef, useState } from 'react';
import { type Filter, type JournalEntry, readJournal } from './read.ts';

export interface JournalPage {
  readonly entries: readonly JournalEntry[];
  /** Entries before this one have not been looked at; 0 when all have been. */
  readonly lookedAtFrom: number;
  readonly state: 'reading' | 'stopped' | 'done';
  /** The action without which some entries are left out. */
  readonly needed: string | undefined;
}

interface Wanted {
  readonly filter: Filter;
  /** Only entries before this one; absent for the newest. */
  readonly before: number | undefined;
  readonly size: number;
}

const nothing: JournalPage = { entries: [], lookedAtFrom: 0, state: 'reading', needed: undefined };

/** @returns the page, why it could not be read, and how to stop and go on reading. Filter and size must be stable. */
export function useJournalPage({ filter, before, size }: Wanted) {
  const [page, setPage] = useState(nothing);
  const [error, setError] = useState<unknown>();
  const [turn, setTurn] = useState(0);
  const isStopped = useRef(false);
  /** Counts what was begun: whoever reads on for the one before reads for nobody. */
  const begun = useRef(0);
  const readOn = useCallback(
    async (start: JournalPage, from: number | undefined, isCurrent: () => boolean): Promise<void> => {
      let { entries, lookedAtFrom: below } = { ...start, lookedAtFrom: from };
      isStopped.current = false;
      for (;;) {
        const answer = await readJournal(filter, { ...(below && { before: below }), limit: size - entries.length });
        if (!isCurrent()) return;
        entries = [...entries, ...answer.Entries];
        below = answer.LookedAtFrom;
        const isDone = entries.length >= size || below === 0;
        const state = isDone ? 'done' : isStopped.current ? 'stopped' : 'reading';
        setPage({ entries, lookedAtFrom: below, state, needed: answer.Needed });
        if (state !== 'reading') return;
      }
    },
    [filter, size],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn is another reading
  useEffect(() => {
    let isCurrent = true;
    begun.current++;
    setError(undefined);
    setPage((shown) => ({ ...shown, state: 'reading' }));
    readOn(nothing, before, () => isCurrent).catch((problem: unknown) => isCurrent && setError(problem));
    return () => {
      isCurrent = false;
    };
  }, [readOn, before, turn]);
  return {
    page,
    error,
    retry: useCallback(() => setTurn((shown) => shown + 1), []),
    stop: () => {
      isStopped.current = true;
    },
    goOn: () => {
      const mine = begun.current;
      setPage({ ...page, state: 'reading' });
      readOn(page, page.lookedAtFrom, () => begun.current === mine).catch(setError);
    },
    /** What is new goes on top. */
    add: useCallback((found: readonly JournalEntry[]) => {
      setPage((shown) => {
        const newest = shown.entries[0]?.Sequence ?? 0;
        return { ...shown, entries: [...found.filter(({ Sequence }) => Sequence > newest), ...shown.entries] };
      });
    }, []),
  };
}

const everyMillis = 4000;
/** Whoever looks for new entries uses his session; a page that nobody touches must not keep it from ending. */
const restAfterMillis = 600_000;
const touches = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

export type Watching = 'paused' | 'resting' | { readonly lookedAt: number };

interface Watch {
  readonly filter: Filter;
  readonly isOn: boolean;
  /** The newest entry shown; `undefined` while none has been read. */
  readonly newest: number | undefined;
  readonly onFound: (entries: readonly JournalEntry[]) => void;
}

/** Looks for new entries every few seconds. @returns since when not, or when it last did. */
export function useNewEntries({ filter, isOn, newest, onFound }: Watch): Watching {
  const [watching, setWatching] = useState<Watching>({ lookedAt: Date.now() });
  const after = useRef(newest);
  after.current = newest;
  useEffect(() => {
    if (!isOn) return;
    let touched = Date.now();
    const touch = (): void => {
      touched = Date.now();
    };
    for (const name of touches) addEventListener(name, touch, { passive: true });
    const look = async (): Promise<void> => {
      if (document.hidden || after.current === undefined) return;
      if (Date.now() - touched > restAfterMillis) {
        setWatching('resting');
        return;
      }
      const { Entries } = await readJournal(filter, { after: after.current, limit: 100 });
      onFound(Entries);
      setWatching({ lookedAt: Date.now() });
    };
    const timer = setInterval(() => void look().catch(() => setWatching('paused')), everyMillis);
    return () => {
      clearInterval(timer);
      for (const name of touches) removeEventListener(name, touch);
    };
  }, [filter, isOn, onFound]);
  return isOn ? watching : 'paused';
}
