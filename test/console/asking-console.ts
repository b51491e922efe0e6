// Asks the console's own API by plain fetch, as its pages do.

import type { Service } from '../journeys/running-service.ts';

export interface ConsoleAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

interface Asking {
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

export type AskConsole = (method: string, path: string, asking?: Asking) => Promise<ConsoleAnswer>;

export function askingConsole({ url }: Pick<Service, 'url'>): AskConsole {
  return async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(`${url}/console/api/${path}`, {
      method,
      headers: { ...(body && { 'content-type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) };
  };
}

/** What a request of the session that an answer opened carries. */
export function sessionHeaders({ headers, body }: ConsoleAnswer): Record<string, string> {
  const cookie = headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, 'x-certitude-csrf': String(body['csrfToken']) };
}

/** The service follows what the command line writes within a moment. */
export async function askUntil(
  ask: () => Promise<ConsoleAnswer>,
  isIt: (answer: ConsoleAnswer) => boolean,
): Promise<ConsoleAnswer> {
  for (let tries = 0; ; tries++) {
    const answer = await ask();
    if (isIt(answer) || tries === 40) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
