// Where one is: the path below /console/ and the query, over the History API.

import type { AnchorHTMLAttributes, MouseEvent, ReactNode } from 'react';
import { useEffect, useRef, useSyncExternalStore } from 'react';

export interface Place {
  /** Segments of the path below /console/, decoded. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
}

const base = '/console/';
const changed = 'certitude-place';

/** @param path below /console/, without a slash in front. */
export function hrefOf(path: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `${base}${path}${search && `?${search}`}`;
}

/** @param replace the place one leaves is not one to come back to. */
export function go(href: string, { replace = false }: { readonly replace?: boolean } = {}): void {
  const move = (): void => {
    if (href === here()) return;
    if (replace) history.replaceState(null, '', href);
    else history.pushState(null, '', href);
    dispatchEvent(new Event(changed));
  };
  if (href === here() || !guard) move();
  else void mayLeave().then((may) => may && move());
}

interface Guard {
  readonly place: string;
  readonly ask: () => Promise<boolean>;
}

/** Of what is lost when the place is left; at most one question is open at a time. */
let guard: Guard | undefined;
let asking: Promise<boolean> | undefined;

/** For whatever leaves the place without going to another: asks, where there is something to lose. */
export function mayLeave(): Promise<boolean> {
  asking ??= (guard?.ask() ?? Promise.resolve(true)).then((may) => {
    if (may) guard = undefined;
    asking = undefined;
    return may;
  });
  return asking;
}

/**
 * While needed, `question` comes before a link, a step back or `mayLeave`; before the window is closed or loaded anew the
 * browser asks in its own words.
 */
export function useAskBeforeLeaving(isNeeded: boolean, question: () => Promise<boolean>): void {
  const latest = useRef(question);
  latest.current = question;
  useEffect(() => {
    if (!isNeeded) return;
    const own: Guard = { place: here(), ask: () => latest.current() };
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    guard = own;
    addEventListener('beforeunload', beforeUnload);
    return () => {
      if (guard === own) guard = undefined;
      removeEventListener('beforeunload', beforeUnload);
    };
  }, [isNeeded]);
}

// The only one to hear of a step through the history: by then the browser has gone already. Where there is something to
// lose it is brought back before anybody else hears of it, and goes once that is meant.
addEventListener('popstate', () => {
  if (guard && here() !== guard.place) {
    history.pushState(null, '', guard.place);
    void mayLeave().then((may) => may && history.back());
  } else dispatchEvent(new Event(changed));
});

function here(): string {
  return location.pathname + location.search;
}

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, here);
  const { pathname, searchParams } = new URL(href, location.origin);
  const segments = pathname.slice(base.length).split('/').filter(Boolean).map(decoded);
  return { segments, query: searchParams };
}

interface LinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  readonly href: string;
  readonly children: ReactNode;
}

/** A link within the console: goes there without loading anew, unless a new tab or window is asked for. */
export function Link({ href, onClick, children, ...more }: LinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    go(href);
  };
  return (
    <a {...more} href={href} onClick={follow}>
      {children}
    </a>
  );
}

function subscribe(listener: () => void): () => void {
  addEventListener(changed, listener);
  return () => removeEventListener(changed, listener);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
