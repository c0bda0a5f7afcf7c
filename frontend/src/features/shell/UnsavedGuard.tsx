import { Suspense, useEffect, useRef, useState } from 'react';
import { type Location, useBlocker } from 'react-router-dom';
import { lazyPart } from '@/lib/loadCode';
import { unsavedForms } from '@/lib/unsaved';

const LeaveDialog = lazyPart(() => import('@/components/ui/LeaveDialog'), 'LeaveDialog');

const tabOf = (location: Location) => new URLSearchParams(location.search).get('tab');

/** The one place that holds navigation up: forms that can store themselves do, for the others people are asked. */
export function UnsavedGuard() {
  const isOnlyTab = useRef(false);
  const blocker = useBlocker(({ currentLocation: from, nextLocation: to }) => {
    isOnlyTab.current = from.pathname === to.pathname;
    if (isOnlyTab.current && tabOf(from) === tabOf(to)) return false;
    return unsavedForms(isOnlyTab.current).length > 0;
  });
  const [asked, setAsked] = useState<'unsaved' | 'failed' | null>(null);
  useEffect(() => {
    if (blocker.state !== 'blocked') {
      setAsked(null);
      return;
    }
    const held = unsavedForms(isOnlyTab.current);
    if (held.some((form) => !form.save)) {
      setAsked('unsaved');
      return;
    }
    void Promise.all(held.map((form) => form.save?.())).then((saved) => {
      if (saved.every(Boolean)) blocker.proceed();
      else setAsked('failed');
    });
  }, [blocker]);
  if (blocker.state !== 'blocked' || asked === null) return null;
  return (
    <Suspense fallback={null}>
      <LeaveDialog
        isFailed={asked === 'failed'}
        onStay={() => blocker.reset()}
        onLeave={() => blocker.proceed()}
      />
    </Suspense>
  );
}
