// Diagnosis: from a refused call's body, code or RequestId to cause and cure, out of the operations' declarations.

import { Alert, Button, Card, Descriptions, Flex, Form, Input, Typography } from 'antd';
import { useCallback, useState } from 'react';
import { type ExplorerCatalog, loadCatalog } from '../../base/api.ts';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { hrefOf, Link, usePlace } from '../../base/route.tsx';
import { CallCard } from './call-card.tsx';
import { cureOf } from './cure.ts';
import { type Clue, clueIn, type Finding, findingsFor } from './diagnose.ts';
import { findCall } from './look-up.ts';
import { ReasonCard } from './reason-card.tsx';
import { diagnosisWords } from './words.ts';

/** More than that is not read; it is to be chosen from. */
const shownAtOnce = 3;

export function Page() {
  const text = useWords(diagnosisWords);
  const { query } = usePlace();
  const [pasted, setPasted] = useState(() => query.get('code') ?? query.get('requestId') ?? '');
  const [clue, setClue] = useState<Clue | undefined>(() => fromLink(query));
  const [catalog, retry] = useLoaded(loadCatalog);
  return (
    <Flex vertical gap="middle">
      <Typography.Title level={1} className="page-title">
        {text.heading}
      </Typography.Title>
      <Form layout="vertical" onFinish={() => setClue(clueIn(pasted))}>
        <Form.Item label={text.input} htmlFor="diagnosis-input" extra={text.intro}>
          <Input.TextArea
            id="diagnosis-input"
            value={pasted}
            className="long-text"
            spellCheck={false}
            onChange={({ target }) => setPasted(target.value)}
          />
        </Form.Item>
        <Button type="primary" htmlType="submit">
          {text.diagnose}
        </Button>
      </Form>
      {clue && (
        <Show loaded={catalog} retry={retry}>
          {(loaded) => <Diagnosis key={JSON.stringify(clue)} clue={clue} catalog={loaded} />}
        </Show>
      )}
    </Flex>
  );
}

function fromLink(query: URLSearchParams): Clue | undefined {
  const [code, action, requestId] = [query.get('code'), query.get('action'), query.get('requestId')];
  if (!code && !requestId) return undefined;
  return { ...(code && { code }), ...(action && { action }), ...(requestId && { requestId }) };
}

interface DiagnosisProps {
  readonly clue: Clue;
  readonly catalog: ExplorerCatalog;
}

/** What the log has of the call comes first: it may tell the code that was not pasted. */
function Diagnosis({ clue, catalog }: DiagnosisProps) {
  const { requestId, diagnosticMessage } = clue;
  return (
    <>
      {requestId === undefined ? (
        <Findings clue={clue} catalog={catalog} />
      ) : (
        <OfCall requestId={requestId} clue={clue} catalog={catalog} />
      )}
      {diagnosticMessage !== undefined && <ReasonCard message={diagnosticMessage} />}
    </>
  );
}

function OfCall({ requestId, clue, catalog }: DiagnosisProps & { readonly requestId: string }) {
  const [found, retry] = useLoaded(useCallback(() => findCall(requestId), [requestId]));
  return (
    <Show loaded={found} retry={retry}>
      {(answer) => {
        const { code = clue.code, action = clue.action } = answer.Call ?? {};
        return (
          <>
            <CallCard answer={answer} />
            <Findings clue={{ ...clue, ...(code && { code }), ...(action && { action }) }} catalog={catalog} />
          </>
        );
      }}
    </Show>
  );
}

function Findings({ clue, catalog }: DiagnosisProps) {
  const text = useWords(diagnosisWords);
  const [action, setAction] = useState(clue.action);
  const { code, message } = clue;
  if (code === undefined) {
    const isEnough = clue.requestId !== undefined || clue.diagnosticMessage !== undefined;
    return isEnough ? null : <Alert type="info" showIcon title={text.nothing} />;
  }
  const findings = findingsFor({ code, ...(action && { action }) }, catalog);
  if (findings.length === 0) return <Alert type="warning" showIcon title={text.unknownCode(code)} />;
  const further = findings.slice(shownAtOnce);
  return (
    <Flex vertical gap="middle" aria-live="polite">
      {message !== undefined && <Alert type="info" showIcon title={text.sent} description={message} />}
      {findings.slice(0, shownAtOnce).map((finding) => (
        <FindingCard key={`${finding.origin?.operation.name} ${finding.cause}`} finding={finding} />
      ))}
      {further.length > 0 && (
        <>
          <p>{text.alsoOf(further.length)}</p>
          <Flex wrap gap="small">
            {[...new Set(further.map(({ origin }) => origin?.operation.name ?? ''))].map((name) => (
              <Button key={name} size="small" onClick={() => setAction(name)}>
                {name}
              </Button>
            ))}
          </Flex>
        </>
      )}
    </Flex>
  );
}

function FindingCard({ finding }: { readonly finding: Finding }) {
  const text = useWords(diagnosisWords);
  const { code, http, cause, origin } = finding;
  return (
    <Card
      title={<h2 className="card-title">{code}</h2>}
      extra={origin ? text.ofOperation(origin.operation.name) : text.ofEvery}
    >
      <Descriptions
        column={1}
        size="small"
        items={[
          { key: 'http', label: text.http, children: http },
          { key: 'cause', label: text.cause, children: cause },
          { key: 'cure', label: text.cure, children: cureOf(finding, text) },
        ]}
      />
      {origin && <Link href={hrefOf(`explorer/${origin.product.code}/${origin.operation.name}`)}>{text.open}</Link>}
    </Card>
  );
}
