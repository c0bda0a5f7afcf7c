import { type ReactNode, Suspense, useRef, useState } from 'react';
import { lazyPart } from '@/lib/loadCode';
import { useUnsaved } from '@/lib/unsaved';

const LeaveDialog = lazyPart(() => import('./LeaveDialog'), 'LeaveDialog');

interface Guard {
  /** For the dialog: something was typed in it. */
  onInput: () => void;
  /** Call when what was typed is sent. */
  onSent: () => void;
  /** For Escape and a click beside the dialog: they ask first where something was typed. */
  onClose: () => void;
  /** The question, to be put beside the dialog's content. */
  question: ReactNode;
}

/** For dialogs with fields: neither Escape, nor a click beside them, nor the browser's back loses what was typed. */
export function useTypedGuard(onClose: () => void, isRefused: boolean): Guard {
  const typed = useRef(false);
  const sent = useRef(false);
  const [isAsking, setAsking] = useState(false);
  const isDirty = () => typed.current && (!sent.current || isRefused);
  useUnsaved(isDirty);
  return {
    onInput: () => {
      typed.current = true;
      sent.current = false;
    },
    onSent: () => {
      sent.current = true;
    },
    onClose: () => (isDirty() ? setAsking(true) : onClose()),
    question: isAsking && (
      <Suspense fallback={null}>
        <LeaveDialog onStay={() => setAsking(false)} onLeave={onClose} />
      </Suspense>
    ),
  };
}
