import '@/i18n/identity';
import { Box, Button, TextField } from '@mui/material';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { personQuery } from '@/api/people';
import {
  EVENT_KINDS,
  EVENT_PAGE_SIZE,
  exportSecurityEvents,
  type SecurityEvent,
  securityEventsQuery,
} from '@/api/security';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { ListBox } from '@/components/ui/ListBox';
import { Grow, Row } from '@/components/ui/layout';
import { Pager } from '@/components/ui/Pager';
import { problemText } from '@/components/ui/problemText';
import { EmptyState, QueryState } from '@/components/ui/States';
import { showToast } from '@/components/ui/toast';
import { IconDownload, IconShield } from '@/lib/icons';
import { saveBlob } from '@/lib/saveBlob';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';
import { momentOf, nextDay } from '@/lib/zoned';
import type { ToneName } from '@/theme/theme';

const ALARMING = new Set(['sign_in_failed', 'otp_failed', 'account_locked', 'refresh_reused']);
const CUTTING = new Set(['user_deactivated', 'user_deleted', 'role_removed', 'api_key_revoked']);

export function SecurityEventsTab() {
  const { t } = useTranslation();
  const filters = useUrlFilters();
  const [from, until] = [filters.text('from'), filters.text('until')];
  const params = {
    kind: filters.list('kind'),
    user_id: filters.text('person'),
    address: filters.text('address'),
    occurred_after: from && momentOf(from),
    occurred_before: until && momentOf(nextDay(until)),
    page: filters.page,
  };
  const events = useQuery(securityEventsQuery(params));
  const save = useMutation({
    mutationFn: () => exportSecurityEvents(params),
    onSuccess: (blob) => saveBlob(blob, 'security-events.csv'),
    onError: (error) => showToast('error', problemText(error, t)),
  });
  const isFiltered = ['kind', 'person', 'address', 'from', 'until'].some((name) => filters.text(name) !== '');
  return (
    <>
      <Row gap={1} align="center" mb={1.5}>
        <FilterMenu
          label={t('system.event.what')}
          options={EVENT_KINDS.map((kind) => ({ value: kind, label: t(`system.kind.${kind}`) }))}
          chosen={filters.list('kind')}
          onChange={(kind) => filters.change({ kind })}
        />
        <Narrow
          label={t('system.event.address')}
          value={filters.text('address')}
          onChange={(address) => filters.change({ address })}
        />
        <Narrow
          type="date"
          label={t('availability.from')}
          value={from}
          onChange={(from) => filters.change({ from })}
        />
        <Narrow
          type="date"
          label={t('availability.until')}
          value={until}
          onChange={(until) => filters.change({ until })}
        />
        {filters.text('person') && (
          <Button variant="outlined" onClick={() => filters.change({ person: null })}>
            {t('system.event.onlyPerson', { id: filters.text('person') })}
          </Button>
        )}
        {isFiltered && (
          <Button variant="text" color="inherit" onClick={() => filters.only({ tab: 'events' })}>
            {t('filter.clear')}
          </Button>
        )}
        <Grow />
        <Button
          variant="outlined"
          startIcon={<IconDownload size={16} />}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {t('system.event.export')}
        </Button>
      </Row>
      <ListBox busy={events.isFetching}>
        <QueryState query={events} rows={9} />
        {events.data?.results.length === 0 && (
          <EmptyState icon={<IconShield size={22} />} title={t('system.event.none')} />
        )}
        {events.data && events.data.results.length > 0 && (
          <DataTable<SecurityEvent>
            label={t('system.tab.events')}
            rows={events.data.results}
            rowKey={(event) => event.id}
            columns={[
              {
                key: 'when',
                header: t('system.event.when'),
                isNarrow: true,
                render: (event) => formatDateTime(event.occurred_at),
              },
              {
                key: 'what',
                header: t('system.event.what'),
                isNarrow: true,
                render: (event) => (
                  <Badge tone={toneOf(event)}>{t(`system.kind.${event.kind}`, event.kind)}</Badge>
                ),
              },
              {
                key: 'whom',
                header: t('system.event.whom'),
                isNarrow: true,
                render: (event) => <PersonRef userId={event.user_id} />,
              },
              {
                key: 'who',
                header: t('system.event.who'),
                isNarrow: true,
                render: (event) =>
                  event.actor_id === event.user_id ? '–' : <PersonRef userId={event.actor_id} />,
              },
              {
                key: 'from',
                header: t('system.event.from'),
                render: (event) => [event.address, event.device].filter(Boolean).join(' · ') || '–',
              },
              {
                key: 'details',
                header: t('system.event.details'),
                render: (event) => (
                  <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere', minWidth: 140 }}>
                    {Object.entries(event.details)
                      .map(([name, value]) => `${name}: ${shortened(name, wordsOf(value))}`)
                      .join(', ') || '–'}
                  </Box>
                ),
              },
            ]}
          />
        )}
      </ListBox>
      {events.data && (
        <Pager
          page={filters.page}
          pageSize={EVENT_PAGE_SIZE}
          count={events.data.count}
          onChange={(page) => filters.change({ page })}
        />
      )}
    </>
  );
}

function toneOf(event: SecurityEvent): ToneName {
  if (ALARMING.has(event.kind)) return 'red';
  return CUTTING.has(event.kind) ? 'amber' : 'grey';
}

/** The beginning of a session's number is enough to tell it from others. */
function shortened(name: string, words: string): string {
  return name === 'sid' ? `${words.slice(0, 8)}…` : words;
}

function wordsOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
}

/** Events keep numbers, for names change; the name is looked up once per person. */
function PersonRef({ userId }: { userId: number | null }) {
  const person = useQuery({
    ...personQuery(userId ?? 0),
    enabled: userId !== null,
    staleTime: 5 * 60_000,
    retry: false,
  });
  if (userId === null) return '–';
  return (
    <Box component={Link} to={`/admin/agents/${userId}`} sx={{ color: 'text.primary' }}>
      {person.data?.full_name ?? `#${userId}`}
    </Box>
  );
}

interface NarrowProps {
  label: string;
  value: string;
  type?: 'text' | 'date';
  onChange: (value: string) => void;
}

function Narrow({ label, value, type = 'text', onChange }: NarrowProps) {
  return (
    <TextField
      size="small"
      type={type}
      label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: 150, '& .MuiInputBase-root': { height: 32, fontSize: '0.8125rem' } }}
    />
  );
}
