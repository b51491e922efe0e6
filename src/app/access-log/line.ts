// One line of the access log: what is kept of a call, and what is not. No parameter gets in but the name of the operation.

import { arnOf } from '../../access/principal.ts';
import type { CallOutcome } from '../../protocols/rpc/gateway.ts';

/** As JSON, absent members left out. All text is printable ASCII. */
export interface AccessLine {
  /** When the call was answered: ISO 8601, UTC, milliseconds. */
  readonly time: string;
  readonly requestId: string;
  /** Account and ARN of who called: absent unless proven. */
  readonly account?: string;
  readonly principal?: string;
  /** Without a principal only what the caller claimed. Unknown ids of a form that is not ours are cut: they may be a mistake. */
  readonly accessKeyId?: string;
  readonly source: string;
  readonly secure: boolean;
  readonly userAgent?: string;
  /** Of the operation found; absent if there is none such. */
  readonly product?: string;
  readonly version?: string;
  readonly action?: string;
  /** What permission was asked for: an ARN, or `*`. */
  readonly resource?: string;
  /** How many certificates were asked about, where it may be many. */
  readonly size?: number;
  readonly decision?: 'Allow' | 'ExplicitDeny' | 'ImplicitDeny';
  /** The statement that decided: name of its policy, and its place there, counted from 0. */
  readonly policy?: string;
  readonly statement?: number;
  readonly status: number;
  /** Error code; absent when the call was answered. */
  readonly code?: string;
  readonly millis: number;
}

/** What stands in the log in the place of lines that could not be written. */
export interface LossLine {
  readonly time: string;
  readonly lost: number;
}

export interface Answered {
  readonly at: Date;
  readonly millis: number;
  /** Whether there is an access key of this id. */
  readonly isKnownKey: (accessKeyId: string) => boolean;
}

export function lineOf(outcome: CallOutcome, { at, millis, isKnownKey }: Answered): AccessLine {
  const { operation, caller, asked, judgement, size, code, userAgent } = outcome;
  const accessKeyId = caller?.accessKeyId ?? claimedKey(asked?.accessKeyId, isKnownKey);
  const decision = judgement?.decision;
  const version = operation?.product.version ?? bounded(asked?.version, 32);
  const action = operation?.name ?? bounded(asked?.action, 64);
  return {
    time: at.toISOString(),
    requestId: outcome.requestId,
    ...(caller && { account: caller.account, principal: arnOf(caller.principal) }),
    ...(accessKeyId !== undefined && { accessKeyId }),
    source: bounded(outcome.sourceAddress, 64),
    secure: outcome.secure,
    ...(userAgent !== undefined && { userAgent: bounded(userAgent, 256) }),
    ...(operation && { product: operation.product.code }),
    ...(version !== undefined && { version }),
    ...(action !== undefined && { action }),
    ...(judgement && { resource: bounded(judgement.resource, 512) }),
    ...(size !== undefined && { size }),
    ...(decision && { decision: decision.allowed ? 'Allow' : decision.denial }),
    ...(decision && 'by' in decision && { policy: decision.by.policy, statement: decision.by.statement }),
    status: outcome.status,
    ...(code !== undefined && { code: bounded(code, 128) }),
    millis: Math.round(millis * 1000) / 1000,
  };
}

/** Somebody may have put his secret in the place of the id: what is no id, as far as can be told, is not kept. */
function claimedKey(claimed: string | undefined, isKnownKey: Answered['isKnownKey']): string | undefined {
  if (claimed === undefined) return undefined;
  const id = bounded(claimed, 128);
  return /^(LTAI|STS\.)/.test(id) || isKnownKey(id) ? id : `${id.slice(0, 4)}...`;
}

function bounded(text: string, length: number): string;
function bounded(text: string | undefined, length: number): string | undefined;
function bounded(text: string | undefined, length: number): string | undefined {
  // Callers choose these: a terminal that shows the log must not obey them.
  return text?.slice(0, length).replace(/[^\x20-\x7e]/g, '?');
}
