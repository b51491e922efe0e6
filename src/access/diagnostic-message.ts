// The diagnostic message of a refusal: text that says nothing to whoever was refused, and everything to those of his
// account who may have it decoded.
//
// Like the vendor's samples it begins with two octets 01, the moment as eight octets of seconds since 1970, and the
// request id; all that is bound to what follows, which is sealed for the account.

import { concatBytes } from '../base/bytes.ts';
import type { AccountId } from '../base/journal-entry.ts';
import { SealBroken, type Sealing } from '../base/sealing.ts';
import { formatUtc, type UnixSeconds, unixSeconds } from '../base/time.ts';
import { type ConditionContext, findConditionKey, notKnown } from './condition-context.ts';
import type { PolicyVersionId } from './events.ts';
import type { DecidedBy } from './session-policy.ts';

/** For how long a message can be decoded. The vendor publishes no figure; a day is enough to ask one's administrator. */
export const diagnosticSeconds = 24 * 3600;

/** Longest message that is looked at, in characters; those made here are about 1,000 and never more than this. */
export const MAX_DIAGNOSTIC_LENGTH = 65_536;

export interface Diagnosis {
  readonly requestId: string;
  readonly at: UnixSeconds;
  readonly action: string;
  readonly resource: string;
  readonly principal: {
    readonly kind: 'root' | 'user' | 'assumed-role';
    readonly owner: AccountId;
    /** User id, or role and session. */
    readonly name: string;
  };
  /** `trust`: the trust policy of a role. */
  readonly decidedBy: DecidedBy | 'trust';
  /** The statement that denied; absent where none allowed. */
  readonly deniedBy?: DenyingStatement;
  /** What conditions could ask about the call. */
  readonly facts: readonly AskedFact[];
}

export interface DenyingStatement {
  readonly policy: string;
  readonly kind: 'system' | 'custom';
  readonly version?: PolicyVersionId;
  /** Its place in the document, counted from 0. */
  readonly statement: number;
  readonly attachedTo: 'user' | 'group' | 'role';
}

export interface AskedFact {
  readonly key: string;
  readonly values: readonly string[];
}

/** @returns base64. */
export function sealDiagnosis(account: AccountId, diagnosis: Diagnosis, sealing: Sealing): string {
  const { requestId, at, ...rest } = diagnosis;
  const inside = { ...rest, resource: cut(rest.resource, longestResource) };
  const head = Buffer.alloc(headOctets);
  head.writeUInt16BE(version);
  head.writeBigUInt64BE(BigInt(at), 2);
  head.write(requestId, 10, 'latin1');
  const sealed = sealing.seal(identityOf(account, head), new TextEncoder().encode(JSON.stringify(inside)));
  return Buffer.from(concatBytes([head, sealed])).toString('base64');
}

/** `foreign`: no message of this service, or of another account, or altered. */
export type DiagnosticProblem = 'foreign' | 'expired';

export function openDiagnosis(
  message: string,
  { account, now, sealing }: { readonly account: AccountId; readonly now: UnixSeconds; readonly sealing: Sealing },
): Diagnosis | DiagnosticProblem {
  if (message.length > MAX_DIAGNOSTIC_LENGTH) return 'foreign';
  const octets = Buffer.from(message, 'base64');
  // The decoder passes over what it does not know: one message would have many spellings.
  if (octets.toString('base64') !== message) return 'foreign';
  if (octets.length < headOctets || octets.readUInt16BE() !== version) return 'foreign';
  const head = octets.subarray(0, headOctets);
  let plain: Uint8Array;
  try {
    plain = sealing.open(identityOf(account, head), octets.subarray(headOctets));
  } catch (error) {
    if (!(error instanceof SealBroken)) throw error;
    return 'foreign';
  }
  const at = unixSeconds(Number(head.readBigUInt64BE(2)));
  if (now >= at + diagnosticSeconds) return 'expired';
  // What opens was written by `sealDiagnosis`.
  const inside = JSON.parse(new TextDecoder().decode(plain)) as Omit<Diagnosis, 'requestId' | 'at'>;
  return { requestId: head.toString('latin1', 10), at, ...inside };
}

const version = 0x0101;
const headOctets = 2 + 8 + 36;

function identityOf(account: AccountId, head: Uint8Array): string {
  return `diagnostic message of ${account}:${Buffer.from(head).toString('hex')}`;
}

const askableKeys = [
  'acs:CurrentTime',
  'acs:SourceIp',
  'acs:SecureTransport',
  'acs:MFAPresent',
  'acs:PrincipalARN',
  'acs:UserAgent',
  'acs:SourceVpc',
];

/** What conditions can ask about a call, as `Diagnosis` holds it. */
export function factsOf(context: ConditionContext): readonly AskedFact[] {
  const facts: AskedFact[] = [];
  for (const key of askableKeys) {
    const fact = findConditionKey(key)?.read(context);
    if (fact === undefined || fact === notKnown) continue;
    facts.push({ key, values: [cut(typeof fact === 'number' ? formatUtc(unixSeconds(fact)) : String(fact))] });
  }
  if (context.externalId !== undefined) facts.push({ key: 'sts:ExternalId', values: [cut(context.externalId)] });
  for (const [tag, value] of [...(context.requestTags ?? [])].slice(0, mostTags)) {
    facts.push({ key: cut(`acs:RequestTag/${tag}`), values: [cut(value)] });
  }
  return facts;
}

const mostTags = 20;
const longestText = 256;
const longestResource = 1024;

/** Callers choose how long their User-Agent is; nobody reads more of it here. */
function cut(text: string, longest = longestText): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}
