import { useInfiniteQuery } from '@tanstack/react-query';
import { foundQuery, type Option, type Source } from '@/api/choices';
import { useSettled } from '@/lib/useSettled';

interface Choices {
  options: Option[];
  /** How many the server knows for this search. */
  count: number;
  isSearching: boolean;
  error: unknown;
  hasMore: boolean;
  /** Read the next page, if there is one and none is on its way. */
  more: () => void;
}

/** What the server finds for a text. Between a key stroke and its answer nothing is offered: it would be of before. */
export function useChoices(source: Source, text: string, isOpen: boolean): Choices {
  const search = text.trim();
  const settled = useSettled(search);
  const found = useInfiniteQuery({ ...foundQuery(source, settled), enabled: isOpen });
  const isCurrent = settled === search;
  return {
    options: isCurrent ? (found.data?.pages.flatMap((page) => page.results) ?? []) : [],
    count: isCurrent ? (found.data?.pages[0]?.count ?? 0) : 0,
    isSearching: !isCurrent || found.isPending,
    error: found.error,
    hasMore: isCurrent && found.hasNextPage,
    more: () => {
      if (found.hasNextPage && !found.isFetchingNextPage) void found.fetchNextPage();
    },
  };
}
