// Calls that are refused for their number are made again a little later.

import { ApiError } from '../../base/api.ts';

/** Limits count the calls of a second. */
const waitMillis = 300;
const mostTries = 100;

/** @throws {ApiError} any other refusal, and that of too many calls after half a minute. */
export async function patiently<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const isTooMany = error instanceof ApiError && error.code.startsWith('Throttling');
      if (!isTooMany || tries >= mostTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, waitMillis));
    }
  }
}
