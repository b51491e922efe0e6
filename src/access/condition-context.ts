// What conditions may ask about a request: the facts, and the keys policies know them by.

import { toSeconds, type UnixMillis } from '../base/time.ts';

/** The facts of one request. Those every request has are required here, so that no gateway can forget one. */
export interface ConditionContext {
  readonly currentTime: UnixMillis;
  /** Whether the caller came over TLS. */
  readonly secureTransport: boolean;
  /** Address of the caller as text, IPv4 or IPv6. */
  readonly sourceIp: string;
  /** Whether a code of an MFA device was given when the caller signed in; `false` for every access key. */
  readonly mfaPresent: boolean;
  readonly principalArn: string;
  /** Absent: the call did not come through a private network with a name. */
  readonly sourceVpc?: string;
  /** Absent: the caller sent none. */
  readonly userAgent?: string;
  /** What a caller that assumes a role says it knows of it; absent in every other call, and where it says nothing. */
  readonly externalId?: string;
  /** Tags the request carries; empty when it carries none, absent when nobody looked. */
  readonly requestTags?: ReadonlyMap<string, string>;
  /** Tags of the resource; empty when it has none, absent when nobody looked. */
  readonly resourceTags?: ReadonlyMap<string, string>;
}

/** A fact as conditions see it: text, whole seconds since 1970 for a moment, or a truth value. */
export type Fact = string | number | boolean;

/** The fact is there but was not looked up, as against `undefined`: it is known that there is none. */
export const notKnown = Symbol('not known');

export interface ConditionKey {
  /** What kind of operator may ask; `text` may be read by all of them. */
  readonly kind: 'text' | 'date' | 'boolean' | 'address';
  readonly read: (context: ConditionContext) => Fact | undefined | typeof notKnown;
}

/** @returns `undefined` for a key the policy language does not have. */
export function findConditionKey(name: string): ConditionKey | undefined {
  for (const [prefix, tagsOf] of tagKeys) {
    if (!name.startsWith(prefix) || name === prefix) continue;
    const tag = name.slice(prefix.length);
    if (tag.length > longestTagKey) return undefined;
    return {
      kind: 'text',
      read: (context) => {
        const tags = tagsOf(context);
        return tags === undefined ? notKnown : tags.get(tag);
      },
    };
  }
  return commonKeys.get(name);
}

/** No tag has a longer key: a condition on one could never be met. */
const longestTagKey = 128;

/** The same, and the keys only trust policies have. */
export function findTrustConditionKey(name: string): ConditionKey | undefined {
  return name === 'sts:ExternalId' ? externalIdKey : findConditionKey(name);
}

const externalIdKey: ConditionKey = { kind: 'text', read: (context) => context.externalId };

const commonKeys: ReadonlyMap<string, ConditionKey> = new Map<string, ConditionKey>([
  // The key is defined as ISO 8601 text with seconds: a second counts as a whole, from its beginning to its end.
  ['acs:CurrentTime', { kind: 'date', read: (context) => toSeconds(context.currentTime) }],
  ['acs:SecureTransport', { kind: 'boolean', read: (context) => context.secureTransport }],
  ['acs:SourceIp', { kind: 'address', read: (context) => context.sourceIp }],
  ['acs:MFAPresent', { kind: 'boolean', read: (context) => context.mfaPresent }],
  ['acs:PrincipalARN', { kind: 'text', read: (context) => context.principalArn }],
  ['acs:SourceVpc', { kind: 'text', read: (context) => context.sourceVpc }],
  ['acs:UserAgent', { kind: 'text', read: (context) => context.userAgent }],
]);

const tagKeys = new Map<string, (context: ConditionContext) => ReadonlyMap<string, string> | undefined>([
  ['acs:RequestTag/', (context) => context.requestTags],
  ['acs:ResourceTag/', (context) => context.resourceTags],
]);
