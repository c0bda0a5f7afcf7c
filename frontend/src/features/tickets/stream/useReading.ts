import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** What the bar at the foot of the window covers, in pixels. */
const FOOT_PX = 120;

export interface Reading {
  /** Stands at the end of the stream. */
  endRef: RefObject<HTMLDivElement | null>;
  /** Stands before what is unread. */
  unreadRef: RefObject<HTMLDivElement | null>;
  isAtEnd: boolean;
  jump: () => void;
}

/**
 * Where in a stream one reads: it opens at what is unread if that is out of sight, otherwise at the top; who is at
 * the end stays there when something comes. `last` names the newest thing (empty if there is
 * none); `isOwn` says that it is being sent from
 * here, which is always shown.
 */
export function useReading({
  isReady,
  last,
  isOwn,
}: {
  isReady: boolean;
  last: string;
  isOwn: boolean;
}): Reading {
  const endRef = useRef<HTMLDivElement>(null);
  const unreadRef = useRef<HTMLDivElement>(null);
  const [isAtEnd, setAtEnd] = useState(true);

  const jump = useCallback(() => {
    endRef.current?.scrollIntoView({ block: 'end' });
  }, []);

  useLayoutEffect(() => {
    // In a block: browsers return a promise, which is no way to clean up.
    window.scrollTo(0, 0);
  }, []);

  const isOpenedRef = useRef(false);
  useLayoutEffect(() => {
    if (!isReady || isOpenedRef.current) return;
    isOpenedRef.current = true;
    const mark = unreadRef.current;
    if (mark && mark.getBoundingClientRect().bottom > window.innerHeight - FOOT_PX) {
      mark.scrollIntoView({ block: 'start' });
    }
  }, [isReady]);

  useEffect(() => {
    const end = endRef.current;
    if (!end || !('IntersectionObserver' in window)) return;
    const observer = new IntersectionObserver(([entry]) => entry && setAtEnd(entry.isIntersecting), {
      // Above the end nothing counts: who has scrolled past it has seen it.
      rootMargin: `100000px 0px -${FOOT_PX - 40}px 0px`,
    });
    observer.observe(end);
    return () => observer.disconnect();
  }, []);

  const lastRef = useRef<string | null>(null);
  const isAtEndRef = useRef(isAtEnd);
  useEffect(() => {
    if (!isReady) return;
    const isNew = lastRef.current !== null && lastRef.current !== last;
    lastRef.current = last;
    if (isNew && (isOwn || isAtEndRef.current)) jump();
  }, [isReady, last, isOwn, jump]);
  useEffect(() => {
    isAtEndRef.current = isAtEnd;
  }, [isAtEnd]);

  return { endRef, unreadRef, isAtEnd, jump };
}
