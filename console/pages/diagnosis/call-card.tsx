// The call as the access log has it.

import { Alert, Card, Descriptions } from 'antd';
import type { LoggedCallAnswer } from '../../../src/protocols/console/logged-call.ts';
import { useWords } from '../../base/language.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { diagnosisWords } from './words.ts';

export function CallCard({ answer }: { readonly answer: LoggedCallAnswer }) {
  const text = useWords(diagnosisWords);
  const { Call: call, Needed: needed } = answer;
  if (!call) {
    const why = { none: text.notLogged, notFarEnough: text.notFarEnough, noLog: text.noLog, found: '' }[answer.Found];
    return <Alert type="info" showIcon title={why} description={needed && text.onlyOwn(needed)} />;
  }
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    [text.time, <TimeText key="time" at={Date.parse(call.time)} as="both" />],
    [text.operation, call.action],
    [text.caller, call.principal],
    [text.accessKey, call.accessKeyId],
    [text.source, `${call.source}${call.secure ? ' (TLS)' : ''}`],
    [text.userAgent, call.userAgent],
    [text.outcome, call.code === undefined ? call.status : `${call.status} ${call.code}`],
    [text.decision, call.decision && text.decisions(call.decision)],
    [text.resource, call.resource],
    [text.decidedBy, groundOf(call, text)],
    [text.duration, `${call.millis} ms`],
  ];
  return (
    <Card title={<h2 className="card-title">{text.theCall}</h2>}>
      <Descriptions
        column={1}
        size="small"
        items={rows
          .filter(([, value]) => value !== undefined && value !== '')
          .map(([label, children]) => ({ key: label, label, children }))}
      />
    </Card>
  );
}

/** What is open to the root, and to everybody, no policy of the account says. */
function groundOf(
  { policy, statement = 0 }: NonNullable<LoggedCallAnswer['Call']>,
  text: (typeof diagnosisWords)['en'],
): string | undefined {
  if (policy === 'AccountOwner') return text.ownerMay;
  if (policy === 'OpenToAll') return text.everybodyMay;
  return policy && text.statementOf(policy, statement);
}
