// A change that its caller gave a name happens once: whoever comes again with the name gets the first outcome.
// The name is written down in the transaction of the change itself, so that no crash can part the two.

import type { AccountId } from '../base/journal-entry.ts';
import { Refused } from '../base/refusal.ts';
import type { ClientToken, Identifier } from './model.ts';
import type { CertificateStore } from './store.ts';

/**
 * How long a token is remembered at least: a call that is repeated after a week-end, or from a queue that was stuck, still gets its
 * first outcome. Chosen: of this API nothing is said, and elsewhere tokens are kept for 8 to 36 hours.
 */
export const tokenKeptMillis = 7 * 86_400_000;

/**
 * Runs `change`, whose event carries the token, unless the token was used before or is used at this moment; then
 * `repeat` tells the outcome of that use.
 * @throws {Refused} `client-token-mismatch` when it was used with other parameters.
 */
export async function once<Outcome>(
  { account, clientToken }: { readonly account: AccountId; readonly clientToken?: ClientToken | undefined },
  store: Pick<CertificateStore, 'clientToken'>,
  change: () => Promise<Outcome>,
  repeat: (identifier: Identifier) => Promise<Outcome>,
): Promise<Outcome> {
  if (!clientToken) return await change();
  const earlier = await earlierUse();
  if (earlier) return await repeat(earlier);
  try {
    return await change();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // Refused because of a call with the same token that was faster, or for reasons of its own.
    const faster = await earlierUse();
    if (!faster) throw error;
    return await repeat(faster);
  }

  async function earlierUse(): Promise<Identifier | undefined> {
    if (!clientToken) return undefined;
    const used = await store.clientToken(account, clientToken.operation, clientToken.token);
    if (used && used.parameters !== clientToken.parameters) {
      throw new Refused({ kind: 'client-token-mismatch', token: clientToken.token });
    }
    return used?.identifier;
  }
}
