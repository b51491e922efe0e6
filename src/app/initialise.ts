// The first start of a store: its account and the access key of that account's root.

import { type AccessKeyPair, createAccessKey, deleteAccessKey } from '../access/administration/access-keys.ts';
import { createAccount } from '../access/administration/accounts.ts';
import type { AccountId, Actor } from '../base/journal-entry.ts';
import type { OpenStore } from './open-store.ts';

export interface Initialised {
  readonly account: AccountId;
  readonly accessKey: AccessKeyPair;
}

const done = 'initialised';

/** The command line and the service itself, in the journal. */
export function operatorActor(): Actor {
  return { principal: 'acs:certitude::operator', requestId: crypto.randomUUID().toUpperCase(), sourceAddress: '' };
}

/**
 * Makes the account and its key unless that was done before. One that was cut short is finished: the key of the first
 * attempt was never shown to anybody and is replaced.
 * @param given the operator's own key pair, for automation.
 */
export async function initialise(
  { store, directory, administration }: OpenStore,
  given: AccessKeyPair | undefined,
): Promise<Initialised | undefined> {
  if ((await store.setting(done)) !== undefined) return undefined;
  const actor = operatorActor();
  const account = directory.accounts()[0]?.account ?? (await createAccount({ actor, name: 'main' }, administration));
  // Root keys of an attempt that was cut short were shown to nobody.
  for (const { id, user } of directory.accessKeys(account)) {
    if (user === undefined) await deleteAccessKey({ actor, account, accessKeyId: id }, administration);
  }
  const accessKey = await createAccessKey({ actor, account, ...(given && { given }) }, administration);
  await store.putSetting(done, '1');
  return { account, accessKey };
}
