// What a call came to: status, time, RequestId, body, headers, and the request that was answered.

import { Alert, Collapse, Descriptions, Empty, Typography } from 'antd';
import type { CallRecord } from '../../base/api.ts';
import { Code } from '../../base/code.tsx';
import { commonWords } from '../../base/common-words.ts';
import { useWords } from '../../base/language.tsx';
import { Refusal } from '../../base/loaded.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { pretty } from './pretty.ts';
import { explorerWords } from './words.ts';

export type Outcome = { readonly record: CallRecord } | { readonly error: unknown };

export function ResultView({ outcome, action }: { readonly outcome: Outcome | undefined; readonly action: string }) {
  const text = useWords(explorerWords);
  if (!outcome) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={text.notCalled} />;
  if ('error' in outcome) return <Refusal error={outcome.error} />;
  return <Answered record={outcome.record} action={action} />;
}

function Answered({ record, action }: { readonly record: CallRecord; readonly action: string }) {
  const text = useWords(explorerWords);
  const { status, headers, body, durationMillis, request } = record;
  const requestId = headers['x-acs-request-id'] ?? '';
  const isGood = status < 300;
  const items = [
    {
      key: 'status',
      label: text.status,
      children: <Typography.Text type={isGood ? 'success' : 'danger'}>{status}</Typography.Text>,
    },
    { key: 'time', label: text.time, children: text.millis(Math.round(durationMillis * 10) / 10) },
    { key: 'request-id', label: text.requestId, children: <code className="request-id">{requestId}</code> },
  ];
  const sent = `${request.method} ${request.url}\n${headerText(request.headers)}\n\n${request.body}`;
  return (
    <div aria-live="polite">
      {!isGood && <Refused {...{ record, action, requestId }} />}
      <Descriptions column={1} size="small" items={items} />
      <Code label={text.body} text={pretty(body)} />
      <Collapse
        ghost
        items={[
          {
            key: 'headers',
            label: text.answerHeaders,
            children: <Code label={text.answerHeaders} text={headerText(headers)} />,
          },
          {
            key: 'request',
            label: text.requestSent,
            children: (
              <>
                <p>{text.requestHelp}</p>
                <Code label={text.requestSent} text={sent} />
              </>
            ),
          },
        ]}
      />
    </div>
  );
}

interface RefusedProps {
  readonly record: CallRecord;
  readonly action: string;
  readonly requestId: string;
}

function Refused({ record, action, requestId }: RefusedProps) {
  const say = useWords(commonWords);
  const [, code = ''] = /(?:"Code"\s*:\s*"|<Code>)([^"<]*)/.exec(record.body) ?? [];
  const [, message = ''] = /(?:"Message"\s*:\s*"|<Message>)((?:[^"<\\]|\\.)*)/.exec(record.body) ?? [];
  return (
    <Alert
      type="error"
      showIcon
      role="alert"
      title={code}
      description={
        <>
          <p>{message.slice(0, 500)}</p>
          <Link href={hrefOf('diagnosis', { code, action, requestId })}>{say.diagnose}</Link>
        </>
      }
    />
  );
}

function headerText(headers: Readonly<Record<string, string>>): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
