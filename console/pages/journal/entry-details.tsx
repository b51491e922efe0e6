// One entry of the journal: who, from where, what it says, and as it is stored.

import { Descriptions, Flex, Typography } from 'antd';
import { Code } from '../../base/code.tsx';
import { useWords } from '../../base/language.tsx';
import { PlainTable } from '../../base/plain-table.tsx';
import { hrefOf, Link } from '../../base/route.tsx';
import { TimeText } from '../../base/time-text.tsx';
import { kindWords } from './kinds.ts';
import type { JournalEntry } from './read.ts';
import { journalWords } from './words.ts';

export function EntryDetails({ entry }: { readonly entry: JournalEntry }) {
  const text = useWords(journalWords);
  const names: Readonly<Record<string, string>> = useWords(kindWords);
  const facts = entry.Facts as Readonly<Record<string, unknown>>;
  const { Kind, At, Principal, RequestId, SourceAddress, Hash } = entry;
  const { identifier } = facts;
  const items = [
    { key: 'event', label: text.event, children: `${names[Kind] ?? Kind} (${Kind})` },
    { key: 'time', label: text.time, children: <TimeText at={At} as="both" /> },
    { key: 'by', label: text.by, children: <code className="wrap">{Principal}</code> },
    { key: 'source', label: text.source, children: SourceAddress || text.fromService },
    { key: 'request', label: text.requestId, children: <code className="wrap">{RequestId}</code> },
    { key: 'hash', label: text.hash, children: <code className="wrap">{Hash}</code> },
  ];
  return (
    <Flex vertical gap="middle">
      <Descriptions column={1} size="small" items={items} />
      <Flex gap="middle" wrap>
        {typeof identifier === 'string' && (
          <Link href={hrefOf('journal', { subject: identifier })}>{text.moreAbout}</Link>
        )}
        <Link href={hrefOf('journal', { principal: Principal })}>{text.moreBy}</Link>
      </Flex>
      <Typography.Title level={2} className="section-title">
        {text.facts}
      </Typography.Title>
      <PlainTable
        name={text.facts}
        head={[text.fact, text.value]}
        rows={Object.entries(facts).map(([name, value]) => [
          <code key="name">{name}</code>,
          <Value key="value" name={name} value={value} />,
        ])}
        keys={Object.keys(facts)}
      />
      <Code label={text.raw} text={JSON.stringify(entry, null, 2)} />
    </Flex>
  );
}

/** Members that are seconds since 1970. */
const moments = new Set(['notBefore', 'notAfter', 'revokedAt', 'invalidityDate']);
/** Members that are JSON documents in a text. */
const documents = new Set(['document', 'trustPolicy']);

function Value({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (typeof value === 'number' && moments.has(name)) return <TimeText at={value * 1000} as="both" />;
  if (typeof value === 'string' && documents.has(name)) return <pre className="document-text">{pretty(value)}</pre>;
  if (typeof value === 'object' && value !== null)
    return <pre className="document-text">{JSON.stringify(value, null, 2)}</pre>;
  return <span className="wrap">{String(value)}</span>;
}

function pretty(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2);
  } catch {
    return document;
  }
}
