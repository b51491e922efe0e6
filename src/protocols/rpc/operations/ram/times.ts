// Moments as this API writes them.

import { formatUtc, toSeconds, type UnixMillis } from '../../../../base/time.ts';
import { answerText } from '../shapes.ts';

/** `2026-01-23T12:33:18Z`; empty for what never was. */
export function dateText(moment: UnixMillis | undefined): string {
  return moment === undefined ? '' : formatUtc(toSeconds(moment));
}

export const date = (description: string) => answerText(description, '2026-01-23T12:33:18Z');
export const createDate = date('When it was created.');
export const updateDate = date('When it was last changed.');
