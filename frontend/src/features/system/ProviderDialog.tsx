import '@/i18n/signIn';
import { zodResolver } from '@hookform/resolvers/zod';
import { TextField } from '@mui/material';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Controller, type FieldPath, useForm } from 'react-hook-form';
import { useTranslation } from 'react-i18next';
import * as z from 'zod/mini';
import {
  type IdentityProvider,
  type ProviderInput,
  providerKeys,
  saveProvider,
} from '@/api/identityProviders';
import { toProblem } from '@/api/problem';
import { Check } from '@/components/ui/Check';
import { FormDialog } from '@/components/ui/FormDialog';
import { Stack, Text } from '@/components/ui/layout';
import { showToast } from '@/components/ui/toast';
import { RoleRules } from './RoleRules';

const text = z.string().check(z.trim(), z.minLength(1));
const schema = z.object({
  slug: z.string().check(z.trim(), z.regex(/^[a-z0-9][a-z0-9-]{0,31}$/)),
  name: text,
  issuer: z.string().check(z.trim(), z.regex(/^https?:\/\/./)),
  client_id: text,
  client_secret: z.string(),
  scopes: z.string().check(z.refine((value) => value.split(/\s+/).includes('openid'))),
  groups_claim: z.string().check(z.trim()),
  roles: z.array(z.object({ group: text, system: text, role: text })),
  creates_accounts: z.boolean(),
  links_accounts: z.boolean(),
  requires_verified_email: z.boolean(),
  asks_second_factor: z.boolean(),
  is_active: z.boolean(),
});
export type ProviderForm = z.infer<typeof schema>;

const SWITCHES = [
  ['creates_accounts', 'creates'],
  ['links_accounts', 'links'],
  ['requires_verified_email', 'verified'],
  ['asks_second_factor', 'secondFactor'],
  ['is_active', 'isActive'],
] as const;

interface Props {
  /** Without it a new one is added. */
  provider?: IdentityProvider;
  onClose: () => void;
  onSaved: (saved: IdentityProvider) => void;
}

export function ProviderDialog({ provider, onClose, onSaved }: Props) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const form = useForm<ProviderForm>({ resolver: zodResolver(schema), defaultValues: valuesOf(provider) });
  const { errors } = form.formState;
  const save = useMutation({
    mutationFn: (values: ProviderForm) => saveProvider(provider?.id, inputOf(values, provider)),
    onSuccess: (saved) => {
      void queryClient.invalidateQueries({ queryKey: providerKeys.all });
      showToast('success', t('signIn.saved', { name: saved.name }));
      onSaved(saved);
    },
    onError: (error) => {
      for (const { attr, detail } of toProblem(error).errors) {
        const field = attr && fieldOf(attr);
        if (field) form.setError(field, { type: 'server', message: detail });
      }
    },
  });
  const shownFields = save.isError
    ? toProblem(save.error).errors.flatMap(({ attr }) => (attr && fieldOf(attr) ? [attr] : []))
    : [];
  const said = (field: keyof ProviderForm, hint: string, need: string) => {
    const error = errors[field];
    return {
      error: Boolean(error),
      helperText: error ? (error.message && error.type === 'server' ? error.message : need) : hint,
    };
  };
  const need = t('signIn.need.text');
  return (
    <FormDialog
      title={provider ? t('signIn.editTitle', { name: provider.name }) : t('signIn.newTitle')}
      submit={t(provider ? 'action.save' : 'signIn.new')}
      maxWidth="sm"
      busy={save.isPending}
      error={save.error}
      shownFields={shownFields}
      onClose={onClose}
      onSubmit={() => void form.handleSubmit((values) => save.mutate(values))()}
    >
      <TextField
        {...form.register('name')}
        size="small"
        autoFocus
        label={t('signIn.name')}
        sx={{ mt: 0.75 }}
        {...said('name', t('signIn.nameHint'), need)}
      />
      <TextField
        {...form.register('slug')}
        size="small"
        label={t('signIn.slug')}
        slotProps={{ htmlInput: { readOnly: provider !== undefined, maxLength: 32, autoCapitalize: 'none' } }}
        {...said('slug', t('signIn.slugHint'), t('signIn.need.slug'))}
      />
      <TextField
        {...form.register('issuer')}
        size="small"
        type="url"
        label={t('signIn.issuer')}
        {...said('issuer', t('signIn.issuerHint'), t('signIn.need.issuer'))}
      />
      <TextField
        {...form.register('client_id')}
        size="small"
        label={t('signIn.clientId')}
        {...said('client_id', '', need)}
      />
      <TextField
        {...form.register('client_secret')}
        size="small"
        type="password"
        autoComplete="new-password"
        label={t('signIn.secret')}
        {...said(
          'client_secret',
          t(provider?.has_client_secret ? 'signIn.secretKeep' : 'signIn.secretHint'),
          need,
        )}
      />
      <TextField
        {...form.register('scopes')}
        size="small"
        label={t('signIn.scopes')}
        {...said('scopes', t('signIn.scopesHint'), t('signIn.need.scopes'))}
      />
      <Stack role="group" aria-label={t('signIn.accounts')}>
        <Text variant="label">{t('signIn.accounts')}</Text>
        {SWITCHES.map(([name, label]) => (
          <Controller
            key={name}
            control={form.control}
            name={name}
            render={({ field }) => (
              <Check label={t(`signIn.${label}`)} checked={field.value} onChange={field.onChange} />
            )}
          />
        ))}
      </Stack>
      <RoleRules form={form} />
      <TextField
        {...form.register('groups_claim')}
        size="small"
        label={t('signIn.groupsClaim')}
        {...said('groups_claim', t('signIn.groupsClaimHint'), need)}
      />
    </FormDialog>
  );
}

function valuesOf(provider: IdentityProvider | undefined): ProviderForm {
  return {
    slug: provider?.slug ?? '',
    name: provider?.name ?? '',
    issuer: provider?.issuer ?? '',
    client_id: provider?.client_id ?? '',
    client_secret: '',
    scopes: (provider?.scopes ?? ['openid', 'profile', 'email']).join(' '),
    groups_claim: provider?.claims.groups ?? '',
    roles: provider?.roles ?? [],
    creates_accounts: provider?.creates_accounts ?? false,
    links_accounts: provider?.links_accounts ?? false,
    requires_verified_email: provider?.requires_verified_email ?? true,
    asks_second_factor: provider?.asks_second_factor ?? false,
    is_active: provider?.is_active ?? true,
  };
}

/** What is sent: other claims stay as they are, and an empty secret leaves the stored one. */
function inputOf(values: ProviderForm, provider: IdentityProvider | undefined): ProviderInput {
  const { groups_claim, client_secret, scopes, ...rest } = values;
  const { groups: _groups, ...claims } = provider?.claims ?? {};
  return {
    ...rest,
    scopes: scopes.trim().split(/\s+/),
    claims: groups_claim ? { ...claims, groups: groups_claim } : claims,
    ...(client_secret ? { client_secret } : {}),
  };
}

const RULE = /^roles\.\d+\.(group|system|role)$/;

/** The form's field that a name of the server means. */
function fieldOf(attr: string): FieldPath<ProviderForm> | undefined {
  if (attr === 'claims.groups') return 'groups_claim';
  const [first = ''] = attr.split('.');
  if (first === 'scopes') return 'scopes';
  return attr in schema.shape || RULE.test(attr) ? (attr as FieldPath<ProviderForm>) : undefined;
}
