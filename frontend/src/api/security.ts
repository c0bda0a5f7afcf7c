import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { csvFile } from '@/lib/saveBlob';
import { allPages, getData, http, type Page } from './client';
import type { Auth } from './types';

/** Service keys, security events, and whether the copies of roles agree. */

export const KEY_SCOPES = ['notifications', 'ams', 'bms', 'tickets', 'employees', 'scim'] as const;
export type KeyScope = Auth<'ScopesEnum'>;

export type ApiKey = Auth<'ApiKeyOut'>;

export type NewApiKey = Auth<'NewApiKeyOut'>;

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
  'passkey_added',
  'passkey_renamed',
  'passkey_removed',
  'passkey_count_went_back',
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
  'provider_changed',
  'identity_linked',
  'password_sign_in_changed',
  'retention_changed',
  'retention_ran',
  'person_erased',
] as const;
export type EventKind = Auth<'KindEnum'>;

export type SecurityEvent = Auth<'SecurityEventOut'>;

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
  return csvFile(answer.data);
}

export type Drift = Auth<'DriftOut'>;

export const driftQuery = () =>
  queryOptions({
    queryKey: securityKeys.drift,
    queryFn: ({ signal }) => getData<Drift>('/auth/api/v1/tts/drift/', { signal }),
    staleTime: 0,
  });

export type Snapshot = Auth<'SnapshotOut'>;

export async function sendSnapshot(): Promise<Snapshot> {
  return (await http.post('/auth/api/v1/tts/sync/')).data;
}
