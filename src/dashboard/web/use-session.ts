import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Session } from './session.ts';

export const SessionContext = createContext<Session | undefined>(undefined);

/** The page's session; the component is drawn anew a few times a second while there is news. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error('outside of a page');
  useSyncExternalStore(session.subscribe, session.getVersion);
  return session;
}
