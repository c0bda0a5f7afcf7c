import { Alert, Box, Button, Checkbox, FormControlLabel, FormGroup, TextField } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { toProblem } from '@/api/problem';
import {
  type ApiKey,
  apiKeysQuery,
  createApiKey,
  KEY_SCOPES,
  type KeyScope,
  revokeApiKey,
  rotateApiKey,
  securityKeys,
} from '@/api/security';
import { Badge } from '@/components/ui/Badge';
import { ConfirmDialog } from '@/components/ui/ConfirmDialog';
import { DataTable } from '@/components/ui/DataTable';
import { FormDialog } from '@/components/ui/FormDialog';
import { ListBox } from '@/components/ui/ListBox';
import { Row, Text } from '@/components/ui/layout';
import { problemText } from '@/components/ui/problemText';
import { ShownOnce } from '@/components/ui/ShownOnce';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconKey, IconPlus } from '@/lib/icons';
import { formatDateTime, formatRelative } from '@/lib/time';
import { useNow } from '@/lib/useNow';
import { momentOf } from '@/lib/zoned';

type Open = { kind: 'new' } | { kind: 'rotate' | 'revoke'; key: ApiKey };

export function ApiKeysTab() {
  const { t } = useTranslation();
  const now = useNow();
  const queryClient = useQueryClient();
  const keys = useQuery(apiKeysQuery());
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => revokeApiKey(key.id),
    onSuccess: (key) => showToast('success', t('keys.revoked', { name: key.name })),
    onError: (error) => showToast('error', problemText(error, t)),
    onSettled: () => {
      close();
      void queryClient.invalidateQueries({ queryKey: securityKeys.apiKeys });
    },
  });
  return (
    <>
      <Row gap={1} align="center" mb={1.5}>
        <Box sx={{ flex: '1 1 240px', fontSize: '0.8125rem', color: 'text.secondary' }}>{t('keys.hint')}</Box>
        <Button
          variant="contained"
          startIcon={<IconPlus size={16} />}
          onClick={() => setOpen({ kind: 'new' })}
        >
          {t('keys.new')}
        </Button>
      </Row>
      <ListBox busy={keys.isFetching}>
        <QueryState query={keys} rows={4} />
        {keys.data?.length === 0 && (
          <EmptyState icon={<IconKey size={22} />} title={t('keys.none')} hint={t('keys.noneHint')} />
        )}
        {keys.data && keys.data.length > 0 && (
          <DataTable<ApiKey>
            label={t('system.tab.keys')}
            rows={keys.data}
            rowKey={(key) => key.id}
            columns={[
              {
                key: 'name',
                header: t('keys.service'),
                render: (key) => (
                  <>
                    <Box sx={{ fontWeight: 580 }}>{key.name}</Box>
                    <Text component="code" variant="hint">
                      {key.prefix}…
                    </Text>
                  </>
                ),
              },
              {
                key: 'scopes',
                header: t('keys.scopes'),
                render: (key) => key.scopes.map((scope) => t(`keys.scope.${scope}`, scope)).join(', '),
              },
              {
                key: 'state',
                header: t('field.status'),
                isNarrow: true,
                render: (key) => (
                  <Badge tone={key.is_live ? 'green' : 'grey'}>
                    {t(key.is_live ? 'keys.live' : key.revoked_at ? 'keys.isRevoked' : 'keys.expired')}
                  </Badge>
                ),
              },
              {
                key: 'used',
                header: t('keys.lastUse'),
                isNarrow: true,
                render: (key) =>
                  key.last_used_at ? formatRelative(key.last_used_at, now) : t('people.never'),
              },
              {
                key: 'until',
                header: t('people.goodUntil'),
                isNarrow: true,
                render: (key) => (key.expires_at ? formatDateTime(key.expires_at) : t('keys.noEnd')),
              },
              {
                key: 'do',
                header: t('people.actions'),
                isHeaderHidden: true,
                align: 'end',
                isNarrow: true,
                render: (key) =>
                  key.is_live && (
                    <>
                      <Button
                        variant="text"
                        color="inherit"
                        onClick={() => setOpen({ kind: 'rotate', key })}
                        aria-label={t('keys.rotateNamed', { name: key.name, prefix: key.prefix })}
                      >
                        {t('keys.rotate')}
                      </Button>
                      <Button
                        variant="text"
                        color="error"
                        onClick={() => setOpen({ kind: 'revoke', key })}
                        aria-label={t('keys.revokeNamed', { name: key.name, prefix: key.prefix })}
                      >
                        {t('keys.revoke')}
                      </Button>
                    </>
                  ),
              },
            ]}
          />
        )}
      </ListBox>
      {open?.kind === 'new' && <NewKeyDialog onClose={close} />}
      {open?.kind === 'rotate' && <RotateDialog old={open.key} onClose={close} />}
      {open?.kind === 'revoke' && (
        <ConfirmDialog
          open
          title={t('keys.revokeNamed', { name: open.key.name, prefix: open.key.prefix })}
          text={t('keys.revokeText')}
          confirm={t('keys.revoke')}
          busy={revoke.isPending}
          onClose={close}
          onConfirm={() => revoke.mutate(open.key)}
        />
      )}
    </>
  );
}

