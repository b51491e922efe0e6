// What is kept of each call: counts, the console's history, when its key was used, its lines in the logs.

import { pathOf } from '../protocols/console/call-history.ts';
import type { CallOutcome } from '../protocols/rpc/gateway.ts';
import { lineText } from './access-log/line.ts';
import { noteUse } from './last-uses.ts';
import { type Log, logCall } from './log.ts';
import type { StartedServices } from './services.ts';

/** @returns takes how a call ended, and after how many milliseconds. */
export function observedBy(
  {
    services,
    metrics,
    callHistory,
    lastUses,
    accessLog,
  }: Pick<StartedServices, 'services' | 'metrics' | 'callHistory' | 'lastUses' | 'accessLog'>,
  log: Log,
): (outcome: CallOutcome, millis: number) => void {
  const { clock, directory } = services;
  const isKnownKey = (accessKeyId: string): boolean => directory.hasAccessKey(accessKeyId);
  return (outcome, millis) => {
    const at = clock.now();
    const { caller, operation, code, status } = outcome;
    metrics.countCall(outcome, millis / 1000);
    if (caller) callHistory.add({ account: caller.account, operation: pathOf(operation), code, status }, at);
    noteUse(lastUses, outcome, at);
    accessLog?.write(lineText(outcome, { at, millis, isKnownKey }));
    logCall(log, outcome);
  };
}
