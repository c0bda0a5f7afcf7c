import { useEffect, useRef } from 'react';

/** Every form on the screen that holds what is not stored yet. What leads away from it asks here. */

interface Form {
  isDirty: () => boolean;
  /** Stores what was typed; false where that failed. Without it people are asked. */
  save?: () => Promise<boolean>;
  /** The form keeps what was typed while another tab of its page is shown. */
  survivesTabs?: boolean;
}

const forms = new Set<{ current: Form }>();

/** The forms that would lose something: when the page is left, or only another of its tabs is shown. */
export function unsavedForms(isOnlyTab: boolean): Form[] {
  return [...forms]
    .map(({ current }) => current)
    .filter((form) => form.isDirty() && !(isOnlyTab && form.survivesTabs));
}

/** Keeps people from losing what they typed: by a link, another tab, the browser's back, or closing the window. */
export function useUnsaved(isDirty: boolean | (() => boolean), options: Omit<Form, 'isDirty'> = {}): void {
  const form = useRef<Form>({ isDirty: () => false });
  form.current = { ...options, isDirty: typeof isDirty === 'function' ? isDirty : () => isDirty };
  useEffect(() => {
    forms.add(form);
    const warn = (event: BeforeUnloadEvent) => {
      if (form.current.isDirty()) event.preventDefault();
    };
    window.addEventListener('beforeunload', warn);
    return () => {
      forms.delete(form);
      window.removeEventListener('beforeunload', warn);
    };
  }, []);
}
