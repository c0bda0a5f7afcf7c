import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { allPages, http, type Page } from './client';

/** Service keys, security events, and whether the copies of roles agree. */

export const KEY_SCOPES = ['notifications', 'ams', 'bms', 'tickets', 'employees'] as const;
export type KeyScope = (typeof KEY_SCOPES)[number];

export interface ApiKey {
  id: number;
  name: string;
  scopes: KeyScope[];
  prefix: string;
  is_live: boolean;
  created_at: string;
  created_by_id: number | null;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
}

export interface NewApiKey extends ApiKey {
  key: string;
}

export const securityKeys = {
  apiKeys: ['security', 'api-keys'] as const,
  events: ['security', 'events'] as const,
  drift: ['security', 'drift'] as const,
};

const KEYS = '/auth/api/v1/api-keys/';

export const apiKeysQuery = () =>
  queryOptions({
    queryKey: securityKeys.apiKeys,
    queryFn: ({ signal }) => allPages<ApiKey>(KEYS, {}, signal),
  });

export async function createApiKey(input: {
  name: string;
  scopes: KeyScope[];
  expires_at?: string;
}): Promise<NewApiKey> {
  return (await http.post(KEYS, input)).data;
}

export async function rotateApiKey(keyId: number, overlapHours: number): Promise<NewApiKey> {
  return (await http.post(`${KEYS}${keyId}/rotate/`, { overlap_hours: overlapHours })).data;
}

export async function revokeApiKey(keyId: number): Promise<ApiKey> {
  return (await http.post(`${KEYS}${keyId}/revoke/`)).data;
}

export const EVENT_KINDS = [
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'otp_sent',
  'otp_failed',
  'otp_changed',
  'account_locked',
  'account_unlocked',
  'session_revoked',
  'sessions_revoked',
  'refresh_reused',
  'password_changed',
  'password_reset_requested',
  'password_reset',
  'user_created',
  'user_changed',
  'user_activated',
  'user_deactivated',
  'user_deleted',
  'user_invited',
  'invitation_accepted',
  'users_imported',
  'role_created',
  'role_changed',
  'role_deleted',
  'role_assigned',
  'role_removed',
  'api_key_created',
  'api_key_revoked',
  'employee_approved',
  'employee_rejected',
  'events_exported',
  'snapshot_sent',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export interface SecurityEvent {
  id: number;
  occurred_at: string;
  kind: EventKind;
  actor_id: number | null;
  user_id: number | null;
  address: string | null;
  device: string;
  request_id: string;
  details: Record<string, unknown>;
}

export interface EventParams {
  kind?: string[];
  user_id?: string;
  address?: string;
  search?: string;
  occurred_after?: string;
  occurred_before?: string;
  page?: number;
}

export const EVENT_PAGE_SIZE = 50;
const EVENTS = '/auth/api/v1/security-events/';

/** The kind may be given several times: once per kind. */
function eventSearch(params: EventParams): URLSearchParams {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each) search.append(name, String(each));
    }
  }
  return search;
}

export const securityEventsQuery = (params: EventParams) =>
  queryOptions({
    queryKey: [...securityKeys.events, params],
    queryFn: async ({ signal }) => {
      const search = eventSearch(params);
      search.set('page_size', String(EVENT_PAGE_SIZE));
      return (await http.get<Page<SecurityEvent>>(EVENTS, { params: search, signal })).data;
    },
    placeholderData: keepPreviousData,
  });

export async function exportSecurityEvents(params: EventParams): Promise<Blob> {
  const { page: _page, ...filters } = params;
  const answer = await http.get<string>(`${EVENTS}export/`, {
    params: eventSearch(filters),
    responseType: 'text',
    timeout: 120_000,
  });
  return new Blob([answer.data], { type: 'text/csv' });
}

interface Difference {
  missing: Record<string, unknown>[];
  extra: Record<string, unknown>[];
  outdated: Record<string, unknown>[];
}

export interface Drift {
  consumer: string;
  checked_at: string;
  is_in_sync: boolean;
  messages_waiting: number;
  roles: Difference;
  members: Difference;
}

export const driftQuery = () =>
  queryOptions({
    queryKey: securityKeys.drift,
    queryFn: async ({ signal }) => (await http.get<Drift>('/auth/api/v1/tts/drift/', { signal })).data,
    staleTime: 0,
  });

export interface Snapshot {
  snapshot_id: string;
  taken_at: string;
  roles: number;
  members: number;
}

export async function sendSnapshot(): Promise<Snapshot> {
  return (await http.post('/auth/api/v1/tts/sync/')).data;
}
