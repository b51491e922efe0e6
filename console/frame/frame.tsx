// What is around every page of the signed-in: the pages at the side, the bar above, the page one is at.

import { Drawer, Grid, Layout, Menu, Result, Typography } from 'antd';
import { Suspense, useEffect, useState } from 'react';
import type { SignedIn } from '../base/api.ts';
import { useLanguage, useWords } from '../base/language.tsx';
import { Waiting } from '../base/loaded.tsx';
import { go, hrefOf, Link, type Place, usePlace } from '../base/route.tsx';
import { pages } from '../pages/all-pages.ts';
import type { PageEntry } from '../pages/page-entry.ts';
import type { ThemeChoice } from './appearance.ts';
import { PageBoundary } from './page-boundary.tsx';
import { TopBar } from './top-bar.tsx';
import { frameWords } from './words.ts';

export interface FrameProps {
  readonly session: SignedIn;
  readonly theme: ThemeChoice;
  readonly chooseTheme: (theme: string) => void;
  readonly chooseLanguage: (language: string) => void;
}

export function Frame(props: FrameProps) {
  const text = useWords(frameWords);
  const place = usePlace();
  const entry = entryAt(place);
  const { lg: isWide = true } = Grid.useBreakpoint();
  const [isMenuOpen, setMenuOpen] = useState(false);
  useHome(place);
  useTitle(entry);
  const navigation = <Navigation current={entry} onGone={() => setMenuOpen(false)} />;
  return (
    <Layout className="frame">
      <a className="skip-link" href="#content">
        {text.mainContent}
      </a>
      <Layout.Header className="header">
        <TopBar {...props} {...(!isWide && { onMenu: () => setMenuOpen(true) })} />
      </Layout.Header>
      <Layout>
        {isWide ? (
          <Layout.Sider theme="light" width={216} className="sider">
            {navigation}
          </Layout.Sider>
        ) : (
          <Drawer placement="left" size={260} open={isMenuOpen} onClose={() => setMenuOpen(false)} title="Certitude">
            {navigation}
          </Drawer>
        )}
        <Layout.Content id="content" tabIndex={-1} className="content">
          {entry ? <CurrentPage entry={entry} rest={place.segments.slice(1)} /> : <NoSuchPage />}
        </Layout.Content>
      </Layout>
    </Layout>
  );
}

function entryAt({ segments: [first] }: Place): PageEntry | undefined {
  return first === undefined ? pages[0] : pages.find(({ path }) => path === first);
}

/** Without a page named, the first one. */
function useHome({ segments }: Place): void {
  const isHome = segments.length === 0;
  useEffect(() => {
    const [home] = pages;
    if (isHome && home) go(hrefOf(home.path), { replace: true });
  }, [isHome]);
}

function useTitle(entry: PageEntry | undefined): void {
  const language = useLanguage();
  useEffect(() => {
    document.title = entry ? `${entry.title[language].title} · Certitude` : 'Certitude';
  }, [entry, language]);
}

function Navigation({ current, onGone }: { readonly current: PageEntry | undefined; readonly onGone: () => void }) {
  const text = useWords(frameWords);
  const language = useLanguage();
  const items = pages
    .filter(({ order }) => order !== undefined)
    .map(({ path, title, icon }) => ({
      key: path,
      icon,
      label: <Link href={hrefOf(path)}>{title[language].title}</Link>,
    }));
  return (
    <nav aria-label={text.navigation}>
      <Menu
        mode="inline"
        items={items}
        selectedKeys={current ? [current.path] : []}
        onClick={({ key }) => {
          go(hrefOf(key));
          onGone();
        }}
      />
    </nav>
  );
}

function CurrentPage({ entry, rest }: { readonly entry: PageEntry; readonly rest: readonly string[] }) {
  const { Page, path } = entry;
  return (
    <PageBoundary key={path}>
      <Suspense fallback={<Waiting />}>
        <Page rest={rest} />
      </Suspense>
    </PageBoundary>
  );
}

function NoSuchPage() {
  const text = useWords(frameWords);
  return <Result status="404" title={<Typography.Title level={1}>{text.noSuchPage}</Typography.Title>} />;
}
