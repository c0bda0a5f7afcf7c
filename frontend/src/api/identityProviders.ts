import { queryOptions } from '@tanstack/react-query';
import { allPages, getData, http } from './client';
import type { Auth, AuthInput } from './types';

/** The OpenID providers by which people sign in, for administrators. */

export type IdentityProvider = Auth<'ProviderOut'>;
export type ConfiguredProvider = Auth<'ConfiguredProviderOut'>;
export type ProviderCheck = Auth<'ProviderCheckOut'>;
export type ProviderInput = AuthInput<'ProviderInRequest'>;

const PROVIDERS = '/auth/api/v1/identity-providers/';

export const providerKeys = {
  all: ['identity-providers'] as const,
  configured: ['identity-providers', 'configured'] as const,
};

export const providersQuery = () =>
  queryOptions({
    queryKey: [...providerKeys.all, 'added'],
    queryFn: ({ signal }) => allPages<IdentityProvider>(PROVIDERS, {}, signal),
  });

/** Those of the setting `OIDC_PROVIDERS`, which can't be changed here. */
export const configuredProvidersQuery = () =>
  queryOptions({
    queryKey: providerKeys.configured,
    queryFn: async ({ signal }) =>
      (await getData<Auth<'ConfiguredOut'>>(`${PROVIDERS}configured/`, { signal })).providers,
  });

export async function saveProvider(
  id: number | undefined,
  input: Partial<ProviderInput>,
): Promise<IdentityProvider> {
  return id === undefined
    ? (await http.post(PROVIDERS, input)).data
    : (await http.patch(`${PROVIDERS}${id}/`, input)).data;
}

export async function deleteProvider(id: number): Promise<void> {
  await http.delete(`${PROVIDERS}${id}/`);
}

export async function checkProvider(id: number): Promise<ProviderCheck> {
  return (await http.post(`${PROVIDERS}${id}/check/`, undefined, { timeout: 40_000 })).data;
}

export async function setPasswordSignIn(systemId: number, isOn: boolean): Promise<void> {
  await http.patch(`/auth/api/v1/systems/${systemId}/`, { password_sign_in: isOn });
}
