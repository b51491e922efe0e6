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
  if (href === here() || !ask) move();
  else void mayLeave().then((may) => may && move());
}

/** Of what is lost when the place is left; at most one asks at a time. */
let ask: (() => Promise<boolean>) | undefined;
let asking: Promise<boolean> | undefined;

/** For whatever leaves the place without going to another: asks, where there is something to lose. */
export function mayLeave(): Promise<boolean> {
  asking ??= (ask?.() ?? Promise.resolve(true)).then((may) => {
    if (may) ask = undefined;
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
    const asks = () => latest.current();
    const place = here();
    const beforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    // The browser has gone already: it is brought back before anybody else hears of it, and goes once that is meant.
    const beforeStep = (event: PopStateEvent): void => {
      if (here() === place || ask !== asks) return;
      event.stopImmediatePropagation();
      history.pushState(null, '', place);
      void mayLeave().then((may) => may && history.back());
    };
    ask = asks;
    addEventListener('beforeunload', beforeUnload);
    addEventListener('popstate', beforeStep, { capture: true });
    return () => {
      if (ask === asks) ask = undefined;
      removeEventListener('beforeunload', beforeUnload);
      removeEventListener('popstate', beforeStep, { capture: true });
    };
  }, [isNeeded]);
}

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
  addEventListener('popstate', listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(changed, listener);
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
