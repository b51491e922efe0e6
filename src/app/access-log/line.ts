// One line of the access log: what is kept of a call, and what is not. No parameter gets in but the name of the operation.

import { arnOf, type Principal } from '../../access/principal.ts';
import type { AccessLine } from '../../protocols/access-line.ts';
import type { CallOutcome } from '../../protocols/rpc/gateway.ts';
import type { Operation } from '../../protocols/rpc/operation.ts';
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
  if (caller) text += callerText(caller.principal, caller.account);
  if (accessKeyId !== undefined) text += `,"accessKeyId":${quoted(accessKeyId, 128)}`;
  text += `,"source":${quoted(outcome.sourceAddress, 64)},"secure":${outcome.secure}`;
  if (userAgent !== undefined) text += `,"userAgent":${quoted(userAgent, 256)}`;
  if (operation) {
    text += operationText(operation);
  } else {
    if (asked?.version !== undefined) text += `,"version":${quoted(asked.version, 32)}`;
    if (asked?.action !== undefined) text += `,"action":${quoted(asked.action, 64)}`;
  }
  if (size !== undefined) text += `,"size":${size}`;
  if (judgement) text += judgementText(judgement);
  text += `,"status":${outcome.status}`;
  if (code !== undefined) text += `,"code":${quoted(code, 128)}`;
  return `${text},"millis":${millisText(millis)}}`;
}

/** Of each principal once: what one is never changes, and the same makes many calls. */
const callerTexts = new WeakMap<Principal, string>();

function callerText(principal: Principal, account: string): string {
  let text = callerTexts.get(principal);
  if (text === undefined) {
    text = `,"account":"${account}","principal":${quoted(arnOf(principal), 256)}`;
    callerTexts.set(principal, text);
  }
  return text;
}

const operationTexts = new WeakMap<Operation, string>();

function operationText(operation: Operation): string {
  let text = operationTexts.get(operation);
  if (text === undefined) {
    const { product, name } = operation;
    text = `,"product":"${product.code}","version":"${product.version}","action":"${name}"`;
    operationTexts.set(operation, text);
  }
  return text;
}

/** By microseconds: to write out a fraction takes longer than to find it here, and most calls take less than one of these. */
const fractions = Array.from({ length: 1000 }, (_, micros) => String(micros / 1000));

function millisText(millis: number): string {
  const micros = Math.round(millis * 1000);
  return fractions[micros] ?? String(micros / 1000);
}

let latestJudgement: { readonly of: Judgement | undefined; readonly text: string } = { of: undefined, text: '' };

/** The last one is kept: of calls that are judged by their operation alone it is the same object. */
function judgementText(judgement: Judgement): string {
  if (latestJudgement.of !== judgement) latestJudgement = { of: judgement, text: newJudgementText(judgement) };
  return latestJudgement.text;
}

function newJudgementText({ resource, decision }: Judgement): string {
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

let latest = { at: -1, text: '' };

/** As toISOString, which takes longer than the rest of a line; many calls are answered within a millisecond. */
function isoOf(at: number): string {
  if (at !== latest.at) latest = { at, text: new Date(at).toISOString() };
  return latest.text;
}
