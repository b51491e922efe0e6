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
  /** The last entry of all that there was when it was read; what comes after it is new. */
  readonly head: number | undefined;
}

interface Wanted {
  readonly filter: Filter;
  /** Only entries before this one; absent for the newest. */
  readonly before: number | undefined;
  readonly size: number;
}

const nothing: JournalPage = { entries: [], lookedAtFrom: 0, state: 'reading', needed: undefined, head: undefined };

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
      let { entries, head, lookedAtFrom: below } = { ...start, lookedAtFrom: from };
      isStopped.current = false;
      for (;;) {
        const answer = await readJournal(filter, { ...(below && { before: below }), limit: size - entries.length });
        if (!isCurrent()) return;
        entries = [...entries, ...answer.Entries];
        below = answer.LookedAtFrom;
        head ??= answer.Head;
        const isDone = entries.length >= size || below === 0;
        const state = isDone ? 'done' : isStopped.current ? 'stopped' : 'reading';
        setPage({ entries, lookedAtFrom: below, state, needed: answer.Needed, head });
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
    add: useCallback((found: NewEntries) => setPage((shown) => withNew(shown, found, size)), [size]),
  };
}

interface NewEntries {
  /** Newest first. */
  readonly entries: readonly JournalEntry[];
  /** They are all that came from this entry on; after `after` where the page has caught up. */
  readonly from: number;
  readonly after: number;
  readonly head: number;
}

/** More rows on one page make it slow. */
const mostShown = 500;

/** What is new goes on top. Where it is more than a page holds, the older ones are on the next page, as ever. */
function withNew(shown: JournalPage, { entries: found, from, after, head }: NewEntries, size: number): JournalPage {
  // Another page is shown by now, or somebody else was faster.
  if (shown.head !== after) return shown;
  const hasCaughtUp = from <= after;
  const all = hasCaughtUp ? [...found, ...shown.entries] : found;
  const entries = all.slice(0, mostShown);
  if (hasCaughtUp && entries.length === all.length) return { ...shown, entries, head };
  return { ...shown, entries, head, lookedAtFrom: from, state: entries.length >= size ? 'done' : 'stopped' };
}

/** An answer has looked at 100,000 entries, even where it has found none. */
const mostAnswers = 10;

async function readNew(filter: Filter, after: number): Promise<NewEntries> {
  let found: NewEntries | undefined;
  for (let turn = 0; turn < mostAnswers; turn++) {
    const answer = await readJournal(filter, { after, ...(found && { before: found.from }), limit: 100 });
    const entries: readonly JournalEntry[] = [...(found?.entries ?? []), ...answer.Entries];
    found = { entries, from: answer.LookedAtFrom, after, head: found?.head ?? answer.Head };
    if (found.from <= after || entries.length >= mostShown) break;
  }
  return found ?? { entries: [], from: after, after, head: after };
}

const everyMillis = 4000;
/** Whoever looks for new entries uses his session; a page that nobody touches must not keep it from ending. */
const restAfterMillis = 600_000;
const touches = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

export type Watching = 'paused' | 'resting' | { readonly lookedAt: number };

interface Watch {
  readonly filter: Filter;
  readonly isOn: boolean;
  /** New is what comes after this entry; `undefined` while none has been read. */
  readonly head: number | undefined;
  readonly onFound: (found: NewEntries) => void;
}

/** Looks for new entries every few seconds. @returns since when not, or when it last did. */
export function useNewEntries({ filter, isOn, head, onFound }: Watch): Watching {
  const [watching, setWatching] = useState<Watching>({ lookedAt: Date.now() });
  const after = useRef(head);
  after.current = head;
  useEffect(() => {
    if (!isOn) return;
    let isCurrent = true;
    let isLooking = false;
    let touched = Date.now();
    const touch = (): void => {
      touched = Date.now();
    };
    for (const name of touches) addEventListener(name, touch, { passive: true });
    const look = async (): Promise<void> => {
      if (document.hidden || isLooking || after.current === undefined) return;
      if (Date.now() - touched > restAfterMillis) {
        setWatching('resting');
        return;
      }
      isLooking = true;
      try {
        const found = await readNew(filter, after.current);
        if (!isCurrent) return;
        onFound(found);
        setWatching({ lookedAt: Date.now() });
      } catch {
        if (isCurrent) setWatching('paused');
      } finally {
        isLooking = false;
      }
    };
    const timer = setInterval(() => void look(), everyMillis);
    return () => {
      isCurrent = false;
      clearInterval(timer);
      for (const name of touches) removeEventListener(name, touch);
    };
  }, [filter, isOn, onFound]);
  return isOn ? watching : 'paused';
}
