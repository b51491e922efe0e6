// Why policies refused, out of the message that came with the refusal.

import { Card, Descriptions } from 'antd';
import { useCallback } from 'react';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { type DecodedMessage, decodeMessage } from './look-up.ts';
import { diagnosisWords } from './words.ts';

export function ReasonCard({ message }: { readonly message: string }) {
  const text = useWords(diagnosisWords);
  const [decoded, retry] = useLoaded(useCallback(() => decodeMessage(message), [message]));
  return (
    <Card title={<h2 className="card-title">{text.reason}</h2>}>
      <Show loaded={decoded} retry={retry}>
        {(reason) => <Reason reason={reason} />}
      </Show>
    </Card>
  );
}

function Reason({ reason }: { readonly reason: DecodedMessage }) {
  const text = useWords(diagnosisWords);
  const { AuthPrincipal: principal, MatchedPolicies: policies, AuthConditions: facts } = reason;
  const by = policies.map(({ PolicyIdentifier, StatementIndex, AttachedEntityType }) =>
    text.attachedTo(text.statementOf(PolicyIdentifier, StatementIndex), AttachedEntityType),
  );
  return (
    <Descriptions
      column={1}
      size="small"
      items={[
        {
          key: 'what',
          label: text.decision,
          children: text.decisions(reason.ExplicitDeny ? 'ExplicitDeny' : 'ImplicitDeny'),
        },
        ...by.map((each) => ({ key: each, label: text.decidedBy, children: each })),
        { key: 'action', label: text.action, children: reason.AuthAction },
        { key: 'resource', label: text.resource, children: reason.AuthResource },
        {
          key: 'who',
          label: text.caller,
          children: `${principal.AuthPrincipalType} ${principal.AuthPrincipalDisplayName}`,
        },
        ...facts.map(({ ConditionKey, ConditionValues }) => ({
          key: ConditionKey,
          label: ConditionKey,
          children: ConditionValues.join(', '),
        })),
      ]}
    />
  );
}
