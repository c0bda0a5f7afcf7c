import '@/i18n/signIn';
import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  type ConfiguredProvider,
  checkProvider,
  configuredProvidersQuery,
  deleteProvider,
  type IdentityProvider,
  type ProviderCheck,
  providerKeys,
  providersQuery,
} from '@/api/identityProviders';
import { Badge } from '@/components/ui/Badge';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { Facts } from '@/components/ui/Facts';
import { FormDialog } from '@/components/ui/FormDialog';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { ShownOnce } from '@/components/ui/ShownOnce';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconKey, IconPlus } from '@/lib/icons';
import { lazyPart } from '@/lib/loadCode';
import { PasswordSignIn } from './PasswordSignIn';

const ProviderDialog = lazyPart(() => import('./ProviderDialog'), 'ProviderDialog');

/** Findings whose detail says more than their sentence. */
const DETAILED = new Set<ProviderCheck['finding']>(['http_status', 'endpoint_invalid']);

type Shown = Pick<ConfiguredProvider, 'name' | 'addresses'>;
type Open =
  | { kind: 'edit'; provider?: IdentityProvider }
  | { kind: 'delete'; provider: IdentityProvider }
  | { kind: 'addresses'; provider: Shown };

export function SignInTab() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const providers = useQuery(providersQuery());
  const configured = useQuery(configuredProvidersQuery());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const remove = useMutation({
    mutationFn: ({ id }: IdentityProvider) => deleteProvider(id),
    onSuccess: (_answer, { name }) => showToast('success', t('signIn.deleted', { name })),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => {
      close();
      void queryClient.invalidateQueries({ queryKey: providerKeys.all });
    },
  });
  const isEmpty = providers.data?.length === 0 && configured.data?.length === 0;
  return (
    <Stack gap={2}>
      <Row gap={1} align="center">
        <Box sx={{ flex: '1 1 240px', fontSize: '0.8125rem', color: 'text.secondary' }}>
          {t('signIn.hint')}
        </Box>
        <Button
          variant="contained"
          startIcon={<IconPlus size={16} />}
          onClick={() => setOpen({ kind: 'edit' })}
        >
          {t('signIn.new')}
        </Button>
      </Row>
      <QueryState query={providers} rows={3} />
      {configured.isError && <QueryState query={configured} rows={1} />}
      {isEmpty && (
        <EmptyState icon={<IconKey size={22} />} title={t('signIn.none')} hint={t('signIn.noneHint')} />
      )}
      {configured.data?.map((provider) => (
        <ProviderPanel
          key={provider.slug}
          provider={provider}
          isConfigured
          onAddresses={() => setOpen({ kind: 'addresses', provider })}
        />
      ))}
      {providers.data?.map((provider) => (
        <ProviderPanel
          key={provider.id}
          provider={provider}
          id={provider.id}
          onAddresses={() => setOpen({ kind: 'addresses', provider })}
          onEdit={() => setOpen({ kind: 'edit', provider })}
          onDelete={() => setOpen({ kind: 'delete', provider })}
        />
      ))}
      <PasswordSignIn />
      {open?.kind === 'edit' && (
        <Suspense>
          <ProviderDialog
            provider={open.provider}
            onClose={close}
            onSaved={(saved) => (open.provider ? close() : setOpen({ kind: 'addresses', provider: saved }))}
          />
        </Suspense>
      )}
      {open?.kind === 'addresses' && <Addresses provider={open.provider} onClose={close} />}
      {open?.kind === 'delete' && (
        <ConfirmDialog
          open
          title={t('signIn.deleteNamed', { name: open.provider.name })}
          text={t('signIn.deleteText')}
          confirm={t('action.delete')}
          busy={remove.isPending}
          onClose={close}
          onConfirm={() => remove.mutate(open.provider)}
        />
      )}
    </Stack>
  );
}

interface PanelProps {
  provider: ConfiguredProvider | IdentityProvider;
  /** Only those that were added here have one, and can be checked and changed. */
  id?: number;
  isConfigured?: boolean;
  onAddresses: () => void;
  onEdit?: () => void;
  onDelete?: () => void;
}

