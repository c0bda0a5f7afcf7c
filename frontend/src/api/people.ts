import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Profile, Session } from './account';
import { allPages, getData, http, type Page } from './client';
import { toProblem } from './problem';
import type { TaskRow } from './tasks';
import type { Auth, AuthInput, Workflow, WorkflowInput } from './types';

/** People as administrators manage them: auth keeps the accounts, the workflow service who takes work. */

const ROOT = '/auth/api/v1/users/';

export interface PeopleParams {
  search?: string;
  system?: string;
  role?: string;
  is_active?: string;
  is_locked?: string;
  otp_method?: string;
  ordering?: string;
  page?: number;
}

export const PEOPLE_PAGE_SIZE = 25;

export const peopleKeys = {
  all: ['people'] as const,
  list: ['people', 'list'] as const,
  one: (userId: number) => ['people', 'one', userId] as const,
  sessions: (userId: number) => ['people', 'sessions', userId] as const,
  workers: ['people', 'workers'] as const,
  openWork: (userId: number) => ['people', 'open-work', userId] as const,
  invitations: ['people', 'invitations'] as const,
};

export const peopleQuery = (params: PeopleParams) =>
  queryOptions({
    queryKey: [...peopleKeys.list, params],
    queryFn: async ({ signal }) => {
      const given = Object.fromEntries(Object.entries(params).filter(([, value]) => value));
      return (
        await http.get<Page<Profile>>(ROOT, { params: { ...given, page_size: PEOPLE_PAGE_SIZE }, signal })
      ).data;
    },
    placeholderData: keepPreviousData,
  });

export const personQuery = (userId: number) =>
  queryOptions({
    queryKey: peopleKeys.one(userId),
    queryFn: ({ signal }) => getData<Profile>(`${ROOT}${userId}/`, { signal }),
  });

export type RoleGiven = AuthInput<'RoleGivenRequest'>;

export type NewPerson = AuthInput<'InvitationInRequest'>;

export async function createPerson(input: NewPerson & { password: string }): Promise<Profile> {
  return (await http.post(ROOT, input)).data;
}

export type Invitation = Auth<'InvitationOut'>;

const INVITATIONS = '/auth/api/v1/invitations/';

export async function invitePerson(input: NewPerson): Promise<Invitation> {
  return (await http.post(INVITATIONS, input)).data;
}

export const invitationsQuery = () =>
  queryOptions({
    queryKey: peopleKeys.invitations,
    queryFn: ({ signal }) => allPages<Invitation>(INVITATIONS, {}, signal),
  });

export async function withdrawInvitation(invitationId: number): Promise<void> {
  await http.delete(`${INVITATIONS}${invitationId}/`);
}

export type PersonChanges = AuthInput<'PatchedUserInRequest'>;

export async function changePerson(userId: number, changes: PersonChanges): Promise<Profile> {
  return (await http.patch(`${ROOT}${userId}/`, changes)).data;
}

export type PersonAction = 'activate' | 'deactivate' | 'unlock' | 'reset-otp';

export async function actOnPerson(userId: number, action: PersonAction): Promise<Profile> {
  return (await http.post(`${ROOT}${userId}/${action}/`)).data;
}

export async function sendResetLink(userId: number, expire: boolean): Promise<void> {
  await http.post(`${ROOT}${userId}/reset-password/`, { expire });
}

export const personSessionsQuery = (userId: number) =>
  queryOptions({
    queryKey: peopleKeys.sessions(userId),
    queryFn: ({ signal }) => allPages<Session>(`${ROOT}${userId}/sessions/`, {}, signal),
    staleTime: 0,
  });

export async function endPersonSession(userId: number, sid: string): Promise<void> {
  await http.delete(`${ROOT}${userId}/sessions/${encodeURIComponent(sid)}/`);
}

export async function endPersonSessions(userId: number): Promise<void> {
  await http.delete(`${ROOT}${userId}/sessions/`);
}

export type ImportResult = Auth<'ImportOut'>;

export async function importPeople(input: {
  file: File;
  dryRun: boolean;
  invite: boolean;
  skipFaulty: boolean;
}): Promise<ImportResult> {
  const form = new FormData();
  form.append('file', input.file);
  form.append('dry_run', String(input.dryRun));
  form.append('invite', String(input.invite));
  form.append('skip_faulty', String(input.skipFaulty));
  return (await http.post(`${ROOT}import/`, form, { timeout: 120_000 })).data;
}

/** Somebody who works on tickets, and whether they take work now. */
export type Worker = Workflow<'AgentOut'>;

export const workersQuery = () =>
  queryOptions({
    queryKey: peopleKeys.workers,
    queryFn: ({ signal }) => allPages<Worker>('/workflow/people/', {}, signal),
    staleTime: 30_000,
  });

/** One of them; null for somebody who works on no tickets. */
export const workerQuery = (userId: number) =>
  queryOptions({
    queryKey: [...peopleKeys.workers, userId],
    queryFn: async ({ signal }) => {
      try {
        return await getData<Worker>(`/workflow/people/${userId}/`, { signal });
      } catch (error) {
        if (toProblem(error).status === 404) return null;
        throw error;
      }
    },
    staleTime: 30_000,
  });

export type Availability = WorkflowInput<'PatchedAvailabilityInRequest'>;

export async function changeAvailability(userId: number, values: Availability): Promise<Worker> {
  return (await http.patch(`/workflow/people/${userId}/availability/`, values)).data;
}

// Not those being handed off: another system has them.
const ASSIGNED_STATUSES = 'pending,in_progress,on_hold';

/** What goes back to the pools when this person stops. */
export const openWorkQuery = (userId: number) =>
  queryOptions({
    queryKey: peopleKeys.openWork(userId),
    queryFn: ({ signal }) =>
      allPages<TaskRow>(
        '/workflow/tasks/',
        { view: 'all', assignee: userId, status: ASSIGNED_STATUSES },
        signal,
      ),
    staleTime: 0,
  });
