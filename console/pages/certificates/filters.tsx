// What the list is narrowed down by. All of it is in the page's address, so that a link carries it.

import { Button, Flex, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Choice } from '../../base/choice.tsx';
import { useWords } from '../../base/language.tsx';
import { go, hrefOf } from '../../base/route.tsx';
import { type CertificateRow, type ListFilter, nameOf } from './certificate-data.ts';
import { certificatesWords } from './words.ts';

/** Short names of the address, and what the service calls them. */
const wireNames = {
  q: 'Text',
  kind: 'Kind',
  state: 'State',
  issuer: 'Issuer',
  expires: 'ExpiresWithin',
} as const;

export type Filters = Readonly<Partial<Record<keyof typeof wireNames | 'tag', string>>>;

/** @param query of the address; what else is in it is passed over. */
export function filtersIn(query: URLSearchParams): Filters {
  const names = [...Object.keys(wireNames), 'tag'];
  return Object.fromEntries([...query].filter(([name, value]) => names.includes(name) && value.trim() !== ''));
}

export function asWire({ tag, ...filters }: Filters): ListFilter {
  const wire = Object.entries(filters).map(([name, value]) => [
    wireNames[name as keyof typeof wireNames],
    value.trim(),
  ]);
  if (tag === undefined) return Object.fromEntries(wire);
  const at = tag.indexOf('=');
  const parts =
    at < 0 ? { TagKey: tag.trim() } : { TagKey: tag.slice(0, at).trim(), TagValue: tag.slice(at + 1).trim() };
  return { ...Object.fromEntries(wire), ...Object.fromEntries(Object.entries(parts).filter(([, value]) => value)) };
}

interface FilterBarProps {
  readonly filters: Filters;
  readonly authorities: readonly CertificateRow[];
}

export function FilterBar({ filters, authorities }: FilterBarProps) {
  const text = useWords(certificatesWords);
  const put = (change: Filters): void => {
    const merged = Object.entries({ ...filters, ...change }).filter(([, value]) => value !== '');
    go(hrefOf('certificates', Object.fromEntries(merged)), { replace: true });
  };
  return (
    <search aria-label={text.filters} className="certificate-filters">
      <Flex gap="small" wrap>
        <TypedFilter
          key={`q ${filters.q}`}
          className="filter-search"
          label={text.search}
          value={filters.q ?? ''}
          onDone={(q) => put({ q })}
        />
        <Choice
          aria-label={text.status}
          value={filters.state ?? ''}
          options={[
            { value: '', label: text.anyStatus },
            { value: 'issued', label: text.notRevoked },
            { value: 'revoked', label: text.revoked },
            { value: 'hold', label: text.onHold },
            { value: 'expired', label: text.expired },
            { value: 'pending', label: text.pending },
          ]}
          onChange={(state) => put({ state })}
        />
        <Choice
          aria-label={text.kind}
          value={filters.kind ?? ''}
          options={[
            { value: '', label: text.anyKind },
            { value: 'client', label: text.client },
            { value: 'server', label: text.server },
            { value: 'custom', label: text.custom },
            { value: 'ca', label: text.ca },
          ]}
          onChange={(kind) => put({ kind })}
        />
        <Choice
          aria-label={text.issuer}
          value={filters.issuer ?? ''}
          options={[
            { value: '', label: text.anyIssuer },
            ...authorities.map((each) => ({ value: each.Identifier, label: nameOf(each) })),
            ...unlisted(filters.issuer, authorities),
          ]}
          onChange={(issuer) => put({ issuer })}
        />
        <Choice
          aria-label={text.expiring}
          value={filters.expires ?? ''}
          options={[
            { value: '', label: text.anyExpiry },
            ...daysOffered(filters.expires).map((days) => ({ value: days, label: text.withinDays(Number(days)) })),
          ]}
          onChange={(expires) => put({ expires })}
        />
        <TypedFilter
          key={`tag ${filters.tag}`}
          className="filter-tag"
          label={text.tagFilter}
          value={filters.tag ?? ''}
          onDone={(tag) => put({ tag })}
        />
        {Object.keys(filters).length > 0 && (
          <Button type="text" onClick={() => go(hrefOf('certificates'), { replace: true })}>
            {text.clearFilters}
          </Button>
        )}
      </Flex>
    </search>
  );
}

/** What came by a link and is not among what is offered is offered too. */
function unlisted(issuer: string | undefined, authorities: readonly CertificateRow[]) {
  const isListed = issuer === undefined || authorities.some(({ Identifier }) => Identifier === issuer);
  return isListed ? [] : [{ value: issuer, label: issuer }];
}

function daysOffered(chosen: string | undefined): readonly string[] {
  const usual = ['7', '30', '90', '365'];
  return chosen === undefined || usual.includes(chosen) ? usual : [...usual, chosen];
}

interface TypedFilterProps {
  readonly className: string;
  readonly label: string;
  readonly value: string;
  readonly onDone: (value: string) => void;
}

/** A filter that is typed: it counts when Enter is pressed, or when it is left. */
function TypedFilter({ className, label, value, onDone }: TypedFilterProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const done = (): void => {
    if (typed.trim() !== value) onDone(typed.trim());
  };
  return (
    <Input
      className={className}
      type="search"
      aria-label={label}
      placeholder={label}
      value={typed}
      maxLength={256}
      spellCheck={false}
      autoComplete="off"
      onChange={({ target }) => setTyped(target.value)}
      onPressEnter={done}
      onBlur={done}
    />
  );
}
