// Asks the console's own API as whoever is signed in, without a browser.

import { rootKey } from '../journeys/running-service.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';

export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** Signs in; what it returns puts questions such as `journal` and `simulate`. */
export async function asking(url: string, { accessKeyId, accessKeySecret }: AccessKey = rootKey) {
  const post = (path: string, body: object, headers: Record<string, string>) =>
    fetch(`${url}/console/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const signedIn = await post('session', { accessKeyId, accessKeySecret }, {});
  const { csrfToken } = (await signedIn.json()) as { csrfToken: string };
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  return async (path: string, parameters: Record<string, string> = {}): Promise<Answer> => {
    const reply = await post(path, { parameters }, { cookie, 'x-certitude-csrf': csrfToken });
    return { status: reply.status, body: (await reply.json()) as Answer['body'] };
  };
}
