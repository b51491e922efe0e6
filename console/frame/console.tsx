// The whole console: language, theme, and either the sign-in page or the frame.

import { App, ConfigProvider, Flex } from 'antd';
import type { Locale } from 'antd/es/locale';
import en from 'antd/locale/en_US';
import { lazy, Suspense, useCallback, useEffect, useState } from 'react';
import { type SignedIn, signInByLink, whenSignedOut, whoIsSignedIn } from '../base/api.ts';
import { type Language, LanguageContext, languages, preferredLanguage } from '../base/language.tsx';
import { Refusal, Waiting } from '../base/loaded.tsx';
import { go, hrefOf } from '../base/route.tsx';
import { SessionContext } from '../base/session.tsx';
import { useSetting } from '../base/setting.ts';
import { themeChoices, themeOf, useIsDark, useIsStill } from './appearance.ts';
import { Frame } from './frame.tsx';
import { takeLinkToken } from './link.ts';
import { SignIn } from './sign-in.tsx';
import { TopBar } from './top-bar.tsx';

/** With `linkProblem`: a link should have signed in and did not. */
type Who =
  | { readonly session: SignedIn | undefined; readonly linkProblem?: unknown }
  | { readonly problem: unknown }
  | 'asking';

const OwedStep = lazy(async () => ({ default: (await import('./owed.tsx')).OwedStep }));

/** @param nonce of style sheets, as the page's policy asks for. */
export function Console({ nonce }: { readonly nonce: string }) {
  const [language, chooseLanguage] = useSetting('language', languages, preferredLanguage());
  const [theme, chooseTheme] = useSetting('theme', themeChoices, 'system');
  const isDark = useIsDark(theme);
  const isStill = useIsStill();
  const locale = useAntdLocale(language);
  const [who, setWho] = useState<Who>('asking');
  const ask = useCallback(() => {
    const token = takeLinkToken();
    if (token !== undefined) {
      signInByLink(token).then(
        (session) => {
          go(hrefOf('first-administrator'), { replace: true });
          setWho({ session });
        },
        (linkProblem: unknown) => setWho({ session: undefined, linkProblem }),
      );
      return;
    }
    whoIsSignedIn().then(
      (session) => setWho({ session }),
      (problem: unknown) => setWho({ problem }),
    );
  }, []);
  useEffect(() => {
    whenSignedOut(() => setWho({ session: undefined }));
    ask();
  }, [ask]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
  }, [language, isDark]);
  const choices = { theme, chooseTheme, chooseLanguage };
  return (
    <ConfigProvider
      locale={locale}
      theme={themeOf(isDark, isStill)}
      csp={{ nonce }}
      wave={{ disabled: true }}
      // Two Chinese characters stay one word: what is read out must be what is seen (WCAG 2.2 §2.5.3).
      button={{ autoInsertSpace: false }}
    >
      <LanguageContext value={language}>
        <App className="console">
          {who === 'asking' ? (
            <Waiting />
          ) : 'problem' in who ? (
            <Refusal error={who.problem} retry={ask} />
          ) : who.session && !who.session.owes ? (
            <SessionContext value={who.session}>
              <Frame session={who.session} {...choices} />
            </SessionContext>
          ) : (
            <Flex vertical>
              <TopBar session={undefined} {...choices} />
              <main>
                {who.session ? (
                  <Suspense fallback={<Waiting />}>
                    <OwedStep
                      key={who.session.owes}
                      session={who.session}
                      onSignedIn={(session) => setWho({ session })}
                    />
                  </Suspense>
                ) : (
                  <SignIn onSignedIn={(session) => setWho({ session })} problem={who.linkProblem} />
                )}
              </main>
            </Flex>
          )}
        </App>
      </LanguageContext>
    </ConfigProvider>
  );
}

/** antd's own words; the Chinese ones are fetched when they are first needed. */
function useAntdLocale(language: Language): Locale {
  const [chinese, setChinese] = useState<Locale>();
  useEffect(() => {
    if (language === 'zh' && !chinese) void import('antd/locale/zh_CN').then((module) => setChinese(module.default));
  }, [language, chinese]);
  return language === 'zh' ? (chinese ?? en) : en;
}
