import { useEffect, useSyncExternalStore } from 'react';

export interface Command {
  id: string;
  group: 'go' | 'ticket' | 'app';
  label: string;
  /** Keys as typed, such as `g i`; shown beside the command and bound by the shell. */
  keys?: string;
  run: () => void;
}

let commands: Command[] = [];
const listeners = new Set<() => void>();

function publish(next: Command[]): void {
  commands = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useCommands(): Command[] {
  return useSyncExternalStore(subscribe, () => commands);
}

/** Offer commands while the calling component is mounted. The list must be memoised by the caller. */
export function useOfferCommands(offered: Command[]): void {
  useEffect(() => {
    publish([...commands, ...offered]);
    return () => publish(commands.filter((command) => !offered.includes(command)));
  }, [offered]);
}
