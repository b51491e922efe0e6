// Something that has to be fetched before it can be shown: waiting, shown, or why not.

import { Alert, Button, Spin } from 'antd';
import { type ReactNode, useCallback, useEffect, useState } from 'react';
import { ApiError } from './api.ts';
import { commonWords } from './common-words.ts';
import { useWords } from './language.tsx';
import { hrefOf, Link } from './route.tsx';

export type Loaded<Value> =
  | { readonly state: 'waiting' }
  | { readonly state: 'here'; readonly value: Value }
  | { readonly state: 'failed'; readonly error: unknown };

/**
 * Fetches at first and whenever `load` is another function: wrap it in `useCallback`, or use one from outside.
 * @returns what there is of it, and how to fetch it anew.
 */
export function useLoaded<Value>(load: () => Promise<Value>): [Loaded<Value>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<Value>>({ state: 'waiting' });
  const [turn, setTurn] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn is another fetch
  useEffect(() => {
    let isCurrent = true;
    setLoaded((before) => (before.state === 'here' ? before : { state: 'waiting' }));
    load().then(
      (value) => isCurrent && setLoaded({ state: 'here', value }),
      (error: unknown) => isCurrent && setLoaded({ state: 'failed', error }),
    );
    return () => {
      isCurrent = false;
    };
  }, [load, turn]);
  return [loaded, useCallback(() => setTurn((before) => before + 1), [])];
}

interface ShowProps<Value> {
  readonly loaded: Loaded<Value>;
  readonly retry: () => void;
  readonly children: (value: Value) => ReactNode;
}

export function Show<Value>({ loaded, retry, children }: ShowProps<Value>) {
  switch (loaded.state) {
    case 'waiting':
      return <Waiting />;
    case 'failed':
      return <Refusal error={loaded.error} retry={retry} />;
    case 'here':
      return children(loaded.value);
  }
}

export function Waiting() {
  const text = useWords(commonWords);
  return (
    <div role="status" aria-label={text.loading} className="waiting">
      <Spin />
    </div>
  );
}

/** What the service refused, in its words, with the way to cause and cure. */
export function Refusal({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const text = useWords(commonWords);
  const refusal = error instanceof ApiError ? error : undefined;
  // Another session took the place of this one: nothing works before the page knows whose it is.
  if (refusal?.code === 'InvalidCsrfToken') {
    return (
      <Alert
        type="warning"
        showIcon
        role="alert"
        title={text.otherSession}
        action={
          <Button size="small" onClick={() => location.reload()}>
            {text.reload}
          </Button>
        }
      />
    );
  }
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={refusal ? titleOf(refusal, text) : text.failed}
      description={refusal && <Reason refusal={refusal} />}
      action={
        retry && (
          <Button size="small" onClick={retry}>
            {text.retry}
          </Button>
        )
      }
    />
  );
}

function titleOf({ code, message }: ApiError, text: (typeof commonWords)['en']): string {
  return code === 'Unreachable' ? text.unreachable : `${code}: ${message}`;
}

function Reason({ refusal }: { readonly refusal: ApiError }) {
  const text = useWords(commonWords);
  const { code, requestId, accessDenied } = refusal;
  return (
    <>
      {accessDenied && (
        <p>
          {accessDenied.denial === 'ExplicitDeny'
            ? text.deniedByStatement(accessDenied.action)
            : text.notAllowed(accessDenied.action)}
        </p>
      )}
      {requestId !== '' && (
        <Link href={hrefOf('diagnosis', { code, requestId })}>
          {text.diagnose} {requestId}
        </Link>
      )}
    </>
  );
}
