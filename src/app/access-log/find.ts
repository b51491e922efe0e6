// Finds one call in the access log by its request id, newest lines first, and gives up in time.

import { setTimeout } from 'node:timers/promises';
import { atMost, atMostOfEach } from '../../base/at-most.ts';
import type { AskedCall, LoggedCalls, LookedUp } from '../../protocols/access-line.ts';
import { listLogFiles } from './files.ts';
import { lineFilter } from './filter.ts';
import { readLogFile } from './reader.ts';
import type { AccessLogWriter } from './writer.ts';

/** Octets of lines that one search looks at: some 600,000 calls, in about a second. */
const mostOctets = 256 * 1024 * 1024;
/** At a time: one account must not take all places there are to wait in. */
const mostOfAccount = 2;
/** Longer than a line of another thread is on its way (workers/reports.ts): who asks at once finds it on the second look. */
const gatherMillis = 250;

/** @param log absent where none is kept. */
export function loggedCalls(
  log: Pick<AccessLogWriter, 'folder' | 'written'> | undefined,
  octets = mostOctets,
): LoggedCalls {
  const inTurn = atMost({ running: 1, waiting: 8 });
  const ofAccount = atMostOfEach(mostOfAccount);
  const search = async (asked: AskedCall): Promise<LookedUp> => {
    if (log === undefined) return 'noLog';
    const newest = (await listLogFiles(log.folder)).at(-1);
    const found = await look(log.folder, asked, octets);
    if (found !== 'none') return found;
    await setTimeout(gatherMillis);
    await log.written();
    return await look(log.folder, asked, octets, newest?.began);
  };
  return { find: (asked) => ofAccount(asked.account, () => inTurn(() => search(asked))) };
}

/** @param from  the oldest file to look at, by when it was begun. */
async function look(folder: string, asked: AskedCall, octets: number, from = ''): Promise<LookedUp> {
  const select = lineFilter(asked);
  const files = (await listLogFiles(folder)).filter(({ began }) => began >= from).reverse();
  let left = octets;
  for (const file of files) {
    for await (const lines of readLogFile(file, Number.POSITIVE_INFINITY, () => {})) {
      for (const text of lines) {
        const line = select(text);
        if (line !== undefined && 'requestId' in line) return line;
        left -= text.length + 1;
      }
      if (left < 0) return 'notFarEnough';
    }
  }
  return 'none';
}
