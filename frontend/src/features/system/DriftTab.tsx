import { Alert, Box, Button } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { type Drift, driftQuery, securityKeys, sendSnapshot } from '@/api/security';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { Row, Stack, Text } from '@/components/ui/layout';
import { Panel } from '@/components/ui/Panel';
import { problemText } from '@/components/ui/problemText';
import { QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconRefresh } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';

const FAULTS = ['missing', 'extra', 'outdated'] as const;
/** Long enough for the snapshot to arrive and be applied. */
const LOOK_AGAIN_MS = 2_000;

export function DriftTab() {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const drift = useQuery(driftQuery());
  const sync = useMutation({
    mutationFn: sendSnapshot,
    onSuccess: (sent) => {
      showToast('success', t('drift.sent', { roles: sent.roles, members: sent.members }));
      setTimeout(() => void queryClient.invalidateQueries({ queryKey: securityKeys.drift }), LOOK_AGAIN_MS);
    },
    onError: (error) => showToast('error', problemText(error, t)),
  });
  return (
    <Panel
      title={t('drift.title')}
      action={
        <Row gap={1}>
          <Button
            variant="outlined"
            startIcon={<IconRefresh size={16} />}
            loading={drift.isFetching}
            onClick={() => drift.refetch()}
          >
            {t('drift.check')}
          </Button>
          <Button variant="contained" loading={sync.isPending} onClick={() => sync.mutate()}>
            {t('drift.sync')}
          </Button>
        </Row>
      }
    >
      <Text variant="muted" mb={1.5}>
        {t('drift.hint')}
      </Text>
      <QueryState query={drift} rows={3} />
      {drift.data && <Report drift={drift.data} />}
    </Panel>
  );
}

function Report({ drift }: { drift: Drift }) {
  const { t } = useTranslation();
  const rows = (['roles', 'members'] as const).flatMap((what) =>
    FAULTS.flatMap((fault) =>
      drift[what][fault].map((entry, index) => ({
        id: `${what}-${fault}-${index}`,
        what: t(`drift.what.${what}`),
        fault: t(`drift.fault.${fault}`),
        about: [entry.name, entry.role_name].filter(Boolean).join(' · '),
        versions:
          fault === 'outdated'
            ? t('drift.versions', { ours: String(entry.version), theirs: String(entry.their_version) })
            : String(entry.version ?? ''),
      })),
    ),
  );
  return (
    <Stack gap={1.5}>
      <Box
        role="status"
        sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center', fontSize: '0.8125rem' }}
      >
        <Badge tone={drift.is_in_sync ? 'green' : 'amber'}>
          {drift.is_in_sync ? t('drift.inSync') : t('drift.differs', { count: rows.length })}
        </Badge>
        <Text component="span" variant="inherit" color="text.secondary">
          {t('system.checkedAt', { time: formatDateTime(drift.checked_at) })}
        </Text>
      </Box>
      {drift.messages_waiting > 0 && (
        <Alert severity="info">{t('drift.waiting', { count: drift.messages_waiting })}</Alert>
      )}
      {rows.length > 0 && (
        <DataTable
          label={t('drift.title')}
          rows={rows}
          rowKey={(row) => row.id}
          columns={[
            { key: 'what', header: t('drift.whatHeader'), render: (row) => row.what },
            { key: 'fault', header: t('people.fault'), render: (row) => row.fault },
            { key: 'about', header: t('people.name'), render: (row) => row.about },
            { key: 'version', header: t('workflows.version'), render: (row) => row.versions },
          ]}
        />
      )}
    </Stack>
  );
}
