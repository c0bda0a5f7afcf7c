import { QueryClient } from '@tanstack/react-query';
import { toProblem } from './problem';

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      // An act without a network is refused at once; it never runs unannounced later.
      mutations: { networkMode: 'always' },
      queries: {
        staleTime: 15_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        // A refusal will not change by asking again; a lost connection may.
        retry: (failures, error) => {
          const { status } = toProblem(error);
          return failures < 2 && (status === 0 || status >= 500);
        },
      },
    },
  });
}
