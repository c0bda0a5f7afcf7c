import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import {
  acceptAccessToken,
  type EndReason,
  forgetAccessToken,
  onSessionEnd,
  refreshAccessToken,
} from '@/api/client';
import { mayHaveSession } from '@/api/earlySession';
import { toProblem } from '@/api/problem';
import { logOut } from '@/api/session';
import { type Claims, getAccessToken, onAccessToken, readClaims } from '@/api/token';
import { chooseAccountLanguage } from '@/i18n/languages';

export type SessionUser = Pick<Claims, 'user_id' | 'username' | 'email' | 'full_name' | 'roles'>;

interface Session {
  status: 'starting' | 'signed_out' | 'signed_in' | 'unreachable';
  user: SessionUser | null;
  /** Why the session ended, when the person did not end it here, so that the sign-in page can say so. */
  ended: EndReason | null;
  accept: (access: string) => void;
  signOut: () => Promise<void>;
  retry: () => void;
}

const SessionContext = createContext<Session | null>(null);

/**
 * Milliseconds before asking once more after the network broke off. Both tries fall into the grace in which the server
 * answers a refresh token again that it has already traded, should only its answer have been lost.
 */
const WAITS = [500, 1_500];

/** A lost role takes effect in every service within two seconds. */
const HEARD_EVERYWHERE_MS = 3_000;

/** Tabs of one browser share the cookie, so they share the sign-out. */
const CHANNEL = 'tts-session';

export function SessionProvider({ children }: { children: ReactNode }) {
  const queryClient = useQueryClient();
  const [status, setStatus] = useState<Session['status']>('starting');
  const [user, setUser] = useState<SessionUser | null>(null);
  const [ended, setEnded] = useState<EndReason | null>(null);

  const end = useCallback(
    (reason: EndReason | null) => {
      forgetAccessToken();
      queryClient.clear();
      userRef.current = null;
      setUser(null);
      setEnded(reason);
      setStatus('signed_out');
    },
    [queryClient],
  );

  /** In the language of the account: the first page must not be drawn in another. */
  const showSignedIn = useCallback(async () => {
    const token = getAccessToken();
    if (token) await chooseAccountLanguage(readClaims(token).locale ?? '');
    // The session may have ended meanwhile.
    if (getAccessToken()) setStatus('signed_in');
  }, []);

  const start = useCallback(() => {
    if (!mayHaveSession()) {
      setStatus('signed_out');
      return;
    }
    setStatus('starting');
    resume(WAITS).then(
      () => showSignedIn(),
      (error) => {
        const problem = toProblem(error);
        setStatus(problem.status === 0 || problem.status >= 500 ? 'unreachable' : 'signed_out');
      },
    );
  }, [showSignedIn]);

  useEffect(() => {
    if (status !== 'unreachable') return;
    window.addEventListener('online', start);
    return () => window.removeEventListener('online', start);
  }, [status, start]);

  const userRef = useRef<SessionUser | null>(null);
  useEffect(
    () =>
      onAccessToken((token) => {
        if (!token) return;
        const known = userRef.current;
        const fresh = sameOrNew(known, readClaims(token));
        if (known && known.user_id !== fresh.user_id) {
          // The browser's cookie belongs to somebody else now: nothing may be shown or sent under their name.
          end('replaced');
          return;
        }
        userRef.current = fresh;
        setUser(fresh);
        setEnded(null);
        if (!known || sameRoles(known, fresh)) return;
        // With other roles other things may be seen: everything on the screen is asked for again, and once more
        // when every service must have heard of it.
        void queryClient.invalidateQueries();
        setTimeout(() => void queryClient.invalidateQueries(), HEARD_EVERYWHERE_MS);
      }),
    [queryClient, end],
  );

  useEffect(() => {
    onSessionEnd(end);
    start();
  }, [start, end]);

  useEffect(() => {
    if (!('BroadcastChannel' in window)) return;
    const channel = new BroadcastChannel(CHANNEL);
    channel.onmessage = (message) => {
      if (message.data === 'signed_out') end(null);
      const signedIn = message.data?.signed_in as number | undefined;
      if (signedIn !== undefined && userRef.current && userRef.current.user_id !== signedIn) end('replaced');
    };
    return () => channel.close();
  }, [end]);

  const accept = useCallback(
    (access: string) => {
      acceptAccessToken(access);
      void showSignedIn();
      announce({ signed_in: readClaims(access).user_id });
    },
    [showSignedIn],
  );

  const signOut = useCallback(async () => {
    let elsewhere: string | null = null;
    try {
      elsewhere = await logOut();
    } finally {
      end(null);
      announce('signed_out');
    }
    if (elsewhere) window.location.assign(elsewhere);
  }, [end]);

  const session = useMemo<Session>(
    () => ({ status, user, ended, accept, signOut, retry: start }),
    [status, user, ended, accept, signOut, start],
  );
  return <SessionContext.Provider value={session}>{children}</SessionContext.Provider>;
}

/** Tell the other tabs. */
function announce(message: 'signed_out' | { signed_in: number }): void {
  if (!('BroadcastChannel' in window)) return;
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(message);
  channel.close();
}

async function resume([wait, ...later]: number[]): Promise<string> {
  try {
    return await refreshAccessToken();
  } catch (error) {
    if (wait === undefined || toProblem(error).status !== 0) throw error;
    await new Promise((done) => setTimeout(done, wait));
    return resume(later);
  }
}

/** Keep the object's identity across silent refreshes, so that nothing re-renders for a new token alone. */
function sameOrNew(known: SessionUser | null, claims: Claims): SessionUser {
  const { user_id, username, email, full_name, roles } = claims;
  const fresh = { user_id, username, email, full_name, roles };
  return known && JSON.stringify(known) === JSON.stringify(fresh) ? known : fresh;
}

function sameRoles(one: SessionUser, other: SessionUser): boolean {
  return JSON.stringify(one.roles) === JSON.stringify(other.roles);
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider above it');
  return session;
}

export function useUser(): SessionUser {
  const { user } = useSession();
  if (!user) throw new Error('useUser is for pages behind RequireSession');
  return user;
}

export function ttsRoles(user: SessionUser): string[] {
  return user.roles.tts ?? [];
}

/** Works on tickets: holds any role but the plain one. */
export function isAgent(user: SessionUser): boolean {
  return ttsRoles(user).some((role) => role !== 'User');
}

export function isAdmin(user: SessionUser): boolean {
  return ttsRoles(user).includes('Admin');
}
