// The log: one JSON object a line on standard error. No secret gets in: calls are logged by name, never by parameter.

import { pino } from 'pino';
import { arnOf } from '../access/principal.ts';
import type { CallOutcome } from '../protocols/rpc/gateway.ts';
import type { LogLevel } from './config.ts';

export type Log = ReturnType<typeof createLog>;

/**
 * Lines of calls wait a moment to be written together: where many change something, each by itself would be a task of the thread
 * pool. All others are written at once. What waits is written when the process ends, unless it is killed.
 */
export function createLog(level: LogLevel) {
  // Keeps what it is given, up to the length, until it is flushed.
  const destination = pino.destination({ fd: 2, sync: false, minLength: 8192 });
  let isWanted = false;
  const flush = () => {
    isWanted = true;
    destination.flush();
  };
  // A flush during a write does nothing by itself: what has come meanwhile is written behind it.
  destination.on('drain', () => {
    if (!isWanted) return;
    isWanted = false;
    destination.flush();
  });
  const atOnce = (line: string) => {
    destination.write(line);
    flush();
  };
  let timer: NodeJS.Timeout | undefined;
  const flushLater = () => {
    timer = undefined;
    flush();
  };
  const together = (line: string) => {
    destination.write(line);
    if (timer === undefined) timer = setTimeout(flushLater, callsWaitMillis).unref();
  };
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return Object.assign(pino(options, { write: atOnce }), {
    calls: pino(options, { write: together }),
    flushNow: () => destination.flushSync(),
  });
}

const callsWaitMillis = 20;

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
  const lines = level === 'error' ? log : log.calls;
  lines[level](facts, level === 'error' ? 'call failed' : refused ? 'call refused' : 'call answered');
}
