// Where the key of a new certificate comes from: this browser, a request, or the service.

import { Alert, Button, Card, Input, Segmented } from 'antd';
import { useId, useMemo, useRef } from 'react';
import { decodeRequest } from '../../../base/cert-decode.ts';
import { keyName, RequestView } from '../../../base/cert-view.tsx';
import { Choice } from '../../../base/choice.tsx';
import { useWords } from '../../../base/language.tsx';
import { type BrowserAlgorithm, browserAlgorithms } from './browser-key.ts';
import { type IssueForm, type Source, serviceAlgorithms } from './issue-form.ts';
import { issueWords } from './issue-words.ts';

interface FieldsProps {
  readonly form: IssueForm;
  readonly put: (change: Partial<IssueForm>) => void;
}

interface KeyFieldsProps extends FieldsProps {
  /** Of the CA that is chosen; empty before. */
  readonly authorityAlgorithm: string;
}

export function KeyFields({ form, put, authorityAlgorithm }: KeyFieldsProps) {
  const say = useWords(issueWords);
  const sources: readonly Source[] = form.kind === 'custom' ? ['browser', 'csr'] : ['browser', 'csr', 'service'];
  return (
    <Card size="small" title={<h2>{say.key}</h2>}>
      <Segmented<Source>
        aria-label={say.source}
        value={form.source}
        options={sources.map((value) => ({
          value,
          label: say[value],
          disabled: value === 'browser' && !isSecureContext,
        }))}
        onChange={(source) => put({ source, names: [] })}
      />
      <p className="quiet">
        {say[`${form.source}Help`]}
        {!isSecureContext && ` ${say.needsSecure}`}
      </p>
      {form.source === 'browser' && (
        <Algorithm
          value={form.browserAlgorithm}
          offered={browserAlgorithms}
          choose={(chosen) => put({ browserAlgorithm: chosen as BrowserAlgorithm })}
        />
      )}
      {form.source === 'service' && (
        <Algorithm
          value={form.serviceAlgorithm}
          offered={serviceAlgorithms(authorityAlgorithm)}
          choose={(serviceAlgorithm) => put({ serviceAlgorithm })}
        />
      )}
      {form.source === 'csr' && <Request form={form} put={put} />}
    </Card>
  );
}

interface AlgorithmProps {
  readonly value: string;
  readonly offered: readonly string[];
  readonly choose: (algorithm: string) => void;
}

function Algorithm({ value, offered, choose }: AlgorithmProps) {
  const say = useWords(issueWords);
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{say.algorithm}</label>
      <Choice
        id={id}
        value={value}
        options={offered.map((each) => ({ value: each, label: keyName(each) }))}
        onChange={choose}
      />
    </>
  );
}

function Request({ form, put }: FieldsProps) {
  const say = useWords(issueWords);
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const decoded = useMemo(() => tryDecode(form.csr), [form.csr]);
  const take = async (files: FileList | null): Promise<void> => {
    const [first] = files ?? [];
    if (first && first.size <= 100_000) put({ csr: await first.text() });
  };
  return (
    <>
      <label htmlFor={id}>{say.csrText}</label>
      <Input.TextArea
        id={id}
        className="long-text code-area"
        spellCheck={false}
        value={form.csr}
        maxLength={100_000}
        onChange={({ target }) => put({ csr: target.value })}
      />
      <input
        ref={file}
        type="file"
        accept=".csr,.pem,.req,.p10,.txt"
        className="hidden-file"
        aria-label={say.chooseFile}
        tabIndex={-1}
        onChange={({ target }) => void take(target.files)}
      />
      <Button size="small" onClick={() => file.current?.click()}>
        {say.chooseFile}
      </Button>
      {typeof decoded === 'string' && (
        <Alert type="warning" showIcon role="status" title={`${say.csrUnreadable} ${decoded}`} />
      )}
      {typeof decoded === 'object' && (
        <section aria-label={say.requested}>
          <h3>{say.requested}</h3>
          <RequestView request={decoded} />
        </section>
      )}
    </>
  );
}

/** What it says, or why it cannot be read; nothing of nothing. */
function tryDecode(csr: string): ReturnType<typeof decodeRequest> | string | undefined {
  if (csr.trim() === '') return undefined;
  try {
    return decodeRequest(csr);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
