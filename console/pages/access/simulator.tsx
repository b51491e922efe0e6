// The simulator: whether somebody may do something, or who may, and which statement of which policy says so.

import { Button, Checkbox, Flex, Form, Input } from 'antd';
import { useCallback, useState } from 'react';
import { loadCatalog } from '../../base/api.ts';
import { Choice } from '../../base/choice.tsx';
import { useWords } from '../../base/language.tsx';
import { Refusal, useLoaded } from '../../base/loaded.tsx';
import { usePlace } from '../../base/route.tsx';
import { Section } from '../../base/section.tsx';
import { allRoleNames, allUserNames } from './ram.ts';
import { type Asked, type Simulated, simulate } from './simulate.ts';
import { simulatorWords } from './simulator-words.ts';
import { VerdictView } from './verdict-view.tsx';
import { accessWords } from './words.ts';

const nothingAsked: Asked = {
  kind: 'everybody',
  name: '',
  action: '',
  resource: '*',
  sourceIp: '',
  time: '',
  isTls: location.protocol === 'https:',
  hasMfa: false,
  userAgent: '',
  resourceTags: '',
};

export function Simulator() {
  const text = useWords(accessWords);
  const say = useWords(simulatorWords);
  const { query } = usePlace();
  const [asked, setAsked] = useState<Asked>(() => {
    const [user, role] = [query.get('user'), query.get('role')];
    if (user) return { ...nothingAsked, kind: 'user', name: user };
    return role ? { ...nothingAsked, kind: 'role', name: role } : nothingAsked;
  });
  const [outcome, setOutcome] = useState<
    { readonly answer: Simulated; readonly asked: Asked } | { readonly error: unknown }
  >();
  const [isAsking, setAsking] = useState(false);
  const change = (part: Partial<Asked>): void => setAsked((before) => ({ ...before, ...part }));
  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      setOutcome({ answer: await simulate(asked), asked });
    } catch (error) {
      setOutcome({ error });
    } finally {
      setAsking(false);
    }
  };
  const canAsk = asked.action.trim() !== '' && (asked.kind === 'everybody' || asked.name.trim() !== '');
  return (
    <Section title={text.simulator}>
      <p>{say.simulatorLead}</p>
      <Form layout="vertical" className="simulator-form" onFinish={() => void ask()}>
        <Who asked={asked} change={change} />
        <Action asked={asked} change={change} />
        <Circumstances asked={asked} change={change} />
        <Button type="primary" htmlType="submit" disabled={!canAsk} loading={isAsking}>
          {say.judge}
        </Button>
      </Form>
      <div aria-live="polite">
        {outcome &&
          ('error' in outcome ? (
            <Refusal error={outcome.error} />
          ) : (
            <VerdictView answer={outcome.answer} action={outcome.asked.action} />
          ))}
      </div>
    </Section>
  );
}

interface PartProps {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
}

const noNames = { user: [], role: [], everybody: [] } as const;

/** Names are offered to whoever may list them; others type them. */
function Who({ asked, change }: PartProps) {
  const text = useWords(accessWords);
  const say = useWords(simulatorWords);
  const { kind } = asked;
  const load = useCallback(async (): Promise<readonly string[]> => {
    if (kind === 'everybody') return noNames.everybody;
    return await (kind === 'user' ? allUserNames() : allRoleNames()).catch(() => []);
  }, [kind]);
  const [names] = useLoaded(load);
  return (
    <>
      <Form.Item label={say.who} htmlFor="simulate-kind">
        <Choice
          id="simulate-kind"
          value={kind}
          options={[
            { value: 'everybody', label: say.everybody },
            { value: 'user', label: text.user },
            { value: 'role', label: say.roleSessions },
          ]}
          onChange={(value) => change({ kind: value as Asked['kind'] })}
        />
      </Form.Item>
      {kind !== 'everybody' && (
        <Form.Item label={kind === 'user' ? text.user : text.role} htmlFor="simulate-name" required>
          <Input
            id="simulate-name"
            value={asked.name}
            list="simulate-names"
            autoComplete="off"
            spellCheck={false}
            onChange={({ target }) => change({ name: target.value })}
          />
          <Suggestions id="simulate-names" values={names.state === 'here' ? names.value : []} />
        </Form.Item>
      )}
    </>
  );
}

function Action({ asked, change }: PartProps) {
  const say = useWords(simulatorWords);
  const [catalog] = useLoaded(loadCatalog);
  const actions =
    catalog.state === 'here'
      ? catalog.value.products.flatMap(({ ramCode, operations }) => operations.map(({ name }) => `${ramCode}:${name}`))
      : [];
  return (
    <>
      <Form.Item label={say.action} htmlFor="simulate-action" required>
        <Input
          id="simulate-action"
          value={asked.action}
          list="simulate-actions"
          placeholder="yundun-cert:CreateRevokeClientCertificate"
          autoComplete="off"
          spellCheck={false}
          onChange={({ target }) => change({ action: target.value })}
        />
        <Suggestions id="simulate-actions" values={actions} />
      </Form.Item>
      <Form.Item label={say.resource} htmlFor="simulate-resource" extra={say.resourceHelp}>
        <Input
          id="simulate-resource"
          value={asked.resource}
          spellCheck={false}
          onChange={({ target }) => change({ resource: target.value })}
        />
      </Form.Item>
    </>
  );
}

function Circumstances({ asked, change }: PartProps) {
  const say = useWords(simulatorWords);
  return (
    <fieldset className="circumstances">
      <legend>{say.circumstances}</legend>
      <Form.Item label={say.sourceIp} htmlFor="simulate-ip" extra={say.sourceIpHelp}>
        <Input
          id="simulate-ip"
          value={asked.sourceIp}
          spellCheck={false}
          onChange={({ target }) => change({ sourceIp: target.value })}
        />
      </Form.Item>
      <Form.Item label={say.time} htmlFor="simulate-time" extra={say.timeHelp}>
        <Input
          id="simulate-time"
          type="datetime-local"
          value={asked.time}
          onChange={({ target }) => change({ time: target.value })}
        />
      </Form.Item>
      <Form.Item label={say.userAgent} htmlFor="simulate-agent">
        <Input
          id="simulate-agent"
          value={asked.userAgent}
          spellCheck={false}
          onChange={({ target }) => change({ userAgent: target.value })}
        />
      </Form.Item>
      <Form.Item label={say.resourceTags} htmlFor="simulate-tags" extra={say.resourceTagsHelp}>
        <Input.TextArea
          id="simulate-tags"
          className="long-text"
          value={asked.resourceTags}
          spellCheck={false}
          onChange={({ target }) => change({ resourceTags: target.value })}
        />
      </Form.Item>
      <Flex gap="middle" wrap>
        <Checkbox checked={asked.isTls} onChange={({ target }) => change({ isTls: target.checked })}>
          {say.overTls}
        </Checkbox>
        <Checkbox checked={asked.hasMfa} onChange={({ target }) => change({ hasMfa: target.checked })}>
          {say.withMfa}
        </Checkbox>
      </Flex>
    </fieldset>
  );
}

function Suggestions({ id, values }: { readonly id: string; readonly values: readonly string[] }) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}
