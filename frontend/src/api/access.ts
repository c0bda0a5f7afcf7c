import { queryOptions } from '@tanstack/react-query';
import { allPages, http } from './client';
import type { Auth, Workflow } from './types';

/** Systems, the roles in each, and who holds them. */

export type System = Auth<'SystemOut'>;

export type AccessRole = Auth<'RoleOut'>;

export type Hold = Auth<'HoldOut'>;

export const accessKeys = {
  all: ['access'] as const,
  systems: ['access', 'systems'] as const,
  roles: ['access', 'roles'] as const,
  holds: ['access', 'holds'] as const,
};

export const systemsQuery = () =>
  queryOptions({
    queryKey: accessKeys.systems,
    queryFn: ({ signal }) => allPages<System>('/auth/api/v1/systems/', {}, signal),
    staleTime: 5 * 60_000,
  });

export const accessRolesQuery = () =>
  queryOptions({
    queryKey: accessKeys.roles,
    queryFn: ({ signal }) => allPages<AccessRole>('/auth/api/v1/roles/', {}, signal),
  });

const HOLDS = '/auth/api/v1/user-system-roles/';

export const holdsOfPersonQuery = (userId: number) =>
  queryOptions({
    queryKey: [...accessKeys.holds, 'person', userId],
    queryFn: ({ signal }) => allPages<Hold>(HOLDS, { user_id: userId }, signal),
  });

export const holdsOfRoleQuery = (roleId: number) =>
  queryOptions({
    queryKey: [...accessKeys.holds, 'role', roleId],
    queryFn: ({ signal }) => allPages<Hold>(HOLDS, { role_id: roleId }, signal),
  });

export async function assignRole(input: { user_id: number; role_id: number }): Promise<Hold> {
  return (await http.post(HOLDS, input)).data;
}

export async function removeRole(holdId: number): Promise<void> {
  await http.delete(`${HOLDS}${holdId}/`);
}

export async function createRole(input: {
  system: string;
  name: string;
  description: string;
}): Promise<AccessRole> {
  return (await http.post('/auth/api/v1/roles/', input)).data;
}

export async function changeRole(
  roleId: number,
  changes: { name?: string; description?: string },
): Promise<AccessRole> {
  return (await http.patch(`/auth/api/v1/roles/${roleId}/`, changes)).data;
}

export async function deleteRole(roleId: number): Promise<void> {
  await http.delete(`/auth/api/v1/roles/${roleId}/`);
}

/** What the workflow service knows of a role: which deployed workflows need it, and who leads it. */
export type RoleUse = Pick<Workflow<'RoleOut'>, 'id' | 'lead' | 'used_by'>;

export const roleUseQuery = () =>
  queryOptions({
    queryKey: [...accessKeys.roles, 'use'],
    queryFn: ({ signal }) => allPages<RoleUse>('/workflow/roles/', {}, signal),
  });

export async function setLead(roleId: number, userId: number | null): Promise<RoleUse> {
  return (await http.put(`/workflow/roles/${roleId}/lead/`, { user_id: userId })).data;
}
