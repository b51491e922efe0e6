// Waiting for lines of the access log: they are written up to a tenth of a second after their calls were answered.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../until.ts';
import type { Service } from './running-service.ts';

/** All that is in the files that are not compressed yet. */
function logText(dataDir: string): string {
  const folder = join(dataDir, 'log');
  const names = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.jsonl'));
  return names.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
}

/** Until the lines of these replies are written. @returns their request ids. */
export async function logged(
  { dataDir }: Pick<Service, 'dataDir'>,
  ...replies: readonly { readonly headers: Headers }[]
): Promise<string[]> {
  const ids = replies.map(({ headers }) => headers.get('x-acs-request-id') ?? '');
  await until(
    () => logText(dataDir),
    (text) => ids.every((id) => text.includes(`"requestId":"${id}"`)),
  );
  return ids;
}
