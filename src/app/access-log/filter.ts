// Which lines of the access log are asked for.

import { isWithin, parseAddress, type Range } from '../../access/ip-range.ts';
import { compilePattern, matches } from '../../access/wildcard.ts';
import type { AccessLine, LossLine } from './line.ts';

/** All that are given must fit; patterns know `*` and `?`. */
export interface LogFilter {
  /** Milliseconds since 1970, both inclusive. */
  readonly since?: number;
  readonly until?: number;
  readonly requestId?: string;
  readonly account?: string;
  /** Pattern of an ARN. */
  readonly principal?: string;
  readonly accessKeyId?: string;
  /** Pattern of an operation's name, in any case. */
  readonly action?: string;
  readonly code?: string;
  readonly status?: { readonly least: number; readonly most: number };
  readonly source?: Range;
  /** Only what policies refused. */
  readonly denied?: boolean;
  /** Only what was not answered, for whatever reason. */
  readonly failed?: boolean;
}

/** @returns what a line says if it is asked for; `undefined` if not, and for a line that is torn or none of ours. */
export function lineFilter(filter: LogFilter): (line: string) => AccessLine | LossLine | undefined {
  // To look for a text is twenty times as fast as to read JSON, and most lines go here.
  const texts = [filter.requestId, filter.account, filter.accessKeyId, filter.code].filter(
    (text) => text !== undefined,
  );
  const principal = patternTest(filter.principal);
  const action = patternTest(filter.action?.toLowerCase());
  return (text) => {
    if (!texts.every((each) => text.includes(each))) return undefined;
    const line = parse(text);
    if (line === undefined || !isWithinTime(line.time, filter)) return undefined;
    if ('lost' in line) return texts.length === 0 ? line : undefined;
    const { status = { least: 0, most: 999 }, source } = filter;
    const fits =
      equalOrOpen(filter.requestId, line.requestId) &&
      equalOrOpen(filter.account, line.account) &&
      equalOrOpen(filter.accessKeyId, line.accessKeyId) &&
      equalOrOpen(filter.code, line.code) &&
      principal(line.principal) &&
      action(line.action?.toLowerCase()) &&
      line.status >= status.least &&
      line.status <= status.most &&
      (source === undefined || isFrom(line.source, source)) &&
      (filter.denied !== true || (line.decision !== undefined && line.decision !== 'Allow')) &&
      (filter.failed !== true || line.code !== undefined);
    return fits ? line : undefined;
  };
}

function parse(text: string): AccessLine | LossLine | undefined {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line !== 'object' || line === null || !('time' in line)) return undefined;
    return 'requestId' in line || 'lost' in line ? (line as AccessLine | LossLine) : undefined;
  } catch {
    return undefined;
  }
}

function isWithinTime(time: string, { since, until }: LogFilter): boolean {
  if (since === undefined && until === undefined) return true;
  const moment = Date.parse(time);
  return moment >= (since ?? 0) && moment <= (until ?? Number.POSITIVE_INFINITY);
}

function equalOrOpen(wanted: string | undefined, actual: string | undefined): boolean {
  return wanted === undefined || wanted === actual;
}

function isFrom(text: string, range: Range): boolean {
  const address = parseAddress(text);
  return address !== undefined && isWithin(address, range);
}

/** A text that is too odd to be a pattern fits itself. */
function patternTest(text: string | undefined): (actual: string | undefined) => boolean {
  if (text === undefined) return () => true;
  const pattern = compilePattern(text);
  return (actual) => actual !== undefined && (pattern ? matches(pattern, actual) : actual === text);
}
