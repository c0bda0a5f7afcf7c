import { useSyncExternalStore } from 'react';

type Code = typeof import('./Markdown');

let code: Code | null = null;
let loading: Promise<void> | null = null;
const waiting = new Set<() => void>();

/** Fetch the parser; a page that will show comments asks for it first. Where that fails, the next one tries again. */
export function loadMarkdown(): Promise<void> {
  loading ??= import('./Markdown').then(
    (loaded) => {
      code = loaded;
      for (const tell of waiting) tell();
    },
    () => {
      loading = null;
    },
  );
  return loading;
}

function subscribe(onChange: () => void): () => void {
  waiting.add(onChange);
  void loadMarkdown();
  return () => waiting.delete(onChange);
}
const notNeeded = () => () => {};

/** The parser and what shows its result, as soon as it is there: at once, in the first rendering, if it is. */
export function useMarkdown(isNeeded: boolean): Code | null {
  return useSyncExternalStore(isNeeded ? subscribe : notNeeded, () => code);
}
