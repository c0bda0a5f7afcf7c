import { useCallback, useMemo, useSyncExternalStore } from 'react';
import type { UploadedFile } from '@/api/comments';
import type { Visibility } from '@/api/types';
import { useUser } from '@/context/SessionContext';

export interface Draft {
  text: string;
  /** Null: as usual for this person. */
  visibility: Visibility | null;
  /** Who was chosen for each name that the text mentions. */
  picked: Record<string, number>;
  /** Files that the server has and no comment names yet. */
  uploads: UploadedFile[];
}

type Changes = Partial<Draft> | ((known: Draft) => Partial<Draft>);

const EMPTY: Draft = { text: '', visibility: null, picked: {}, uploads: [] };

function parsed(kept: string | null, initial: Draft): Draft {
  if (kept === null) return initial;
  return kept.startsWith('{') ? { ...initial, ...JSON.parse(kept) } : { ...initial, text: kept };
}

/** Other tabs are told by the browser; parts of this page by ourselves. */
function subscribe(onChange: () => void): () => void {
  window.addEventListener('storage', onChange);
  return () => window.removeEventListener('storage', onChange);
}

/**
 * What was being written, per person and place: kept over reloads until it is sent, and shared by all tabs. `start` is
 * what stands there before anything was changed, as when a comment is edited.
 */
export function useDraft(place: string, start?: Partial<Draft>) {
  const { user_id } = useUser();
  const key = `tts.draft.${user_id}.${place}`;
  const startKey = JSON.stringify(start ?? null);
  const initial = useMemo<Draft>(() => ({ ...EMPTY, ...JSON.parse(startKey) }), [startKey]);
  const kept = useSyncExternalStore(subscribe, () => localStorage.getItem(key));
  const draft = useMemo(() => parsed(kept, initial), [kept, initial]);

  const change = useCallback(
    (changes: Changes) => {
      const known = parsed(localStorage.getItem(key), initial);
      const next = { ...known, ...(typeof changes === 'function' ? changes(known) : changes) };
      const isAsAtFirst =
        next.text === initial.text && next.visibility === initial.visibility && next.uploads.length === 0;
      if (isAsAtFirst) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(next));
      window.dispatchEvent(new StorageEvent('storage', { key }));
    },
    [key, initial],
  );
  const forget = useCallback(() => {
    localStorage.removeItem(key);
    window.dispatchEvent(new StorageEvent('storage', { key }));
  }, [key]);
  return { draft, change, forget, isKept: kept !== null };
}