function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<KeyScope[]>([]);
  const [until, setUntil] = useState('');
  const create = useMutation({
    mutationFn: () =>
      createApiKey({
        name: name.trim(),
        scopes,
        ...(until ? { expires_at: momentOf(`${until}T23:59`) } : {}),
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: securityKeys.apiKeys }),
  });
  if (create.data) return <TheKey plain={create.data.key} onClose={onClose} />;
  const problem = create.isError ? toProblem(create.error) : null;
  return (
    <FormDialog
      title={t('keys.new')}
      submit={t('keys.create')}
      busy={create.isPending}
      disabled={name.trim() === '' || scopes.length === 0}
      error={create.error}
      shownFields={['name', 'expires_at']}
      onClose={onClose}
      onSubmit={() => create.mutate()}
    >
      <TextField
        size="small"
        autoFocus
        label={t('keys.service')}
        value={name}
        error={Boolean(problem?.about('name'))}
        helperText={problem?.about('name') ?? t('keys.serviceHint')}
        onChange={(event) => setName(event.target.value)}
        sx={{ mt: 0.75 }}
        slotProps={{ htmlInput: { maxLength: 64 } }}
      />
      <FormGroup role="group" aria-label={t('keys.scopes')}>
        {KEY_SCOPES.map((scope) => (
          <FormControlLabel
            key={scope}
            control={
              <Checkbox
                size="small"
                checked={scopes.includes(scope)}
                onChange={(event) =>
                  setScopes(
                    event.target.checked ? [...scopes, scope] : scopes.filter((each) => each !== scope),
                  )
                }
              />
            }
            label={t(`keys.scope.${scope}`)}
            slotProps={{ typography: { sx: { fontSize: '0.8125rem' } } }}
          />
        ))}
      </FormGroup>
      <TextField
        size="small"
        type="date"
        label={t('people.goodUntil')}
        value={until}
        error={Boolean(problem?.about('expires_at'))}
        helperText={problem?.about('expires_at') ?? t('keys.untilHint')}
        onChange={(event) => setUntil(event.target.value)}
        slotProps={{ inputLabel: { shrink: true } }}
      />
    </FormDialog>
  );
}

function RotateDialog({ old, onClose }: { old: ApiKey; onClose: () => void }) {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [hours, setHours] = useState('24');
  const rotate = useMutation({
    mutationFn: () => rotateApiKey(old.id, Number(hours)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: securityKeys.apiKeys }),
  });
  if (rotate.data) return <TheKey plain={rotate.data.key} onClose={onClose} />;
  return (
    <FormDialog
      title={t('keys.rotateNamed', { name: old.name, prefix: old.prefix })}
      hint={t('keys.rotateHint')}
      submit={t('keys.rotate')}
      busy={rotate.isPending}
      disabled={!/^\d{1,3}$/.test(hours)}
      error={rotate.error}
      onClose={onClose}
      onSubmit={() => rotate.mutate()}
    >
      <TextField
        size="small"
        type="number"
        label={t('keys.overlap')}
        value={hours}
        onChange={(event) => setHours(event.target.value)}
        slotProps={{ htmlInput: { min: 0, max: 720 } }}
        sx={{ mt: 0.75 }}
      />
    </FormDialog>
  );
}

function TheKey({ plain, onClose }: { plain: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <FormDialog title={t('keys.here')} submit="" maxWidth="sm" onClose={onClose}>
      <Alert severity="warning">{t('keys.once')}</Alert>
      <ShownOnce label={t('keys.here')} lines={[plain]} />
    </FormDialog>
  );
}