function ProviderPanel({ provider, id, isConfigured, onAddresses, onEdit, onDelete }: PanelProps) {
  const { t } = useTranslation();
  const check = useMutation({ mutationFn: checkProvider });
  const { name } = provider;
  const accounts = [
    provider.creates_accounts && t('signIn.creates'),
    provider.links_accounts && t('signIn.links'),
    provider.requires_verified_email && t('signIn.verified'),
    provider.asks_second_factor && t('signIn.secondFactor'),
  ].filter((text) => text !== false);
  return (
    <Panel
      title={name}
      action={
        <Row gap={1} align="center">
          {isConfigured && (
            <Badge tone="grey" title={t('signIn.fromSettingHint')}>
              {t('signIn.fromSetting')}
            </Badge>
          )}
          <Badge tone={provider.is_active ? 'green' : 'grey'}>
            {t(provider.is_active ? 'signIn.active' : 'signIn.inactive')}
          </Badge>
        </Row>
      }
    >
      <Stack gap={1.5}>
        <Facts
          facts={[
            [t('signIn.issuer'), provider.issuer],
            [t('signIn.clientId'), provider.client_id],
            [t('signIn.accounts'), accounts.length > 0 ? accounts.join(' · ') : '–'],
            [
              t('signIn.rules'),
              provider.roles.length === 0
                ? t('signIn.noRules')
                : provider.roles
                    .map(({ group, system, role }) => `${group} → ${system.toUpperCase()} ${role}`)
                    .join(', '),
            ],
          ]}
        />
        {isConfigured && <Text variant="hint">{t('signIn.fromSettingHint')}</Text>}
        {check.isError && (
          <Alert severity="error" role="alert">
            {problemText(check.error, t)}
          </Alert>
        )}
        {check.data && (
          <Alert severity={check.data.finding === 'ok' ? 'success' : 'error'} role="status">
            {t(`signIn.finding.${check.data.finding}`, { found: check.data.issuer_found })}
            {DETAILED.has(check.data.finding) && <Text variant="hint">{check.data.detail}</Text>}
          </Alert>
        )}
        <Row gap={1}>
          {id !== undefined && (
            <Button
              variant="outlined"
              loading={check.isPending}
              onClick={() => check.mutate(id)}
              aria-label={t('signIn.checkNamed', { name })}
            >
              {t('signIn.check')}
            </Button>
          )}
          <Button variant="outlined" onClick={onAddresses} aria-label={t('signIn.addressesNamed', { name })}>
            {t('signIn.addresses')}
          </Button>
          {onEdit && (
            <Button variant="outlined" onClick={onEdit} aria-label={t('signIn.editNamed', { name })}>
              {t('action.edit')}
            </Button>
          )}
          {onDelete && (
            <Button
              variant="text"
              color="error"
              onClick={onDelete}
              aria-label={t('signIn.deleteNamed', { name })}
            >
              {t('action.delete')}
            </Button>
          )}
        </Row>
      </Stack>
    </Panel>
  );
}

function Addresses({ provider, onClose }: { provider: Shown; onClose: () => void }) {
  const { t } = useTranslation();
  const { addresses } = provider;
  const shown = [
    [t('signIn.redirect'), addresses.redirect_uri],
    [t('signIn.afterSignOut'), addresses.post_logout_redirect_uri],
    [t('signIn.backchannel'), addresses.backchannel_logout_uri],
    [t('signIn.frontchannel'), addresses.frontchannel_logout_uri],
  ] as const;
  return (
    <FormDialog
      title={t('signIn.addressesOf', { name: provider.name })}
      hint={t('signIn.addressesHint')}
      submit=""
      maxWidth="sm"
      onClose={onClose}
    >
      {shown.map(([label, address]) => (
        <Stack key={label} gap={0.5}>
          <Text variant="label">{label}</Text>
          <ShownOnce label={label} lines={[address]} />
        </Stack>
      ))}
      <Text variant="hint">{t('signIn.frontchannelHint')}</Text>
    </FormDialog>
  );
}
