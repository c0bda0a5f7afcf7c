import { useSyncExternalStore } from 'react';

/** Small preferences of this browser. Nothing secret is ever kept here. */
const DEFAULTS = {
  shortcuts: 'on',
  sidebar: 'wide',
  timeZone: '',
  /** Chosen in this browser, and in the profile of who signed in here last. Empty: the browser's own. */
  language: '',
  accountLanguage: '',
  columns: 'step,status,assignee',
  diagram: 'hidden',
} as const;
type Name = keyof typeof DEFAULTS;

const listeners = new Set<() => void>();

export function getSetting(name: Name): string {
  return localStorage.getItem(`tts.${name}`) ?? DEFAULTS[name];
}

export function setSetting(name: Name, value: string): void {
  localStorage.setItem(`tts.${name}`, value);
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSetting(name: Name): [string, (value: string) => void] {
  const value = useSyncExternalStore(subscribe, () => getSetting(name));
  return [value, (next) => setSetting(name, next)];
}
