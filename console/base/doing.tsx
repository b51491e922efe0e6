// Doing something about users and their like: once at a time, told when it is done, and why when it is not.

import { App } from 'antd';
import { type ReactNode, useState } from 'react';
import { Refusal } from './loaded.tsx';

export interface Doing {
  readonly isBusy: boolean;
  /** @param done said when it worked. */
  readonly run: (work: () => Promise<unknown>, done: string) => Promise<boolean>;
  /** What the last one was refused with. */
  readonly problem: ReactNode;
}

/** @param after called when something was done: what is shown is to be fetched anew. */
export function useDoing(after: () => void): Doing {
  const { message } = App.useApp();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  return {
    isBusy,
    problem: error === undefined ? null : <Refusal error={error} />,
    run: async (work, done) => {
      setBusy(true);
      try {
        await work();
        setError(undefined);
        void message.success(done);
        after();
        return true;
      } catch (thrown) {
        setError(thrown);
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
