import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  type DraftGraphDocument,
  definitionKeys,
  fetchDraftGraph,
  lastEditor,
  saveGraph,
} from '@/api/definitions';
import { type Problem, toProblem } from '@/api/problem';
import type { Person } from '@/api/types';
import { workflowKeys } from '@/api/workflows';
import { useUnsaved } from '@/lib/unsaved';
import { type History, record, redo, startHistory, undo } from './history';
import { type Draft, fromDocument, type Ids, idsAfter, keyOf, type Selection, toInput } from './model';

const SETTLE_MS = 800;
/** How long after a save that the network or the server broke off the next is tried. */
const RETRY_MS = 10_000;

export type SaveState = 'saved' | 'waiting' | 'saving' | 'failed' | 'conflict';

export interface DraftConflict {
  editVersion: number;
  by: Person | null;
}

/**
 * The working copy of one workflow's draft: it is changed at once, saved when editing settles, and never saved over
 * what somebody else stored meanwhile.
 */
export function useDraft(workflowId: string, loaded: DraftGraphDocument) {
  const queryClient = useQueryClient();
  const [initial] = useState(() => fromDocument(loaded));
  const [history, setHistory] = useState<History>(() => startHistory(initial.draft));
  const [saveState, setSaveState] = useState<SaveState>('saved');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [conflict, setConflict] = useState<DraftConflict | null>(null);
  const [editVersion, setEditVersion] = useState(loaded.edit_version);
  const [ids, setIds] = useState<Ids>(initial.ids);

  // What a save in flight needs is read when it starts, not when it was planned.
  const latest = useRef({ draft: initial.draft, ids: initial.ids, editVersion: loaded.edit_version });
  const stored = useRef<Draft>(initial.draft);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const saving = useRef<Promise<boolean> | null>(null);
  const isStuck = useRef(false);

  const acceptVersion = useCallback((version: number) => {
    latest.current.editVersion = version;
    setEditVersion(version);
  }, []);

  const save = useCallback(async (): Promise<boolean> => {
    clearTimeout(timer.current);
    if (isStuck.current) return false;
    if (saving.current) {
      if (!(await saving.current)) return false;
      return save();
    }
    const { draft } = latest.current;
    if (draft === stored.current) {
      setSaveState('saved');
      return true;
    }
    const run = async () => {
      setSaveState('saving');
      try {
        const saved = await saveGraph(
          workflowId,
          toInput(draft, latest.current.ids, latest.current.editVersion),
        );
        latest.current.ids = idsAfter(latest.current.ids, saved);
        setIds(latest.current.ids);
        acceptVersion(saved.edit_version);
        stored.current = draft;
        setProblem(null);
        setSaveState(latest.current.draft === draft ? 'saved' : 'waiting');
        queryClient.setQueryData(definitionKeys.draft(workflowId), saved);
        void queryClient.invalidateQueries({ queryKey: definitionKeys.workflow(workflowId) });
        return true;
      } catch (error) {
        const refused = toProblem(error);
        setProblem(refused);
        if (refused.isConflict && refused.code === 'stale_edit_version') {
          isStuck.current = true;
          setSaveState('conflict');
          const told = (refused.body as { edit_version?: number } | undefined)?.edit_version;
          const by = await lastEditor(workflowId).catch(() => null);
          setConflict({ editVersion: told ?? latest.current.editVersion, by });
        } else setSaveState('failed');
        return false;
      } finally {
        saving.current = null;
      }
    };
    saving.current = run();
    return saving.current;
  }, [acceptVersion, queryClient, workflowId]);

  const settle = useCallback(
    (next: History) => {
      latest.current.draft = next.present;
      setHistory(next);
      if (isStuck.current) return;
      setSaveState((state) => (state === 'saving' ? state : 'waiting'));
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), SETTLE_MS);
    },
    [save],
  );
  useEffect(() => () => clearTimeout(timer.current), []);

  // The newest history, for handlers that run before React has rendered the last change.
  const current = useRef(history);
  current.current = history;

  const change = useCallback(
    (edit: (draft: Draft) => Draft, tag: string | null = null) => {
      const next = record(current.current, edit(current.current.present), tag);
      if (next === current.current) return;
      current.current = next;
      settle(next);
    },
    [settle],
  );
  const step = useCallback(
    (move: (history: History) => History) => {
      const next = move(current.current);
      if (next === current.current) return;
      current.current = next;
      settle(next);
    },
    [settle],
  );

  const restart = useCallback((document: DraftGraphDocument) => {
    const fresh = fromDocument(document);
    clearTimeout(timer.current);
    isStuck.current = false;
    latest.current = { draft: fresh.draft, ids: fresh.ids, editVersion: document.edit_version };
    stored.current = fresh.draft;
    setIds(fresh.ids);
    setEditVersion(document.edit_version);
    current.current = startHistory(fresh.draft);
    setHistory(current.current);
    setConflict(null);
    setProblem(null);
    setSaveState('saved');
  }, []);

  // Somebody else saved while nothing was changed here: their draft is simply shown.
  useEffect(() => {
    const isClean = latest.current.draft === stored.current && !saving.current && !isStuck.current;
    if (isClean && loaded.edit_version > latest.current.editVersion) restart(loaded);
  }, [loaded, restart]);

  /** Take what the other person saved; what was changed here is given up. */
  const takeTheirs = useCallback(async () => {
    const document = await fetchDraftGraph(workflowId);
    queryClient.setQueryData(definitionKeys.draft(workflowId), document);
    restart(document);
    await queryClient.invalidateQueries({ queryKey: workflowKeys.all });
  }, [queryClient, restart, workflowId]);

  /** Store this draft over theirs, having been told. */
  const keepMine = useCallback(async () => {
    const theirs = await fetchDraftGraph(workflowId);
    const steps = new Set(theirs.steps.map((each) => each.id));
    const edges = new Set(theirs.transitions.map((each) => each.id));
    // What they deleted is made anew.
    latest.current.ids = Object.fromEntries(
      Object.entries(latest.current.ids).filter(([key, id]) => (key.startsWith('s') ? steps : edges).has(id)),
    );
    acceptVersion(theirs.edit_version);
    isStuck.current = false;
    setConflict(null);
    return save();
  }, [acceptVersion, save, workflowId]);

  const isUnsaved = saveState !== 'saved';
  useUnsaved(isUnsaved, { save, survivesTabs: true });

  // What was refused waits for an edit; what only did not arrive goes out by itself.
  const isInterrupted =
    saveState === 'failed' && problem !== null && (problem.isOffline || problem.status >= 500);
  useEffect(() => {
    if (!isInterrupted) return;
    const again = () => void save();
    const interval = setInterval(again, RETRY_MS);
    window.addEventListener('online', again);
    return () => {
      clearInterval(interval);
      window.removeEventListener('online', again);
    };
  }, [isInterrupted, save]);

  const place = useCallback(
    (kind: 'step' | 'edge', id: number): Selection => {
      const key = keyOf(ids, kind, id);
      return key ? { kind, key } : null;
    },
    [ids],
  );

  return useMemo(
    () => ({
      draft: history.present,
      canUndo: history.past.length > 0,
      canRedo: history.future.length > 0,
      undo: () => step(undo),
      redo: () => step(redo),
      change,
      save,
      saveState,
      problem,
      conflict,
      takeTheirs,
      keepMine,
      editVersion,
      latestVersion: () => latest.current.editVersion,
      acceptVersion,
      isUnsaved,
      place,
    }),
    [
      acceptVersion,
      change,
      conflict,
      editVersion,
      history,
      isUnsaved,
      keepMine,
      place,
      problem,
      save,
      saveState,
      step,
      takeTheirs,
    ],
  );
}

export type DraftControl = ReturnType<typeof useDraft>;
