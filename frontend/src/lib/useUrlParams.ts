import { useCallback, useEffect } from 'react';
import { type NavigateOptions, useLocation, useSearchParams } from 'react-router-dom';

type Update = URLSearchParams | ((before: URLSearchParams) => URLSearchParams);

/** What was asked for since the page was last drawn, and for which place in the history. */
let asked: { from: string; params: URLSearchParams } | null = null;

/**
 * The parameters of the address, and a setter whose updates add up: like React's own state, and unlike
 * `useSearchParams`, whose function is given what was drawn last. A slow page between two changes of a
 * filter would lose the first.
 */
export function useUrlParams(): [URLSearchParams, (update: Update, options?: NavigateOptions) => void] {
  const [search, setSearch] = useSearchParams();
  const { key } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: forgotten as soon as the page stands elsewhere
  useEffect(() => {
    asked = null;
  }, [key]);
  const change = useCallback(
    (update: Update, options?: NavigateOptions) => {
      const before = asked?.from === key ? asked.params : search;
      const params = typeof update === 'function' ? update(before) : update;
      asked = { from: key, params };
      setSearch(params, options);
    },
    [search, setSearch, key],
  );
  return [search, change];
}
