// Asks the console's own API with a session, as its pages do.

import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import { rootKey } from '../journeys/running-service.ts';
import type { AccessKey } from '../journeys/vendor-clients.ts';

export interface ConsoleAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export type AskConsole = (method: 'GET' | 'POST', path: string, body?: object) => Promise<ConsoleAnswer>;

/** The service follows what other processes write within a moment: a key of theirs is tried again. */
export async function untilSignedIn(url: string, key: AccessKey = rootKey): Promise<AskConsole> {
  const { accessKeyId, accessKeySecret } = key;
  for (let tries = 0; ; tries++) {
    const response = await fetch(`${url}/console/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ accessKeyId, accessKeySecret }),
    });
    const session = (await response.json()) as { csrfToken?: string };
    if (response.status === 200) {
      const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
      return asker(url, { cookie, 'x-certitude-csrf': String(session.csrfToken) });
    }
    assert.ok(tries < 8, JSON.stringify(session));
    await setTimeout(100);
  }
}

function asker(url: string, headers: Record<string, string>): AskConsole {
  return async (method, path, body) => {
    const response = await fetch(`${url}/console/api/${path}`, {
      method,
      headers: { ...headers, ...(method === 'POST' && { 'content-type': 'application/json' }) },
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
}
