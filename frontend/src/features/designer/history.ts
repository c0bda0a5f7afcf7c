import type { Draft } from './model';

/** What was, what is, and what was undone. Edits of one field in a row count as one. */
export interface History {
  past: Draft[];
  present: Draft;
  future: Draft[];
  lastTag: string | null;
}

const MOST_KEPT = 200;

export function startHistory(present: Draft): History {
  return { past: [], present, future: [], lastTag: null };
}

export function record(history: History, next: Draft, tag: string | null): History {
  if (next === history.present) return history;
  const continues = tag !== null && tag === history.lastTag;
  const past = continues ? history.past : [...history.past, history.present].slice(-MOST_KEPT);
  return { past, present: next, future: [], lastTag: tag };
}

export function undo(history: History): History {
  const previous = history.past.at(-1);
  if (!previous) return history;
  return {
    past: history.past.slice(0, -1),
    present: previous,
    future: [history.present, ...history.future],
    lastTag: null,
  };
}

export function redo(history: History): History {
  const [next, ...future] = history.future;
  if (!next) return history;
  return { past: [...history.past, history.present], present: next, future, lastTag: null };
}
