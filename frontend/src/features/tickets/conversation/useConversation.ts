import '@/i18n/ticket';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type Comment,
  commentsKey,
  commentsQuery,
  deleteUpload,
  fetchTalk,
  postComment,
  TALK_PAGE_SIZE,
  type Talk,
  type UploadedFile,
} from '@/api/comments';
import { toProblem, translated } from '@/api/problem';
import { type Frame, LiveSocket, type SocketState } from '@/api/sockets';
import type { Person, Visibility } from '@/api/types';
import { showToast } from '@/components/ui/toast';
import { useUser } from '@/context/SessionContext';
import { makeClientId } from '@/lib/clientId';
import {
  addEarlier,
  advance,
  closeGap,
  mergeTalk,
  newestSeq,
  type Position,
  withComment,
} from './conversationLog';
import { type Failure, keepOutbox, type Pending, pendingReducer, readOutbox } from './outbox';
import { taskRefresher } from './taskRefresher';

const TYPING_SHOWN_MS = 5_000;
const TYPING_SAID_EVERY_MS = 2_500;
const CONFIRM_WITHIN_MS = 6_000;
const TRY_AGAIN_EVERY_MS = 10_000;
/** Refusals that say nothing about the words: the same will do a little later. */
const PASSING = new Set(['throttled', 'unavailable', 'error']);

export interface NewWords {
  text: string;
  visibility: Visibility;
  parentId: number | null;
  mentions: number[];
  uploads: UploadedFile[];
}

export interface Conversation {
  comments: Comment[] | undefined;
  isPending: boolean;
  error: unknown;
  refetch: () => void;
  /** There are comments before these; `loadEarlier` brings some. */
  hasEarlier: boolean;
  loadEarlier: () => Promise<void>;
  pending: Pending[];
  post: (input: NewWords) => void;
  /** Show words that went with an act, until the conversation brings them. */
  expect: (words: NewWords, clientId: string) => void;
  retry: (clientId: string) => void;
  discard: (clientId: string) => void;
  sayTyping: () => void;
  /** Say over the socket how far was read; false where there is none. */
  sayRead: (seq: number) => boolean;
  typing: number[];
  present: Person[];
  state: SocketState;
  /** The server showed it and then took it back: this person may not read the ticket any more. */
  isLost: boolean;
}

