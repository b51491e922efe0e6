// Puts the questions of the console's pages, such as `journal` and `simulate`, as whoever is signed in.

import { rootKey } from '../journeys/running-service.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';
import { askingConsole, type ConsoleAnswer, sessionHeaders } from './asking-console.ts';

export type Answer = ConsoleAnswer;

export async function asking(url: string, { accessKeyId, accessKeySecret }: AccessKey = rootKey) {
  const ask = askingConsole({ url });
  const headers = sessionHeaders(await ask('POST', 'session', { body: { accessKeyId, accessKeySecret } }));
  return (path: string, parameters: Record<string, string> = {}): Promise<Answer> =>
    ask('POST', path, { body: { parameters }, headers });
}
