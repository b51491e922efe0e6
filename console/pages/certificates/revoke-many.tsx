// Revoking by list: paste or choose it, see what it names, say why, watch it being done, keep the results.

import { Alert, Button, Flex, Input, Progress, Typography } from 'antd';
import { useCallback, useEffect, useId, useRef, useState } from 'react';
import { Choice } from '../../base/choice.tsx';
import { useConfirm } from '../../base/confirm.tsx';
import { csvOf } from '../../base/csv.ts';
import { download } from '../../base/download.ts';
import { useWords } from '../../base/language.tsx';
import { Refusal } from '../../base/loaded.tsx';
import { hrefOf, Link, usePlace } from '../../base/route.tsx';
import { reasons, useReasonText } from './reasons.ts';
import { OutcomeTable, useOutcomeText } from './revoke-outcomes.tsx';
import { type Planned, planFor, revokePlanned, withFailedAgain } from './revoke-plan.ts';
import { revokeWords } from './revoke-words.ts';
import { readList } from './serial-list.ts';
import { certificatesWords } from './words.ts';

/** Each is one call; a list like this takes minutes. */
const most = 10_000;

/** As much as ten thousand lines of a table may take. */
const mostMebibytes = 4;

// biome-ignore lint/style/noDefaultExport: what React loads lazily
export default function RevokeMany() {
  const text = useWords(certificatesWords);
  const say = useWords(revokeWords);
  const { query } = usePlace();
  const [planned, setPlanned] = useState<readonly Planned[]>();
  return (
    <>
      <Link href={hrefOf('certificates')}>{text.allCertificates}</Link>
      <Typography.Title level={1} className="certificates-title">
        {say.heading}
      </Typography.Title>
      {planned ? (
        <Carrying planned={planned} again={() => setPlanned(undefined)} />
      ) : (
        <ListForm initially={(query.get('list') ?? '').replaceAll(',', '\n')} onPlanned={setPlanned} />
      )}
    </>
  );
}

interface ListFormProps {
  readonly initially: string;
  readonly onPlanned: (planned: readonly Planned[]) => void;
}

function ListForm({ initially, onPlanned }: ListFormProps) {
  const say = useWords(revokeWords);
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [list, setList] = useState(initially);
  const [done, setDone] = useState<number>();
  const [problem, setProblem] = useState<unknown>();
  const [isTooLarge, setTooLarge] = useState(false);
  const isHere = useIsHere();
  const { entries, passedOver } = readList(list);
  const look = async (): Promise<void> => {
    setProblem(undefined);
    setDone(0);
    try {
      const planned = await planFor(entries, setDone, isHere);
      if (isHere()) onPlanned(planned);
    } catch (error) {
      setProblem(error);
    } finally {
      setDone(undefined);
    }
  };
  const take = async (files: FileList | null): Promise<void> => {
    const [first] = files ?? [];
    if (!first) return;
    const fits = first.size <= mostMebibytes * 1024 * 1024;
    setTooLarge(!fits);
    setProblem(undefined);
    try {
      if (fits) setList(await first.text());
    } catch (error) {
      setProblem(error);
    }
  };
  return (
    <form
      className="revoke-form"
      onSubmit={(event) => {
        event.preventDefault();
        void look();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        void take(event.dataTransfer.files);
      }}
    >
      <label htmlFor={id}>{say.list}</label>
      <p id={`${id}-lead`} className="quiet">
        {say.lead}
      </p>
      <Input.TextArea
        id={id}
        aria-describedby={`${id}-lead`}
        className="long-text code-area"
        spellCheck={false}
        value={list}
        onChange={({ target }) => {
          setTooLarge(false);
          setList(target.value);
        }}
      />
      <input
        ref={file}
        type="file"
        accept=".csv,.txt,text/*"
        className="hidden-file"
        aria-label={say.chooseFile}
        tabIndex={-1}
        onChange={({ target }) => {
          // The same file, chosen once more after it was changed, is a choice too.
          void take(target.files).finally(() => {
            target.value = '';
          });
        }}
      />
      <p role="status">
        {say.read(entries.length)}
        {passedOver > 0 && ` · ${say.passedOver(passedOver)}`}
      </p>
      {isTooLarge && <Alert type="error" showIcon role="alert" title={say.tooLarge(mostMebibytes)} />}
      {entries.length > most && <Alert type="error" showIcon role="alert" title={say.tooMany(most)} />}
      {problem !== undefined && <Refusal error={problem} />}
      <Flex gap="small" wrap>
        <Button onClick={() => file.current?.click()}>{say.chooseFile}</Button>
        <Button
          type="primary"
          htmlType="submit"
          loading={done !== undefined}
          disabled={entries.length === 0 || entries.length > most}
        >
          {say.look}
        </Button>
      </Flex>
      {done !== undefined && (
        <Progress percent={percentOf(done, entries.length)} aria-label={say.looking} size="small" />
      )}
    </form>
  );
}

interface CarryingProps {
  readonly planned: readonly Planned[];
  readonly again: () => void;
}

