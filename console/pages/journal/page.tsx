// The journal: what was changed, by whom and when; filtered, a page at a time, and live on the first page.

import { Alert, Button, Drawer, Flex, Switch, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { Code } from '../../base/code.tsx';
import { useLanguage, useWords } from '../../base/language.tsx';
import { Refusal } from '../../base/loaded.tsx';
import { type Column, PagedTable } from '../../base/paged-table.tsx';
import { go, hrefOf, usePlace } from '../../base/route.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { EntryDetails } from './entry-details.tsx';
import { FilterForm } from './filter-form.tsx';
import './journal.css';
import { kindWords } from './kinds.ts';
import { aboutOf, type Filter, filterNames, filterOf, type JournalEntry, shortName } from './read.ts';
import { type JournalPage, useJournalPage, useNewEntries, type Watching } from './use-journal.ts';
import { journalWords } from './words.ts';

export function Page() {
  const text = useWords(journalWords);
  const { query } = usePlace();
  const asked = query.toString();
  const filter = useMemo(() => filterOf(new URLSearchParams(asked)), [asked]);
  const show = (wanted: Partial<Filter>): void => {
    const given = filterNames.flatMap((name): [string, string][] => (wanted[name] ? [[name, wanted[name]]] : []));
    go(hrefOf('journal', Object.fromEntries(given)));
  };
  return (
    <Flex vertical gap="middle" className="journal">
      <div>
        <Typography.Title level={1}>{text.heading}</Typography.Title>
        <Typography.Text type="secondary">{text.lead}</Typography.Text>
      </div>
      <FilterForm key={asked} filter={filter} show={show} />
      <Entries key={`entries ${asked}`} filter={filter} />
      <MeaningOfTheMark />
    </Flex>
  );
}

/** Where a page begins: below an entry, and as which of all that are shown. */
interface Start {
  readonly before: number | undefined;
  readonly first: number;
}

const newest: Start = { before: undefined, first: 1 };

function Entries({ filter }: { readonly filter: Filter }) {
  const text = useWords(journalWords);
  const [size, setSize] = useState(50);
  const [starts, setStarts] = useState<readonly Start[]>([newest]);
  const [wantsLive, setWantsLive] = useState(true);
  const [opened, setOpened] = useState<JournalEntry>();
  const columns = useColumns(setOpened);
  const { before, first } = starts.at(-1) ?? newest;
  const { page, error, retry, stop, goOn, add } = useJournalPage({ filter, before, size });
  const isFirst = starts.length === 1;
  const isLive = wantsLive && isFirst && filter.until === '' && page.state !== 'reading' && error === undefined;
  const watching = useNewEntries({ filter, isOn: isLive, head: page.head, onFound: add });
  const last = page.entries.at(-1)?.Sequence;
  const hasMore = page.state === 'done' && page.entries.length >= size && last !== undefined && last > 1;
  const isFiltered = filterNames.some((name) => filter[name] !== '');
  if (error !== undefined) return <Refusal error={error} retry={retry} />;
  const broken = page.entries.filter(({ Fits }) => !Fits);
  return (
    <>
      <LiveLine {...{ wantsLive, setWantsLive, isFirst, watching: isLive ? watching : 'paused' }} />
      {page.needed && <Alert type="info" showIcon title={text.hidden(page.needed)} />}
      {broken.length > 0 && (
        <Alert
          type="error"
          showIcon
          role="alert"
          title={text.brokenTitle(broken.map(({ Sequence }) => Sequence).join(', '))}
          description={text.brokenText}
        />
      )}
      <PagedTable
        label={text.entries}
        columns={columns}
        rows={page.entries}
        rowKey={({ Sequence }) => String(Sequence)}
        empty={isFiltered ? text.emptyFiltered : text.empty}
        isBusy={page.state === 'reading'}
        paging={{
          first,
          size,
          chooseSize: (chosen) => {
            setStarts([newest]);
            setSize(chosen);
          },
          previous: isFirst ? undefined : () => setStarts(starts.slice(0, -1)),
          // The first page has grown by what came while it was shown.
          next: hasMore
            ? () => setStarts([...starts, { before: last, first: first + page.entries.length }])
            : undefined,
        }}
      />
      <Progress {...{ page, stop, goOn }} />
      <Drawer
        open={opened !== undefined}
        onClose={() => setOpened(undefined)}
        size={640}
        title={opened && text.detailsOf(opened.Sequence)}
        destroyOnHidden
      >
        {opened && <EntryDetails entry={opened} />}
      </Drawer>
    </>
  );
}

function useColumns(open: (entry: JournalEntry) => void): readonly Column<JournalEntry>[] {
  const text = useWords(journalWords);
  return [
    { key: 'time', title: text.time, className: 'narrow', cell: ({ At }) => <TimeText at={At} /> },
    { key: 'event', title: text.event, className: 'what', cell: ({ Kind }) => <EventName kind={Kind} /> },
    { key: 'about', title: text.about, className: 'about', cell: (entry) => aboutOf(entry) },
    {
      key: 'by',
      title: text.by,
      className: 'by',
      cell: ({ Principal }) => <span title={Principal}>{shortName(Principal)}</span>,
    },
    { key: 'hash', title: text.hash, className: 'narrow', cell: ({ Fits }) => <Mark fits={Fits} /> },
    {
      key: 'details',
      title: text.number,
      className: 'narrow',
      cell: (entry) => (
        <Button size="small" aria-label={text.detailsOf(entry.Sequence)} onClick={() => open(entry)}>
          {entry.Sequence}
        </Button>
      ),
    },
  ];
}

/** A kind that this console does not know is of a newer service: its own name is better than none. */
function EventName({ kind }: { readonly kind: string }) {
  const names: Readonly<Record<string, string>> = useWords(kindWords);
  return Object.hasOwn(names, kind) ? names[kind] : kind;
}

function Mark({ fits }: { readonly fits: boolean }) {
  const text = useWords(journalWords);
  return fits ? (
    <Typography.Text type="success">✓ {text.fits}</Typography.Text>
  ) : (
    <Typography.Text type="danger" strong>
      ✗ {text.fitsNot}
    </Typography.Text>
  );
}

interface LiveProps {
  readonly wantsLive: boolean;
  readonly setWantsLive: (wants: boolean) => void;
  readonly isFirst: boolean;
  readonly watching: Watching;
}

function LiveLine({ wantsLive, setWantsLive, isFirst, watching }: LiveProps) {
  const text = useWords(journalWords);
  const language = useLanguage();
  const time = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { timeStyle: 'medium' });
  const told =
    typeof watching === 'object'
      ? text.isLive(time.format(watching.lookedAt))
      : watching === 'resting'
        ? text.isResting
        : wantsLive && !isFirst
          ? text.onOlderPage
          : text.isPaused;
  return (
    <Flex gap="small" align="center" wrap>
      <Switch id="journal-live" checked={wantsLive} onChange={setWantsLive} size="small" aria-label={text.live} />
      <label htmlFor="journal-live">{text.live}</label>
      <Typography.Text type="secondary">{told}</Typography.Text>
    </Flex>
  );
}

interface ProgressProps {
  readonly page: JournalPage;
  readonly stop: () => void;
  readonly goOn: () => void;
}

/** Of a search through a long journal. */
function Progress({ page: { state, lookedAtFrom }, stop, goOn }: ProgressProps) {
  const text = useWords(journalWords);
  if (state === 'done' || lookedAtFrom === 0) return null;
  const isReading = state === 'reading';
  return (
    <Flex gap="small" align="center" wrap>
      <span role="status">{isReading ? text.looking(lookedAtFrom) : text.stoppedAt(lookedAtFrom)}</span>
      <Button size="small" onClick={isReading ? stop : goOn}>
        {isReading ? text.stop : text.goOn}
      </Button>
    </Flex>
  );
}

function MeaningOfTheMark() {
  const text = useWords(journalWords);
  return (
    <details className="meaning">
      <summary>{text.markTitle}</summary>
      <p>{text.markText}</p>
      <Code label="certitude journal verify" text="certitude journal verify" />
      <p>{text.markHead}</p>
    </details>
  );
}
