import { queryOptions } from '@tanstack/react-query';
import axios from 'axios';

export const SERVICES = ['auth', 'workflow', 'messaging', 'notification', 'ticket'] as const;
export type ServiceName = (typeof SERVICES)[number];

export interface Health {
  status: 'ok' | 'failed';
  checks: Record<string, { status: 'ok' | 'failed'; ms: number; error?: string }>;
}

export const healthKey = ['health'] as const;

/** A service in trouble answers 503 with its checks; that is an answer, not an error. */
export const healthQuery = (service: ServiceName) =>
  queryOptions({
    queryKey: [...healthKey, service],
    queryFn: async ({ signal }) => {
      const answer = await axios.get<Health>(`/api/${service}/health/`, {
        signal,
        timeout: 10_000,
        validateStatus: (status) => status === 200 || status === 503,
      });
      if (!answer.data?.checks) throw new Error('unreachable');
      return answer.data;
    },
    retry: false,
    staleTime: 0,
    refetchInterval: 15_000,
  });