function Carrying({ planned, again }: CarryingProps) {
  const say = useWords(revokeWords);
  const id = useId();
  const reasonText = useReasonText();
  const [reason, setReason] = useState<string>('unspecified');
  const { rows, state, problem, start, stop } = useRevoking(planned);
  const confirm = useConfirm();
  const outcomeText = useOutcomeText();
  const ready = rows.filter(({ outcome }) => outcome === 'ready').length;
  const done = rows.filter(({ outcome }) => outcome === 'done').length;
  const failed = rows.filter(({ outcome }) => typeof outcome === 'object').length;
  const isHold = reason === 'certificateHold';
  const isOver = state === 'stopped' || state === 'finished';
  const ask = async (): Promise<void> => {
    const isMeant = await confirm({
      title: isHold ? say.askManyHold(ready) : say.askMany(ready),
      content: isHold ? say.holdMeans : say.revokeMeans,
      action: isHold ? say.hold : say.revoke,
      canBeUndone: isHold,
    });
    if (isMeant) await start(reason, rows);
  };
  const save = (): void => {
    const lines = rows.map(({ written, identifier, serialNumber, name, outcome }) => [
      written,
      serialNumber,
      identifier,
      name,
      outcomeText(outcome),
    ]);
    download('revoked.csv', csvOf(['entry', 'serial', 'identifier', 'name', 'outcome'], lines));
  };
  return (
    <>
      {state === 'before' && ready === 0 && <Alert type="warning" showIcon title={say.empty} />}
      {state === 'before' && ready > 0 && (
        <div className="reason-field">
          <label htmlFor={id}>{say.reason}</label>
          <Choice
            id={id}
            value={reason}
            options={reasons.map((each) => ({ value: each, label: reasonText(each) }))}
            onChange={setReason}
          />
        </div>
      )}
      {state !== 'before' && (
        <>
          <Progress
            percent={percentOf(done + failed, done + failed + ready)}
            aria-label={say.progress}
            status={state === 'running' ? 'active' : failed > 0 || state === 'stopped' ? 'exception' : 'success'}
          />
          <p role="status">
            {say.counts(done, failed, ready)}
            {state === 'stopped' && ` · ${say.stopped}`}
            {state === 'finished' && ` · ${say.finished}`}
          </p>
        </>
      )}
      {problem !== undefined && <Refusal error={problem} />}
      <Flex gap="small" wrap className="carrying-tools">
        {state === 'before' && ready > 0 && (
          <Button danger type="primary" onClick={() => void ask()}>
            {isHold ? say.holdCount(ready) : say.revokeCount(ready)}
          </Button>
        )}
        {state === 'running' && <Button onClick={stop}>{say.stop}</Button>}
        {state === 'stopped' && ready > 0 && (
          <Button danger onClick={() => void start(reason, rows)}>
            {say.goOn(ready)}
          </Button>
        )}
        {isOver && failed > 0 && (
          <Button danger onClick={() => void start(reason, withFailedAgain(rows))}>
            {say.tryFailed(failed)}
          </Button>
        )}
        <Button onClick={save}>{say.saveCsv}</Button>
        {state !== 'running' && <Button onClick={again}>{say.again}</Button>}
      </Flex>
      <OutcomeTable rows={rows} isOver={isOver} />
    </>
  );
}

/** So many revocations are on their way at once: the store writes those that come together together. */
const together = 4;

function useRevoking(planned: readonly Planned[]) {
  const [rows, setRows] = useState(planned);
  const [state, setState] = useState<'before' | 'running' | 'stopped' | 'finished'>('before');
  const [problem, setProblem] = useState<unknown>();
  const isStopped = useRef(false);
  const isHere = useIsHere();
  /** Revokes those of `from` that are ready. */
  const start = async (reason: string, from: readonly Planned[]): Promise<void> => {
    isStopped.current = false;
    setRows(from);
    setProblem(undefined);
    setState('running');
    const waiting = from.map((each, at) => ({ each, at })).filter(({ each }) => each.outcome === 'ready');
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next && !isStopped.current && isHere(); next = waiting.shift()) {
        const { each, at } = next;
        const outcome = await revokePlanned(each, reason);
        setRows((before) => before.with(at, { ...each, outcome }));
      }
    };
    // What one of them meets stops all of them, and none is on its way any more when it is said.
    const stopAll = (error: unknown): void => {
      isStopped.current = true;
      setProblem(error);
    };
    await Promise.all(Array.from({ length: together }, () => worker().catch(stopAll)));
    setState(isStopped.current ? 'stopped' : 'finished');
  };
  return {
    rows,
    state,
    problem,
    start,
    stop: () => {
      isStopped.current = true;
    },
  };
}

function percentOf(done: number, all: number): number {
  return all === 0 ? 100 : Math.floor((100 * done) / all);
}

/** Whether the page is still the one that is looked at: who leaves it stops what it does. */
function useIsHere(): () => boolean {
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    return () => {
      isHere.current = false;
    };
  }, []);
  return useCallback(() => isHere.current, []);
}
