import '@/i18n/identity';
import { Button } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import {
  DELIVERY_PAGE_SIZE,
  DELIVERY_STATUSES,
  type DeliveryRow,
  type DeliveryStatus,
  deliveriesQuery,
  templatesQuery,
} from '@/api/mailings';
import { Badge } from '@/components/ui/Badge';
import { DataTable } from '@/components/ui/DataTable';
import { FilterMenu } from '@/components/ui/FilterMenu';
import { ListBox } from '@/components/ui/ListBox';
import { Row, Text } from '@/components/ui/layout';
import { Pager } from '@/components/ui/Pager';
import { SearchField } from '@/components/ui/SearchField';
import { EmptyState, QueryState } from '@/components/ui/States';
import { IconMailOff } from '@/lib/icons';
import { formatDateTime } from '@/lib/time';
import { useUrlFilters } from '@/lib/useUrlFilters';
import type { ToneName } from '@/theme/theme';
import { DeliveryDialog } from './DeliveryDialog';
import { templateLanguage } from './LanguageChoice';

export const DELIVERY_TONE: Record<DeliveryStatus, ToneName> = {
  queued: 'blue',
  retrying: 'amber',
  sent: 'green',
  failed: 'red',
  parked: 'red',
  skipped: 'grey',
};

export function DeliveriesTab() {
  const { t, i18n } = useTranslation();
  const filters = useUrlFilters();
  const [shown, setShown] = useState<number | null>(null);
  const deliveries = useQuery(
    deliveriesQuery({
      status: filters.list('status'),
      notification_type: filters.list('type'),
      search: filters.text('search'),
      page: filters.page,
    }),
  );
  const templates = useQuery(templatesQuery(templateLanguage('', i18n.language)));
  const labelOf = new Map(templates.data?.map((each) => [each.notification_type, each.label]));
  const isFiltered = ['status', 'type', 'search'].some((name) => filters.text(name) !== '');
  return (
    <>
      <Row gap={1} mb={1.5}>
        <SearchField
          value={filters.text('search')}
          label={t('mailings.search')}
          onChange={(search) => filters.change({ search })}
        />
        <FilterMenu
          label={t('field.status')}
          options={DELIVERY_STATUSES.map((value) => ({ value, label: t(`mailings.status.${value}`) }))}
          chosen={filters.list('status')}
          onChange={(status) => filters.change({ status })}
        />
        <FilterMenu
          label={t('prefs.what')}
          options={[...labelOf].map(([value, label]) => ({ value, label }))}
          chosen={filters.list('type')}
          onChange={(type) => filters.change({ type })}
        />
      </Row>
      <ListBox busy={deliveries.isFetching}>
        <QueryState query={deliveries} rows={9} />
        {deliveries.data?.results.length === 0 && (
          <EmptyState
            icon={<IconMailOff size={22} />}
            title={t(isFiltered ? 'inbox.noMatch' : 'mailings.noLog')}
            action={
              isFiltered ? (
                <Button variant="outlined" onClick={() => filters.only({ tab: 'log' })}>
                  {t('filter.clear')}
                </Button>
              ) : undefined
            }
          />
        )}
        {deliveries.data && deliveries.data.results.length > 0 && (
          <DataTable<DeliveryRow>
            label={t('mailings.tab.log')}
            rows={deliveries.data.results}
            rowKey={(row) => row.id}
            onRowClick={(row) => setShown(row.id)}
            columns={[
              {
                key: 'when',
                header: t('system.event.when'),
                isNarrow: true,
                render: (row) => formatDateTime(row.created_at),
              },
              {
                key: 'subject',
                header: t('field.subject'),
                render: (row) => (
                  <Button
                    variant="text"
                    onClick={() => setShown(row.id)}
                    sx={{ textAlign: 'start', whiteSpace: 'normal', p: 0, minHeight: 24 }}
                  >
                    {row.subject || labelOf.get(row.notification_type) || row.notification_type}
                  </Button>
                ),
              },
              { key: 'to', header: t('mailings.to'), render: (row) => row.email || '–' },
              {
                key: 'channel',
                header: t('mailings.channel'),
                isNarrow: true,
                render: (row) => t(`prefs.channel.${row.channel === 'inapp' ? 'inapp' : 'email'}`),
              },
              {
                key: 'status',
                header: t('field.status'),
                isNarrow: true,
                render: (row) => (
                  <Badge tone={DELIVERY_TONE[row.status] ?? 'grey'}>
                    {t(`mailings.status.${row.status}`)}
                  </Badge>
                ),
              },
              {
                key: 'why',
                header: t('mailings.why'),
                render: (row) => (
                  <Text variant="inherit" color="text.secondary">
                    {row.reason
                      ? t(`mailings.reason.${row.reason}` as 'mailings.reason.digest', row.reason)
                      : '–'}
                  </Text>
                ),
              },
            ]}
          />
        )}
      </ListBox>
      {deliveries.data && (
        <Pager
          page={filters.page}
          pageSize={DELIVERY_PAGE_SIZE}
          count={deliveries.data.count}
          onChange={(page) => filters.change({ page })}
        />
      )}
      {shown !== null && <DeliveryDialog id={shown} onClose={() => setShown(null)} />}
    </>
  );
}
