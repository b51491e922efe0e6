// ClientToken, by which a caller may safely repeat a change it got no answer to.

import { Type } from 'typebox';
import { sha256Hex } from '../../../../base/bytes.ts';
import type { ClientToken } from '../../../../registry/model.ts';

export const clientTokenParameter = {
  ClientToken: Type.Optional(
    Type.String({
      pattern: '^[\\x20-\\x7e]{1,64}$',
      description:
        'A name of your own for this change. Sent again within seven days with the same parameters, the first outcome is answered again and nothing is changed.',
      examples: ['3838B684-3075-582B-9A45-8C99104029DF'],
      'x-rule': 'must be 1 to 64 printable ASCII characters',
    }),
  ),
};

/** @param operation a token is one operation's: the same text in another is another token. */
export function clientTokenOf(
  operation: string,
  { ClientToken: token, ...others }: { readonly ClientToken?: string },
): ClientToken | undefined {
  if (token === undefined) return undefined;
  const sorted = Object.entries(others).sort(([a], [b]) => (a < b ? -1 : 1));
  return { operation, token, parameters: sha256Hex(JSON.stringify(sorted)) };
}
