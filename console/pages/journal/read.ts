// Reads the journal of one's account from the service, and what an entry is about.

import type { JournalAnswer } from '../../../src/protocols/console/journal.ts';
import { send } from '../../base/api.ts';
import { type KindGroup, kindGroups, kindsOf } from './kinds.ts';

export type JournalEntry = JournalAnswer['Entries'][number];

/** What is looked for; empty texts for whatever there is. */
export interface Filter {
  readonly group: KindGroup | '';
  readonly subject: string;
  readonly principal: string;
  /** As `datetime-local` has them, in the browser's time zone. */
  readonly from: string;
  readonly until: string;
}

export const filterNames = ['group', 'subject', 'principal', 'from', 'until'] as const;

/** Out of an address. */
export function filterOf(query: URLSearchParams): Filter {
  const text = (name: string): string => query.get(name) ?? '';
  const group = text('group');
  return {
    group: Object.hasOwn(kindGroups, group) ? (group as KindGroup) : '',
    subject: text('subject'),
    principal: text('principal'),
    from: text('from'),
    until: text('until'),
  };
}

interface Stretch {
  readonly after?: number;
  readonly before?: number;
  readonly limit: number;
}

/** @throws {ApiError} */
export function readJournal(filter: Filter, { after, before, limit }: Stretch): Promise<JournalAnswer> {
  const kinds = filter.group === '' ? [] : kindsOf(filter.group);
  const parameters: Record<string, string> = {
    Limit: String(limit),
    ...(after !== undefined && { After: String(after) }),
    ...(before !== undefined && { Before: String(before) }),
    ...(filter.subject.trim() && { Subject: filter.subject.trim() }),
    ...(filter.principal.trim() && { Principal: filter.principal.trim() }),
    ...moment('From', filter.from),
    ...moment('Until', filter.until),
    ...Object.fromEntries(kinds.map((kind, index) => [`Kind.${index + 1}`, kind])),
  };
  return send('POST', 'journal', { parameters });
}

function moment(name: string, local: string): Record<string, string> {
  const millis = new Date(local).getTime();
  return Number.isNaN(millis) ? {} : { [name]: String(Math.max(millis, 0)) };
}

const naming = ['user', 'group', 'role', 'policy', 'accessKeyId', 'device', 'name', 'names', 'alias', 'action'];

/** What the entry is about, by its names. */
export function aboutOf({ Facts }: JournalEntry): string {
  const facts = Facts as Readonly<Record<string, unknown>>;
  const { subject, serialNumber } = facts;
  if (typeof serialNumber === 'string')
    return typeof subject === 'string' ? `${subject} (${serialNumber})` : serialNumber;
  return naming
    .flatMap((name) => facts[name] ?? [])
    .flat()
    .map(String)
    .join(' · ');
}

/** The last part of an ARN: `user/alice`. */
export function shortName(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1);
}
