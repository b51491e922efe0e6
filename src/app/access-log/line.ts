// One line of the access log: what is kept of a call, and what is not. No parameter gets in but the name of the operation.

import { arnOf } from '../../access/principal.ts';
import type { AccessLine } from '../../protocols/access-line.ts';
import type { CallOutcome } from '../../protocols/rpc/gateway.ts';
import type { Judgement } from '../../protocols/rpc/permission.ts';

export type { AccessLine };

/** What stands in the log in the place of lines that could not be written. */
export interface LossLine {
  readonly time: string;
  readonly lost: number;
}

export interface Answered {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly millis: number;
  /** Whether there is an access key of this id. */
  readonly isKnownKey: (accessKeyId: string) => boolean;
}

/** An {@link AccessLine} as JSON. Put together by hand: every call has one, and JSON.stringify takes several times as long. */
export function lineText(outcome: CallOutcome, { at, millis, isKnownKey }: Answered): string {
  const { operation, caller, asked, judgement, size, code, userAgent } = outcome;
  const accessKeyId = caller?.accessKeyId ?? claimedKey(asked?.accessKeyId, isKnownKey);
  let text = `{"time":"${isoOf(at)}","requestId":"${outcome.requestId}"`;
  if (caller) text += `,"account":"${caller.account}","principal":${quoted(arnOf(caller.principal), 256)}`;
  if (accessKeyId !== undefined) text += `,"accessKeyId":${quoted(accessKeyId, 128)}`;
  text += `,"source":${quoted(outcome.sourceAddress, 64)},"secure":${outcome.secure}`;
  if (userAgent !== undefined) text += `,"userAgent":${quoted(userAgent, 256)}`;
  if (operation) {
    const { product, name } = operation;
    text += `,"product":"${product.code}","version":"${product.version}","action":"${name}"`;
  } else {
    if (asked?.version !== undefined) text += `,"version":${quoted(asked.version, 32)}`;
    if (asked?.action !== undefined) text += `,"action":${quoted(asked.action, 64)}`;
  }
  if (size !== undefined) text += `,"size":${size}`;
  if (judgement) text += judgementText(judgement);
  text += `,"status":${outcome.status}`;
  if (code !== undefined) text += `,"code":${quoted(code, 128)}`;
  return `${text},"millis":${Math.round(millis * 1000) / 1000}}`;
}

function judgementText({ resource, decision }: Judgement): string {
  const text = `,"resource":${quoted(resource, 512)},"decision":"${decision.allowed ? 'Allow' : decision.denial}"`;
  return 'by' in decision
    ? `${text},"policy":${quoted(decision.by.policy, 128)},"statement":${decision.by.statement}`
    : text;
}

/** Somebody may have put his secret in the place of the id: what is no id, as far as can be told, is not kept. */
function claimedKey(claimed: string | undefined, isKnownKey: Answered['isKnownKey']): string | undefined {
  if (claimed === undefined) return undefined;
  const id = claimed.slice(0, 128);
  return /^(LTAI|STS\.)/.test(id) || isKnownKey(id) ? id : `${id.slice(0, 4)}...`;
}

/** Callers choose these texts: a terminal that shows the log must not obey them. */
function quoted(text: string, length: number): string {
  if (text.length <= length && /^[ !#-[\]-~]*$/.test(text)) return `"${text}"`;
  return JSON.stringify(text.slice(0, length).replace(/[^\x20-\x7e]/g, '?'));
}

let second = { begins: -1, text: '' };

/** As toISOString, which takes longer than the rest of a line. */
function isoOf(at: number): string {
  const begins = at - (at % 1000);
  if (begins !== second.begins) second = { begins, text: new Date(begins).toISOString().slice(0, 20) };
  return `${second.text}${String(at % 1000).padStart(3, '0')}Z`;
}
