// The log: one JSON object a line on standard error. No secret gets in: calls are logged by name, never by parameter.

import { pino } from 'pino';
import { arnOf } from '../access/principal.ts';
import type { CallOutcome } from '../protocols/rpc/gateway.ts';
import type { LogLevel } from './config.ts';

export type Log = ReturnType<typeof createLog>;

/**
 * @param delayMillis  how long lines may wait to be written together: where many are changed at once, each line by itself would
 *   be a task of the thread pool. What waits is written when the process ends, unless it is killed.
 */
export function createLog(level: LogLevel, { delayMillis = 0 }: { readonly delayMillis?: number } = {}) {
  const destination = pino.destination({ fd: 2, sync: false, minLength: delayMillis > 0 ? 8192 : 0 });
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    timer = undefined;
    destination.flush();
  };
  const write = (line: string) => {
    destination.write(line);
    if (delayMillis > 0 && timer === undefined) timer = setTimeout(flush, delayMillis).unref();
  };
  const log = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, { write });
  return Object.assign(log, { flushNow: () => destination.flushSync() });
}

/** Every call at debug; refusals and what is to be on record at info; what went wrong here at error, with its cause. */
export function logCall(log: Log, outcome: CallOutcome): void {
  const { operation, caller, cause, requestId, traceId, sourceAddress, status, code } = outcome;
  const refused = code !== undefined;
  const level = cause !== undefined ? 'error' : refused || operation?.isOnRecord ? 'info' : 'debug';
  if (!log.isLevelEnabled(level)) return;
  const facts = {
    requestId,
    traceId,
    sourceAddress,
    status,
    code,
    operation: operation?.name,
    principal: caller && arnOf(caller.principal),
    account: caller?.account,
    ...(level === 'error' && { err: cause }),
  };
  log[level](facts, level === 'error' ? 'call failed' : refused ? 'call refused' : 'call answered');
}
