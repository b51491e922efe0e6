// The bar above every page: who is signed in, language, theme, sign out.

import { BulbOutlined, GlobalOutlined, LogoutOutlined, MenuOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Dropdown, Flex, Typography } from 'antd';
import { type SignedIn, signOut } from '../base/api.ts';
import { useLanguage, useWords } from '../base/language.tsx';
import { go, hrefOf, Link, mayLeave } from '../base/route.tsx';
import { type ThemeChoice, themeChoices } from './appearance.ts';
import { frameWords } from './words.ts';

interface Choices {
  readonly theme: ThemeChoice;
  readonly chooseTheme: (theme: string) => void;
  readonly chooseLanguage: (language: string) => void;
}

interface TopBarProps extends Choices {
  readonly session: SignedIn | undefined;
  /** On narrow screens, where the pages are behind a button. */
  readonly onMenu?: () => void;
}

export function TopBar({ session, onMenu, ...choices }: TopBarProps) {
  const text = useWords(frameWords);
  return (
    <Flex align="center" gap="small" className="top-bar">
      {onMenu && <Button type="text" icon={<MenuOutlined />} aria-label={text.openNavigation} onClick={onMenu} />}
      <Link href={hrefOf('')} className="brand">
        Certitude
      </Link>
      <div className="spacer" />
      <ChooseLanguage choose={choices.chooseLanguage} />
      <ChooseTheme {...choices} />
      {session && <Identity session={session} />}
    </Flex>
  );
}

const languageNames = { en: 'English', zh: '简体中文' } as const;

function ChooseLanguage({ choose }: { readonly choose: (language: string) => void }) {
  const text = useWords(frameWords);
  const language = useLanguage();
  const items = Object.entries(languageNames).map(([key, label]) => ({
    key,
    label: <span lang={key}>{label}</span>,
  }));
  return (
    <Dropdown trigger={['click']} menu={{ items, selectedKeys: [language], onClick: ({ key }) => choose(key) }}>
      <Button type="text" icon={<GlobalOutlined />} aria-label={`${text.language}: ${languageNames[language]}`}>
        <span className="wide-only">{languageNames[language]}</span>
      </Button>
    </Dropdown>
  );
}

function ChooseTheme({ theme, chooseTheme }: Choices) {
  const text = useWords(frameWords);
  const names = { system: text.themeSystem, light: text.themeLight, dark: text.themeDark };
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: themeChoices.map((key) => ({ key, label: names[key] })),
        selectedKeys: [theme],
        onClick: ({ key }) => chooseTheme(key),
      }}
    >
      <Button type="text" icon={<BulbOutlined />} aria-label={`${text.theme}: ${names[theme]}`} />
    </Dropdown>
  );
}

function Identity({ session }: { readonly session: SignedIn }) {
  const text = useWords(frameWords);
  const items = [
    {
      key: 'identity',
      type: 'group' as const,
      label: (
        <>
          <div>
            {text.account} <Typography.Text code>{session.account}</Typography.Text>
          </div>
          <div>
            {text.identity} <Typography.Text code>{session.principal}</Typography.Text>
          </div>
        </>
      ),
    },
    { key: 'sign-out', icon: <LogoutOutlined />, label: text.signOut },
  ];
  return (
    <Dropdown trigger={['click']} menu={{ items, onClick: ({ key }) => key === 'sign-out' && void leave() }}>
      <Button type="text" icon={<UserOutlined />} aria-label={`${text.identity} ${session.displayName}`}>
        <span className="wide-only">{session.displayName}</span>
      </Button>
    </Dropdown>
  );
}

/** Whoever signs in next begins at the start page, not where somebody else left. */
async function leave(): Promise<void> {
  if (!(await mayLeave())) return;
  try {
    await signOut();
    go(hrefOf(''), { replace: true });
  } catch {
    location.reload();
  }
}
