import { useCallback, useEffect, useState } from 'react';
import { useUser } from '@/context/SessionContext';

/** What was being written, per person and place, kept over reloads until it is sent. */
export function useDraft(place: string): [string, (text: string) => void] {
  const { user_id } = useUser();
  const key = `tts.draft.${user_id}.${place}`;
  const [text, setText] = useState(() => localStorage.getItem(key) ?? '');

  useEffect(() => setText(localStorage.getItem(key) ?? ''), [key]);

  const change = useCallback(
    (next: string) => {
      setText(next);
      if (next) localStorage.setItem(key, next);
      else localStorage.removeItem(key);
    },
    [key],
  );
  return [text, change];
}
