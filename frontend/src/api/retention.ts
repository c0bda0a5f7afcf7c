import { queryOptions } from '@tanstack/react-query';
import { getData, http } from './client';
import type { Workflow } from './types';

/** For how long each service keeps what it holds. All answer in the same form. */
export type RetentionKind = Workflow<'RetentionKindOut'>;
export type RetentionDetail = Workflow<'RetentionKindDetailOut'>;
export type RetentionRun = Workflow<'RetentionRunOut'>;

const URLS = {
  workflow: '/workflow/retention/',
  messaging: '/messaging/retention/',
  ticket: '/ticket/retention/',
  auth: '/auth/api/v1/retention/',
  notification: '/notification/api/v1/retention/',
};
export type RetentionService = keyof typeof URLS;
export const RETENTION_SERVICES = Object.keys(URLS) as RetentionService[];

export const retentionKey = ['retention'] as const;

export const retentionQuery = (service: RetentionService) =>
  queryOptions({
    queryKey: [...retentionKey, service],
    queryFn: ({ signal }) => getData<RetentionKind[]>(URLS[service], { signal }),
    staleTime: 0,
  });

/** One kind with its newest runs and changes; what is due is said for `days`. */
export const retentionKindQuery = (service: RetentionService, kind: string, days?: number) =>
  queryOptions({
    queryKey: [...retentionKey, service, kind, days ?? null],
    queryFn: ({ signal }) =>
      getData<RetentionDetail>(`${URLS[service]}${kind}/`, { params: { days }, signal }),
    staleTime: 0,
  });

export async function changeRetention(
  service: RetentionService,
  kind: string,
  rule: { days: number | null; version: number },
): Promise<RetentionDetail> {
  return (await http.put(`${URLS[service]}${kind}/`, rule)).data;
}

export async function runRetention(service: RetentionService, kind: string): Promise<RetentionRun> {
  return (await http.post(`${URLS[service]}${kind}/run/`)).data;
}
