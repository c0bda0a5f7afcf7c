import { useCallback, useEffect, useState } from 'react';
import type { Visibility } from '@/api/types';
import { useUser } from '@/context/SessionContext';

export interface Draft {
  text: string;
  /** Null: as usual for this person. */
  visibility: Visibility | null;
  /** Who was chosen for each name that the text mentions. */
  picked: Record<string, number>;
}

const EMPTY: Draft = { text: '', visibility: null, picked: {} };

function read(key: string): Draft {
  const kept = localStorage.getItem(key);
  return kept?.startsWith('{') ? { ...EMPTY, ...JSON.parse(kept) } : { ...EMPTY, text: kept ?? '' };
}

/** What was being written, per person and place: kept over reloads until it is sent, and shared by all tabs. */
export function useDraft(place: string): [Draft, (changes: Partial<Draft>) => void] {
  const { user_id } = useUser();
  const key = `tts.draft.${user_id}.${place}`;
  const [draft, setDraft] = useState(() => read(key));

  useEffect(() => {
    setDraft(read(key));
    const onStorage = (event: StorageEvent) => event.key === key && setDraft(read(key));
    window.addEventListener('storage', onStorage);
    return () => window.removeEventListener('storage', onStorage);
  }, [key]);

  const change = useCallback(
    (changes: Partial<Draft>) => {
      const next = { ...read(key), ...changes };
      setDraft(next);
      if (next.text || next.visibility) localStorage.setItem(key, JSON.stringify(next));
      else localStorage.removeItem(key);
    },
    [key],
  );
  return [draft, change];
}
