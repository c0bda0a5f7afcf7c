import { useEffect, useState } from 'react';

const SETTLE_MS = 250;

/** The value once it has stopped changing: what is typed is asked for when typing pauses. */
export function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
