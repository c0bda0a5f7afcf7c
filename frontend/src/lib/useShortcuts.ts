import { useEffect } from 'react';
import type { Command } from './commands';
import { keyOf } from './keyOf';
import { getSetting } from './settings';

const SEQUENCE_MS = 900;

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      ['TEXTAREA', 'SELECT'].includes(target.tagName) ||
      (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)))
  );
}

/** Bind every command that names its keys. Single-key shortcuts can be switched off in the profile. */
export function useShortcuts(commands: Command[]): void {
  useEffect(() => {
    let pending = '';
    let pendingSince = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return;
      const key = keyOf(event);
      if (isTyping(event.target) || key.length !== 1 || getSetting('shortcuts') === 'off') return;
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      const sequence = Date.now() - pendingSince < SEQUENCE_MS && pending ? `${pending} ${key}` : key;
      const command =
        commands.find((each) => each.keys === sequence) ?? commands.find((each) => each.keys === key);
      pending = '';
      if (command) {
        event.preventDefault();
        command.run();
      } else if (commands.some((each) => each.keys?.startsWith(`${key} `))) {
        pending = key;
        pendingSince = Date.now();
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [commands]);
}
