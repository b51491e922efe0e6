// The facts of a call that nobody has made, for asking what would be decided about it.

import type { ConditionContext } from '../../access/condition-context.ts';
import { parseUtc, toMillis, type UnixMillis } from '../../base/time.ts';
import { UsageError } from '../failure.ts';

/** What is given, or else a call now, over TLS, from this machine, with no tags and no User-Agent. */
export function readContext(pairs: readonly string[], now: UnixMillis): Omit<ConditionContext, 'principalArn'> {
  let context: Omit<ConditionContext, 'principalArn'> = {
    currentTime: now,
    secureTransport: true,
    sourceIp: '127.0.0.1',
    mfaPresent: false,
  };
  const requestTags = new Map<string, string>();
  const resourceTags = new Map<string, string>();
  for (const pair of pairs) {
    const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(pair) ?? [];
    const tag = /^acs:(Request|Resource)Tag\/(.+)$/s.exec(key);
    if (tag !== null) (tag[1] === 'Request' ? requestTags : resourceTags).set(tag[2] ?? '', value);
    else context = { ...context, ...factOf(key, value) };
  }
  return { ...context, requestTags, resourceTags };
}

/** @throws {UsageError} */
function factOf(key: string, value: string): Partial<ConditionContext> {
  switch (key) {
    case 'acs:CurrentTime': {
      const moment = parseUtc(value);
      if (moment === undefined) throw new UsageError(`${key} must be a moment such as 2026-02-23T12:46:24Z.`);
      return { currentTime: toMillis(moment) };
    }
    case 'acs:SecureTransport':
      return { secureTransport: truth(key, value) };
    case 'acs:MFAPresent':
      return { mfaPresent: truth(key, value) };
    case 'acs:SourceIp':
      return { sourceIp: value };
    case 'acs:UserAgent':
      return { userAgent: value };
    case 'acs:SourceVpc':
      return { sourceVpc: value };
    default:
      throw new UsageError('A --context is <key>=<value>; docs/access-policies.md lists the keys.');
  }
}

function truth(key: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new UsageError(`${key} must be true or false.`);
  return value === 'true';
}
