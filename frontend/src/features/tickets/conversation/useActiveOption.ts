import { type KeyboardEvent, useState } from 'react';

interface List<T> {
  isOpen: boolean;
  found: T[];
  onChoose: (option: T) => void;
  onClose: () => void;
}

/** The keys of a list below a text that keeps the focus: arrows walk, Enter and Tab choose, Escape closes. */
export function useActiveOption<T>({ isOpen, found, onChoose, onClose }: List<T>) {
  const [active, setActive] = useState(0);
  const current = Math.min(active, Math.max(0, found.length - 1));
  const chosen = found[current];

  /** True when the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!isOpen) return false;
    if (event.key === 'Escape') onClose();
    else if (!chosen) return false;
    else if (event.key === 'ArrowDown') setActive((current + 1) % found.length);
    else if (event.key === 'ArrowUp') setActive((current + found.length - 1) % found.length);
    else if ((event.key === 'Enter' && !event.ctrlKey && !event.metaKey) || event.key === 'Tab')
      onChoose(chosen);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return { current, chosen, onKeyDown, restart: () => setActive(0) };
}
