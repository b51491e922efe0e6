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
