// What a form does when it is sent: waiting, done, or why not; and its button.

import { Button, Form } from 'antd';
import { useState } from 'react';
import { Refusal } from './loaded.tsx';

export interface Submitting {
  readonly isWaiting: boolean;
  readonly problem: unknown;
  /** Does the work; what it throws is the problem from here on. */
  readonly run: (work: () => Promise<void>) => Promise<void>;
}

export function useSubmitting(): Submitting {
  const [problem, setProblem] = useState<unknown>();
  const [isWaiting, setWaiting] = useState(false);
  return {
    isWaiting,
    problem,
    run: async (work) => {
      setWaiting(true);
      setProblem(undefined);
      try {
        await work();
      } catch (error) {
        setProblem(error);
      } finally {
        setWaiting(false);
      }
    },
  };
}

/** The last line of such a form. */
export function SubmitLine({ submitting, label }: { readonly submitting: Submitting; readonly label: string }) {
  return (
    <>
      {submitting.problem !== undefined && (
        <Form.Item>
          <Refusal error={submitting.problem} />
        </Form.Item>
      )}
      <Button type="primary" htmlType="submit" block loading={submitting.isWaiting}>
        {label}
      </Button>
    </>
  );
}