/** The talk on one ticket: REST for the past, the socket for now, and both for what is being sent. */
export function useConversation(ticketNumber: string): Conversation {
  const { t } = useTranslation();
  const user = useUser();
  const queryClient = useQueryClient();
  const [state, setState] = useState<SocketState>('connecting');
  const [isLost, setLost] = useState(false);
  const [present, setPresent] = useState<Person[]>([]);
  const [typing, setTyping] = useState<Record<number, number>>({});
  const [pending, dispatch] = useReducer(pendingReducer, [], () => readOutbox(user.user_id, ticketNumber));
  const socketRef = useRef<LiveSocket | null>(null);
  const positionRef = useRef<Position | null>(null);
  const serverSeqRef = useRef<number | null>(null);
  const pendingRef = useRef<Pending[]>([]);
  const flushRef = useRef<() => void>(() => {});
  pendingRef.current = pending;

  useEffect(() => keepOutbox(user.user_id, ticketNumber, pending), [user.user_id, ticketNumber, pending]);

  const query = useQuery({
    ...commentsQuery(ticketNumber),
    structuralSharing: (known, fetched) => mergeTalk(known as Talk | undefined, fetched as Talk),
    // Without the socket the talk still goes on, only slower.
    refetchInterval: state === 'open' || isLost ? false : 10_000,
  });
  const isLoaded = query.data !== undefined;

  const settle = useCallback((clientId: string) => dispatch({ type: 'settle', clientId }), []);

  const store = useCallback(
    (comment: Comment) => {
      queryClient.setQueryData<Talk>(
        commentsKey(ticketNumber),
        (known) => known && withComment(known, comment),
      );
    },
    [queryClient, ticketNumber],
  );

  /** Once both the past and the greeting are in, ask for whatever lies between them. */
  const catchUp = useCallback(() => {
    const known = queryClient.getQueryData<Talk>(commentsKey(ticketNumber));
    const serverSeq = serverSeqRef.current;
    if (!known || serverSeq === null) return;
    positionRef.current ??= { lastSeq: newestSeq(known.comments), hasGap: false };
    if (serverSeq > positionRef.current.lastSeq) {
      positionRef.current = { ...positionRef.current, hasGap: true };
      socketRef.current?.send({ type: 'resume', last_seq: positionRef.current.lastSeq });
    }
  }, [queryClient, ticketNumber]);

  useEffect(() => {
    if (isLoaded) catchUp();
  }, [isLoaded, catchUp]);

  useEffect(() => {
    positionRef.current = null;
    serverSeqRef.current = null;
    let wasOpen = false;

    const task = taskRefresher(queryClient, ticketNumber);
    const follow = (seq: unknown) => {
      if (typeof seq !== 'number' || !positionRef.current) return;
      const before = positionRef.current;
      positionRef.current = advance(before, seq);
      if (positionRef.current.hasGap && !before.hasGap) {
        socketRef.current?.send({ type: 'resume', last_seq: before.lastSeq });
      }
    };

    const onFrame = (frame: Frame) => {
      switch (frame.type) {
        case 'comment_update': {
          const comment = frame.comment as Comment;
          store(comment);
          const clientId = comment.client_id ?? (frame.ref as string | undefined);
          const own = comment.author?.user_id === user.user_id;
          if (own && clientId) settle(clientId);
          if (comment.author) {
            const authorId = comment.author.user_id;
            setTyping(({ [authorId]: _gone, ...others }) => others);
          }
          follow(frame.seq);
          break;
        }
        case 'ticket_update':
          task.hear(frame);
          follow(frame.seq);
          break;
        case 'skip':
          // An event that is not for this person: only its number, so that no gap shows.
          follow(frame.seq);
          break;
        case 'resumed':
          if (positionRef.current) positionRef.current = closeGap(positionRef.current, Number(frame.seq));
          if (frame.complete === false)
            void queryClient.invalidateQueries({ queryKey: commentsKey(ticketNumber) });
          break;
        case 'presence':
          setPresent((frame.users as Person[]).filter((person) => person.user_id !== user.user_id));
          break;
        case 'typing':
          if (frame.user_id !== user.user_id) {
            setTyping((known) => ({ ...known, [Number(frame.user_id)]: Date.now() + TYPING_SHOWN_MS }));
          }
          break;
        case 'error': {
          const reason = translated({ code: String(frame.code), detail: String(frame.detail ?? '') });
          if (frame.ref && pendingRef.current.some((each) => each.clientId === frame.ref)) {
            const failure = { waits: PASSING.has(String(frame.code)), reason };
            dispatch({ type: 'fail', clientId: frame.ref, failure });
          } else if (reason) showToast('error', reason);
          break;
        }
      }
    };

    const socket = new LiveSocket(`comments/${ticketNumber}`, {
      onState: (next) => {
        setState(next);
        if (next !== 'open') setPresent([]);
        if (next === 'open') wasOpen = true;
        // A new ticket may not have reached the conversations yet; only what was open can be lost.
        if (next === 'refused' && wasOpen) setLost(true);
      },
      onReady: (_socket, greeting) => {
        serverSeqRef.current = Number(greeting.seq ?? 0);
        catchUp();
        flushRef.current();
      },
      onFrame,
    });
    socketRef.current = socket;
    return () => {
      task.stop();
      // What is kept has a hole in it, and nobody is left to close it.
      if (positionRef.current?.hasGap) {
        void queryClient.invalidateQueries({ queryKey: commentsKey(ticketNumber), exact: true });
      }
      socketRef.current = null;
      socket.close();
    };
  }, [ticketNumber, user.user_id, queryClient, store, settle, catchUp]);

  useEffect(() => {
    if (Object.keys(typing).length === 0) return;
    const timer = setInterval(() => {
      const now = Date.now();
      setTyping((known) => Object.fromEntries(Object.entries(known).filter(([, until]) => until > now)));
    }, 1_000);
    return () => clearInterval(timer);
  }, [typing]);

  const queueRef = useRef<Promise<void>>(Promise.resolve());
  const postOne = useCallback(
    async (each: Pending) => {
      try {
        const comment = await postComment(ticketNumber, {
          text: each.text,
          visibility: each.visibility,
          client_id: each.clientId,
          parent_id: each.parentId,
          mentions: each.mentions,
          uploads: idsOf(each),
        });
        store(comment);
        settle(each.clientId);
      } catch (error) {
        dispatch({ type: 'fail', clientId: each.clientId, failure: failureOf(error, t) });
      }
    },
    [ticketNumber, store, settle, t],
  );
  /** One after the other, so that comments arrive in the order they were written. */
  const sendByRest = useCallback(
    (each: Pending) => {
      queueRef.current = queueRef.current.then(() => postOne(each));
      return queueRef.current;
    },
    [postOne],
  );

  const send = useCallback(
    (each: Pending) => {
      const { text, clientId, mentions } = each;
      const body = { text, client_id: clientId, ref: clientId, mentions, uploads: idsOf(each) };
      const sent = socketRef.current?.isOpen
        ? socketRef.current.send(
            each.parentId === null
              ? { type: 'comment_create', visibility: each.visibility, ...body }
              : { type: 'comment_reply', comment_id: each.parentId, ...body },
          )
        : false;
      if (!sent) {
        void sendByRest(each);
        return;
      }
      // The client id makes a second try harmless, so an unanswered frame is simply posted.
      setTimeout(() => {
        const still = pendingRef.current.find((other) => other.clientId === each.clientId);
        if (still?.failure !== null) return;
        socketRef.current?.check();
        void sendByRest(still);
      }, CONFIRM_WITHIN_MS);
    },
    [sendByRest],
  );

  /** What waits for the line goes out again, under the same ids, so that nothing is said twice. */
  const flush = useCallback(() => {
    for (const each of pendingRef.current.filter((other) => other.failure?.waits)) {
      dispatch({ type: 'retry', clientId: each.clientId });
      send(each);
    }
  }, [send]);
  flushRef.current = flush;

  const isWaiting = pending.some((each) => each.failure?.waits);
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(flush, TRY_AGAIN_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWaiting, flush]);

  const post = useCallback<Conversation['post']>(
    (words) => {
      const each: Pending = {
        ...words,
        clientId: makeClientId(),
        createdAt: new Date().toISOString(),
        failure: null,
      };
      dispatch({ type: 'add', pending: each });
      send(each);
    },
    [send],
  );

  const retry = useCallback(
    (clientId: string) => {
      const each = pendingRef.current.find((other) => other.clientId === clientId);
      if (!each) return;
      dispatch({ type: 'retry', clientId });
      void sendByRest(each);
    },
    [sendByRest],
  );

  const expect = useCallback(
    (words: NewWords, clientId: string) => {
      const known = queryClient.getQueryData<Talk>(commentsKey(ticketNumber));
      if (known?.comments.some((comment) => comment.client_id === clientId)) return;
      const createdAt = new Date().toISOString();
      dispatch({ type: 'add', pending: { ...words, clientId, createdAt, failure: null, isAccepted: true } });
    },
    [queryClient, ticketNumber],
  );
  // However the words came, by socket or by asking again: what is there is no longer on its way.
  const there = useMemo(() => new Set(query.data?.comments.map(({ client_id }) => client_id)), [query.data]);
  useEffect(() => {
    for (const each of pending) if (there.has(each.clientId)) settle(each.clientId);
  }, [there, pending, settle]);
  const isAwaited = pending.some((each) => each.isAccepted);
  useEffect(() => {
    if (!isAwaited) return;
    const timer = setInterval(
      () => void queryClient.invalidateQueries({ queryKey: commentsKey(ticketNumber), exact: true }),
      CONFIRM_WITHIN_MS,
    );
    return () => clearInterval(timer);
  }, [isAwaited, queryClient, ticketNumber]);

  const typingSaidRef = useRef(0);
  const sayTyping = useCallback(() => {
    const now = Date.now();
    if (now - typingSaidRef.current < TYPING_SAID_EVERY_MS) return;
    typingSaidRef.current = now;
    socketRef.current?.send({ type: 'typing' });
  }, []);
  const sayRead = useCallback((seq: number) => socketRef.current?.send({ type: 'read', seq }) ?? false, []);

  const loadEarlier = useCallback(async () => {
    const known = queryClient.getQueryData<Talk>(commentsKey(ticketNumber));
    if (!known?.hasEarlier) return;
    // Pages are counted from the newest comment, which may have come since: they overlap, and leave nothing out.
    const page = Math.floor(known.comments.length / TALK_PAGE_SIZE) + 1;
    const earlier = await fetchTalk(ticketNumber, page);
    queryClient.setQueryData<Talk>(commentsKey(ticketNumber), (now) => now && addEarlier(now, earlier));
  }, [queryClient, ticketNumber]);

  return {
    comments: query.data?.comments,
    hasEarlier: query.data?.hasEarlier ?? false,
    loadEarlier,
    isPending: query.isPending,
    error: query.error,
    refetch: () => void query.refetch(),
    pending: pending.filter((each) => !there.has(each.clientId)), // never beside the comment that it became
    post,
    expect,
    retry,
    discard: (clientId) => {
      const uploads = pendingRef.current.find((each) => each.clientId === clientId)?.uploads ?? [];
      for (const file of uploads) void deleteUpload(file.id).catch(() => {});
      settle(clientId);
    },
    sayTyping,
    sayRead,
    typing: Object.keys(typing).map(Number),
    present,
    state,
    isLost,
  };
}

function failureOf(error: unknown, t: TFunction): Failure {
  const problem = toProblem(error);
  const passes = problem.isOffline || problem.status >= 500 || problem.status === 429;
  const reason = problem.isOffline
    ? t('problem.offline.title')
    : problem.message || t('problem.server.title');
  return { waits: passes, reason };
}

const idsOf = (each: Pending) => each.uploads.map((file) => file.id);
