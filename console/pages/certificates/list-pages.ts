// Pages of the list as they are fetched: one at a time, and of a search as many steps as it takes to fill one.

import { useCallback, useEffect, useRef, useState } from 'react';
import { type CertificateRow, type ListFilter, listCertificates } from './certificate-data.ts';
import { patiently } from './patience.ts';

export interface ListPages {
  readonly rows: readonly CertificateRow[];
  /** Which of all the first of them is, from 1. */
  readonly first: number;
  readonly total: number | undefined;
  readonly isBusy: boolean;
  /** Set while a search goes on or after it was stopped: no more than so many certificates are left to look at. */
  readonly left: number | undefined;
  readonly error: unknown;
  readonly next: (() => void) | undefined;
  readonly previous: (() => void) | undefined;
  readonly stop: () => void;
  readonly reload: () => void;
}

interface Fetched {
  readonly rows: readonly CertificateRow[];
  readonly next: number;
  readonly total: number | undefined;
  readonly isBusy: boolean;
  readonly error: unknown;
}

interface Start {
  /** 0 for the newest. */
  readonly start: number;
  readonly first: number;
}

const firstPage: Start = { start: 0, first: 1 };
const nothing: Fetched = { rows: [], next: 0, total: undefined, isBusy: true, error: undefined };

/** Of one filter and size: whoever wants others begins anew. @param filter  the same object throughout. */
export function useListPages(filter: ListFilter, size: number): ListPages {
  /** Where each page up to the present one begins. */
  const [starts, setStarts] = useState<readonly Start[]>([firstPage]);
  const [fetched, setFetched] = useState(nothing);
  const [turn, setTurn] = useState(0);
  const stopped = useRef(() => {});
  const { start, first } = starts.at(-1) ?? firstPage;

  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn is another fetch
  useEffect(() => {
    let isCurrent = true;
    setFetched((before) => ({ ...before, isBusy: true, error: undefined }));
    const give = (found: Partial<Fetched>): void => {
      if (isCurrent) setFetched({ ...nothing, ...found });
    };
    void fetchPage({ filter, size, start }, give, () => isCurrent);
    stopped.current = () => {
      isCurrent = false;
      setFetched((before) => ({ ...before, isBusy: false }));
    };
    return () => {
      isCurrent = false;
    };
  }, [filter, size, start, turn]);

  const { rows, next, total, isBusy, error } = fetched;
  return {
    rows,
    total,
    isBusy,
    error,
    first,
    left: next > 0 && rows.length < size ? next : undefined,
    next: next > 0 && !isBusy ? () => setStarts([...starts, { start: next, first: first + rows.length }]) : undefined,
    previous: starts.length > 1 ? () => setStarts(starts.slice(0, -1)) : undefined,
    stop: () => stopped.current(),
    reload: useCallback(() => setTurn((before) => before + 1), []),
  };
}

interface Wanted {
  readonly filter: ListFilter;
  readonly size: number;
  /** 0 for the first page. */
  readonly start: number;
}

async function fetchPage(
  { filter, size, start }: Wanted,
  give: (found: Partial<Fetched>) => void,
  isWanted: () => boolean,
): Promise<void> {
  let rows: readonly CertificateRow[] = [];
  let below = start;
  try {
    do {
      const asked = {
        ...filter,
        Size: String(size - rows.length),
        ...(below > 0 && { Below: String(below) }),
      };
      const { List, Next, Total } = await patiently(() => listCertificates(asked));
      rows = [...rows, ...List];
      below = Next;
      give({ rows, next: Next, total: Total, isBusy: Next > 0 && rows.length < size });
    } while (below > 0 && rows.length < size && isWanted());
  } catch (error) {
    give({ rows, next: below, isBusy: false, error });
  }
}
