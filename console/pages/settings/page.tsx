// Settings: what the account sets, and how the service is set up by its operator.

import { Descriptions, Flex, Typography } from 'antd';
import type { SettingsAnswer } from '../../../src/protocols/console/settings.ts';
import { send } from '../../base/api.ts';
import { useWords } from '../../base/language.tsx';
import { Show, useLoaded } from '../../base/loaded.tsx';
import { Section } from '../../base/section.tsx';
import { useSession } from '../../base/session.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { AccountAlias } from './account-alias.tsx';
import { Limits } from './limits.tsx';
import { PasswordPolicy, Preferences } from './sign-in-rules.tsx';
import './settings.css';
import { SettingsOf } from './settings-of.tsx';
import { settingsWords } from './words.ts';

const load = (): Promise<SettingsAnswer> => send('POST', 'settings', { parameters: {} });

export function Page() {
  const text = useWords(settingsWords);
  const [settings, reload] = useLoaded(load);
  return (
    <Flex vertical gap="middle" className="settings">
      <div>
        <Typography.Title level={1}>{text.heading}</Typography.Title>
        <Typography.Text type="secondary">{text.lead}</Typography.Text>
      </div>
      <ThisSession />
      <AccountAlias />
      <PasswordPolicy />
      <Preferences />
      <Show loaded={settings} retry={reload}>
        {(answer) => <SetUp answer={answer} />}
      </Show>
    </Flex>
  );
}

function ThisSession() {
  const text = useWords(settingsWords);
  const { account, principal, expires } = useSession();
  return (
    <Section title={text.session}>
      <Descriptions
        size="small"
        column={1}
        items={[
          { key: 'account', label: text.account, children: account },
          { key: 'principal', label: text.principal, children: <code className="wrap">{principal}</code> },
          { key: 'tls', label: text.source, children: location.protocol === 'https:' ? text.yes : text.no },
          { key: 'ends', label: text.ends, children: <TimeText at={Date.parse(expires)} as="both" /> },
        ]}
      />
    </Section>
  );
}

function SetUp({ answer }: { readonly answer: SettingsAnswer }) {
  const text = useWords(settingsWords);
  const { Addresses, Certificate, Versions, Settings, Limits: limits } = answer;
  return (
    <>
      <Section title={text.addresses}>
        <p>{text.addressesLead}</p>
        <Descriptions
          size="small"
          column={1}
          items={[
            { key: 'ocsp', label: text.ocsp, children: <code className="wrap">{Addresses.Ocsp}</code> },
            { key: 'crl', label: text.crl, children: <code className="wrap">{Addresses.Crl}</code> },
            { key: 'issuer', label: text.issuer, children: <code className="wrap">{Addresses.Issuer}</code> },
          ]}
        />
        <SettingsOf group="addresses" settings={Settings} />
      </Section>
      <Section title={text.tls}>
        {Certificate ? (
          <Descriptions
            size="small"
            column={1}
            items={[
              {
                key: 'fingerprint',
                label: text.fingerprint,
                children: <code className="wrap">{Certificate.Fingerprint}</code>,
              },
              {
                key: 'until',
                label: text.notAfter,
                children: <TimeText at={Certificate.NotAfter * 1000} as="both" />,
              },
            ]}
          />
        ) : (
          <p>{text.noTls}</p>
        )}
        <SettingsOf group="tls" settings={Settings} />
      </Section>
      <Section title={text.publication}>
        <SettingsOf group="publication" settings={Settings} />
      </Section>
      <Limits limits={limits} />
      <Section title={text.calls}>
        <SettingsOf group="calls" settings={Settings} />
      </Section>
      <Section title={text.console}>
        <SettingsOf group="console" settings={Settings} />
      </Section>
      <Section title={text.versions}>
        <Descriptions
          size="small"
          column={{ xs: 1, md: 4 }}
          items={Object.entries(Versions).map(([name, version]) => ({ key: name, label: name, children: version }))}
        />
      </Section>
    </>
  );
}
