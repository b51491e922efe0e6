// Who is signed in, for whatever page asks.

import { createContext, useContext } from 'react';
import type { SignedIn } from './api.ts';

export const SessionContext = createContext<SignedIn | undefined>(undefined);

/** Only below the frame of the signed-in. */
export function useSession(): SignedIn {
  const session = useContext(SessionContext);
  if (!session) throw new Error('nobody is signed in here');
  return session;
}
