// The status check: serial numbers in, how each stands out, and why.

import { Alert, Button, Flex, Typography } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { SerialNumber } from '../../../src/pki/serial-number.ts';
import { parseSerialNumber } from '../../../src/pki/serial-number.ts';
import { useLanguage, useWords } from '../../base/language.tsx';
import { Refusal } from '../../base/loaded.tsx';
import { usePlace } from '../../base/route.tsx';
import { numberText } from '../../base/time-text.tsx';
import { AnswerTable } from './answer-table.tsx';
import { type Answers, checkAll, noAnswers } from './check.ts';
import { Input } from './input.tsx';
import type { Found } from './serial-numbers.ts';
import './status.css';
import { WhyDrawer } from './why-drawer.tsx';
import { statusWords } from './words.ts';

type Work =
  | { readonly state: 'idle' }
  | { readonly state: 'asking'; readonly total: number; readonly stop: () => void }
  | { readonly state: 'stopped' | 'done'; readonly total: number }
  | { readonly state: 'failed'; readonly total: number; readonly error: unknown };

export function Page() {
  const say = useWords(statusWords);
  const [found, setFound] = useState<Found>();
  const [answers, setAnswers] = useState<Answers>(noAnswers);
  const [work, setWork] = useState<Work>({ state: 'idle' });
  const [why, setWhy] = useState<SerialNumber | undefined>(useLinked());
  const running = useRef<AbortController>(undefined);
  // Nobody is there to see the answers.
  useEffect(() => () => running.current?.abort(), []);

  const check = useCallback((all: Found): void => {
    setFound(all);
    setAnswers(noAnswers);
    running.current?.abort();
    const total = all.serialNumbers.length;
    if (total === 0) {
      setWork({ state: 'idle' });
      return;
    }
    const abort = new AbortController();
    running.current = abort;
    const isCurrent = () => running.current === abort;
    setWork({ state: 'asking', total, stop: () => abort.abort() });
    checkAll(all.serialNumbers, (some) => isCurrent() && setAnswers(some), abort.signal).then(
      () => isCurrent() && setWork({ state: abort.signal.aborted ? 'stopped' : 'done', total }),
      (error: unknown) => isCurrent() && setWork({ state: 'failed', total, error }),
    );
  }, []);

  return (
    <Flex vertical gap="middle">
      <div>
        <Typography.Title level={1} className="page-title">
          {say.heading}
        </Typography.Title>
        <p className="lead">{say.lead}</p>
      </div>
      <Input onCheck={check} isBusy={work.state === 'asking'} />
      {found && <HowRead found={found} />}
      {work.state !== 'idle' && <Progress work={work} done={answers.list.length} />}
      {work.state === 'failed' && <Refusal error={work.error} />}
      {answers.list.length > 0 && <AnswerTable answers={answers} onWhy={setWhy} />}
      <WhyDrawer serialNumber={why} onClose={() => setWhy(undefined)} />
    </Flex>
  );
}

/** A link of another page, or of somebody, to one serial number. */
function useLinked(): SerialNumber | undefined {
  const { query } = usePlace();
  const text = query.get('serial');
  return text === null ? undefined : parseSerialNumber(text);
}

function HowRead({ found }: { readonly found: Found }) {
  const say = useWords(statusWords);
  const language = useLanguage();
  const { serialNumbers, repeated, notUnderstood, notUnderstoodCount, as, column } = found;
  if (as === 'nothing') return <Alert type="info" showIcon title={say.nothing} />;
  const count = numberText(serialNumbers.length, language);
  const from = as === 'certificates' ? say.fromCertificates : column === undefined ? '' : say.fromColumn(column);
  return (
    <>
      <p className="how-read" role="status">
        {say.found(count, serialNumbers.length)} {from}
        {repeated > 0 && ` ${say.repeated(numberText(repeated, language))}`}
      </p>
      {notUnderstoodCount > 0 && (
        <Alert
          type="warning"
          showIcon
          title={
            <>
              {say.notUnderstood(numberText(notUnderstoodCount, language), notUnderstoodCount)}{' '}
              <code className="wrap">{notUnderstood.join(' · ')}</code>
            </>
          }
        />
      )}
    </>
  );
}

function Progress({ work, done }: { readonly work: Exclude<Work, { state: 'idle' }>; readonly done: number }) {
  const say = useWords(statusWords);
  const language = useLanguage();
  const text = say.progress(numberText(done, language), numberText(work.total, language));
  return (
    <Flex align="center" gap="small" wrap>
      <progress className="progress" max={work.total} value={done} aria-label={say.progressName} />
      <span aria-live="polite">{work.state === 'stopped' ? say.stopped(text) : text}</span>
      {work.state === 'asking' && <Button onClick={work.stop}>{say.stop}</Button>}
    </Flex>
  );
}
