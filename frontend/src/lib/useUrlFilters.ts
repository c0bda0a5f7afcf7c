import { useCallback } from 'react';
import { useUrlParams } from './useUrlParams';

/** Filters of a list kept in the address. Any change but of the page starts at the first page again. */
export function useUrlFilters() {
  const [search, setSearch] = useUrlParams();
  const change = useCallback(
    (changes: Record<string, string | string[] | number | null>) =>
      setSearch(
        (current) => {
          const next = new URLSearchParams(current);
          if (!('page' in changes)) next.delete('page');
          for (const [name, value] of Object.entries(changes)) {
            const text = Array.isArray(value) ? value.join(',') : String(value ?? '');
            if (text === '' || (name === 'page' && text === '1')) next.delete(name);
            else next.set(name, text);
          }
          return next;
        },
        { replace: !('page' in changes) },
      ),
    [setSearch],
  );
  /** These and nothing else. */
  const only = useCallback(
    (values: Record<string, string | null>) =>
      setSearch(
        new URLSearchParams(Object.entries(values).filter((pair): pair is [string, string] => !!pair[1])),
      ),
    [setSearch],
  );
  return {
    only,
    text: (name: string) => search.get(name) ?? '',
    list: (name: string) => search.get(name)?.split(',').filter(Boolean) ?? [],
    page: Math.max(1, Number(search.get('page')) || 1),
    change,
  };
}
